/**
 * A cell as a graph whose links all go from one layer to the next: states on even layers, by longest path from
 * the inputs; the operation of an edge as a box of its own on the odd layer before the state it enters; and a
 * lane on every layer that an edge passes. Where operations stand on the nodes, these are the boxes, one layer
 * apart. Because whatever an edge passes has a place of its own, no edge can be drawn over a label.
 */
import { graph, type MutGraph, type MutGraphNode } from "d3-dag";
import type { CellDiagram } from "../network/diagram.ts";
import type { OperationName } from "../nn/operation_names.ts";
import { max, range } from "./d3.ts";

export interface Place {
  readonly kind: "input" | "node" | "output" | "operation" | "lane";
  readonly layer: number;
  readonly text: string;
  /** The states' own number; the output's is one past the last, operations have numbers of their own. */
  readonly index: number;
  /** Across the direction of reading, along it: height and width on the page. */
  readonly height: number;
  readonly width: number;
}

type GraphNode = MutGraphNode<Place, undefined>;

/** A link of the drawing from one box to the next, with the lanes it takes on the way. */
export interface Route {
  readonly path: readonly GraphNode[];
  /** The edge of the genotype, or undefined where it has no operation. */
  readonly edge?: { readonly index: number; readonly operation: OperationName };
}

export interface CellGraph {
  readonly graph: MutGraph<Place, undefined>;
  readonly routes: readonly Route[];
}

/** Room for a label of 12 px in the widest of the usual sans-serif faces. */
export const textWidth = (text: string): number => Math.ceil(text.length * 7.1);

/** The operations of a cell, as they are numbered: node by node, those of its edges before its own. */
export const operationsOf = ({ nodes }: CellDiagram): OperationName[] =>
  nodes.flatMap(({ edges, operation }) =>
    [...edges.map((edge) => edge.operation), operation].filter((name) => name !== undefined)
  );

/** The graph of a cell. */
export function cellGraph({ inputs, nodes, output }: CellDiagram): CellGraph {
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

  const operationBox = (operation: OperationName, layer: number): GraphNode => {
    const width = textWidth(operation) + 16;
    return dag.node({ kind: "operation", layer, text: operation, index: operations++, height: 26, width });
  };

  for (const { name: text, edges, operation } of nodes) {
    const before = max(edges, ({ from }) => layers[from]!) ?? 0;
    const layer = before + (edges.every((edge) => edge.operation === undefined) ? 1 : 2);
    const boxes = edges.map((edge) => edge.operation && operationBox(edge.operation, layer - 1));
    const state = operation
      ? operationBox(operation, layer)
      : dag.node({ kind: "node", layer, text, index: states.length, height: 40, width: 40 });
    edges.forEach((edge, i) => {
      const box = boxes[i];
      if (!box || !edge.operation) return connect(states[edge.from]!, state);
      const own = { index: box.data.index, operation: edge.operation };
      connect(states[edge.from]!, box, own);
      connect(box, state, own);
    });
    layers.push(layer);
    states.push(state);
  }

  const last = Math.max(...layers) + 1;
  const end = dag.node({
    kind: "output",
    layer: last,
    text: output.name,
    index: states.length,
    height: 56,
    width: 54,
  });
  for (const state of [...output.from, ...output.added ?? []]) connect(states[state]!, end);
  return { graph: dag, routes };
}
