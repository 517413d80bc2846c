/**
 * The discretization gap: what the supernet's accuracy loses when its mixed operations give way to those of the cell,
 * without any training in between.
 */
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { type AlphaLayout, matricesOf } from "../../src/search/alphas.ts";
import { type CellType, cellTypes, type Space } from "../../src/spaces/mod.ts";
import { evaluateGraph } from "./evaluate.ts";
import type { SearchProblem } from "./problem.ts";

/** Evaluation of the supernet at whatever mixing vector is fed as `mixing`. */
export function mixedEvaluateGraph({ config, data, net, layout }: SearchProblem): Record<string, Node> {
  const [normal, reduce] = matricesOf(input("mixing", [layout.floats]), layout) as [Node, Node];
  return evaluateGraph(
    data,
    net.layout,
    config.batch,
    ({ weights, ...nodes }) =>
      net.build({ ...nodes, parameters: weights, mode: "eval", mixing: { normal, reduce } }).logits,
  );
}

/** The mixing vector [floats] of a cell: one for each of its operations, zero for all others. */
export function discreteMixing(genotype: Genotype, space: Space, layout: AlphaLayout): Float32Array {
  const mixing = new Float32Array(layout.floats);
  for (const { name, offset, shape: [, columns] } of layout.matrices) {
    const cell = cellTypes.find((type: CellType) => type === name)!;
    genotype[cell].forEach(([operation, from], i) => {
      // Two entries a node, nodes in order.
      const to = 2 + Math.floor(i / 2);
      const edge = space.edges.findIndex((e) => e.from === from && e.to === to);
      mixing[offset + edge * columns + space.candidates[cell][edge]!.indexOf(operation)] = 1;
    });
  }
  return mixing;
}
