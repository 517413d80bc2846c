/**
 * Edge normalisation (PC-DARTS, section 3.3): the edges into a node have weights of their own, softmaxed over the node.
 * PyTorch code has those of a cell in one vector, `betas_normal`; here every node's are a matrix of one row, so that a
 * row is one softmax.
 */
import type { AlphaMatrix } from "../spaces/space_data.ts";

/** An edge of a cell, from state `from` to node `to`. */
interface Edge {
  readonly from: number;
  readonly to: number;
}

/** A cell whose nodes take input from all states before them. */
export interface WeightedCell {
  /** Of its edges' weights: `betas_normal`. */
  readonly tensor: string;
  /** For people: "Normal cell". */
  readonly title: string;
  /** Node by node, and within a node by predecessor from state 0 on. */
  readonly edges: readonly Edge[];
  readonly stateName: (state: number) => string;
}

/** The matrix of the weights of the edges into node `to`. */
export const edgeMatrixName = (tensor: string, to: number): string => `${tensor}_${to}`;

/** A matrix [1, edges] for every node. */
export const edgeMatrices = ({ tensor, title, edges, stateName }: WeightedCell): AlphaMatrix[] =>
  [...new Set(edges.map(({ to }) => to))].map((node) => ({
    name: edgeMatrixName(tensor, node),
    title: `${title}: weights of the edges into each node`,
    rows: [{
      name: `→ ${stateName(node)}`,
      choices: edges.flatMap(({ from, to }) => (to === node ? [stateName(from)] : [])),
    }],
    tensor,
  }));

/** The weight of an edge; undefined where edges have none. */
export const edgeWeight = <T>(
  weights: Readonly<Record<string, readonly (readonly T[])[]>>,
  tensor: string,
  { from, to }: Edge,
): T | undefined => weights[edgeMatrixName(tensor, to)]?.[0]?.[from];
