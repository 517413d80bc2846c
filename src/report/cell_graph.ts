/**
 * A cell as a graph whose links all go from one layer to the next: states on even layers, by longest path from
 * the inputs; the operation of an edge as a box of its own on the odd layer before the state it enters; and a
 * lane on every layer that an edge passes. Because whatever an edge passes has a place of its own, no edge can
 * be drawn over a label.
 */
import { graph, type MutGraph, type MutGraphNode } from "d3-dag";
import type { CellDiagram } from "../network/diagram.ts";
import type { OperationName } from "../nn/operation_names.ts";
import { max, range } from "./d3.ts";

export interface Place {
  readonly kind: "input" | "node" | "output" | "operation" | "lane";
  readonly layer: number;
  readonly text: string;
  /** The states' own number; the output's is one past the last, an operation's is its edge. */
  readonly index: number;
  /** Across the direction of reading, along it: height and width on the page. */
  readonly height: number;
  readonly width: number;
}

type GraphNode = MutGraphNode<Place, undefined>;

/** A link of the drawing from one box to the next, with the lanes it takes on the way. */
export interface Route {
  readonly path: readonly GraphNode[];
  /** The edge of the genotype, or undefined for the concatenation. */
  readonly edge?: { readonly index: number; readonly operation: OperationName };
}

export interface CellGraph {
  readonly graph: MutGraph<Place, undefined>;
  readonly routes: readonly Route[];
}

/** Room for a label of 12 px in the widest of the usual sans-serif faces. */
export const textWidth = (text: string): number => Math.ceil(text.length * 7.1);

/** The graph of a cell. Operations are numbered from node to node. */
export function cellGraph({ inputs, nodes, output: { name, from: outputs } }: CellDiagram): CellGraph {
  const dag = graph<Place, undefined>();
  const routes: Route[] = [];
  const layers = inputs.map(() => 0);
  const states = inputs.map((text, index) =>
    dag.node({ kind: "input", layer: 0, text, index, height: 40, width: 54 })
  );
  let operations = 0;

  const connect = (from: GraphNode, to: GraphNode, edge?: Route["edge"]) => {
    const lanes = range(from.data.layer + 1, to.data.layer).map((layer) =>
      dag.node({ kind: "lane", layer, text: "", index: 0, height: 4, width: 0 })
    );
    const path = [from, ...lanes, to];
    path.slice(1).forEach((node, i) => dag.link(path[i]!, node, undefined));
    routes.push(edge ? { path, edge } : { path });
  };

  for (const { name: text, edges } of nodes) {
    const layer = 2 + (max(edges, ({ from }) => layers[from]!) ?? 0);
    const state = dag.node({ kind: "node", layer, text, index: states.length, height: 40, width: 40 });
    for (const { operation, from } of edges) {
      const index = operations++;
      const width = textWidth(operation) + 16;
      const box = dag.node({ kind: "operation", layer: layer - 1, text: operation, index, height: 26, width });
      connect(states[from]!, box, { index, operation });
      connect(box, state, { index, operation });
    }
    layers.push(layer);
    states.push(state);
  }

  const last = Math.max(...layers) + 1;
  const output = dag.node({
    kind: "output",
    layer: last,
    text: name,
    index: states.length,
    height: 56,
    width: 54,
  });
  for (const state of outputs) connect(states[state]!, output);
  return { graph: dag, routes };
}
