/** The family of NAS-Bench-1Shot1: its supernets, and the cells and networks of NAS-Bench-101. */
import type { NasBench1Shot1Space } from "../../spaces/nasbench1shot1.ts";
import type { OperationName } from "../../nn/operation_names.ts";
import type { CellDiagram } from "../diagram.ts";
import type { Family } from "../family.ts";
import { cellCounts } from "./count.ts";
import { choices, discretize, randomCell, sampleChoices } from "./discretize.ts";
import { networkLogits } from "./evaluation.ts";
import {
  connected,
  connectedOperations,
  type ModelSpec,
  modelSpecFields,
  modelSpecJson,
  modelSpecText,
  parseModelSpec,
} from "./model_spec.ts";
import { supernetLogits } from "./supernet.ts";

/** Operations stand on the vertices, which keep their numbers; those that lead nowhere are left out. */
function cellDiagram(spec: ModelSpec): CellDiagram {
  const vertices = connected(spec);
  const into = (vertex: number): number[] =>
    vertices.flatMap((from, state) => (spec.matrix[from]![vertex] ? [state] : []));
  const between = vertices.slice(1, -1);
  const leaving = into(vertices.at(-1)!);
  const spare = spec.ops.length - vertices.length;
  return {
    name: "cell",
    title: "Cell",
    inputs: ["c_{k-1}"],
    nodes: between.map((vertex) => ({
      name: String(vertex),
      operation: spec.ops[vertex] as OperationName,
      edges: into(vertex).map((from) => ({ from })),
    })),
    output: leaving.length > 1 && leaving[0] === 0
      ? { name: "c_{k}", from: leaving.slice(1), added: [0] }
      : { name: "c_{k}", from: leaving },
    note: "Edges from c_{k-1} are 1×1 convolutions." +
      (spare > 0
        ? ` Left out: ${spare} ${spare > 1 ? "vertices that lead" : "vertex that leads"} nowhere.`
        : ""),
  };
}

export const nasbench1shot1: Family<NasBench1Shot1Space, ModelSpec> = {
  matrices: ({ matrices }) => matrices,
  dropPaths: ({ parents }, { layers }) => layers * parents.length,
  supernet: supernetLogits,
  traces: { stem: "stem.op.0.weight", widening: 1, others: 0 },
  discretize,
  choices,
  random: randomCell,
  sample: sampleChoices,
  cellCounts,
  field: "matrix",
  parse: parseModelSpec,
  classes: { ModelSpec: modelSpecFields },
  text: modelSpecText,
  json: modelSpecJson,
  operations: (spec) => [connectedOperations(spec)],
  diagrams: (spec) => [cellDiagram(spec)],
  networkDropPaths: () => 0,
  network: networkLogits,
};
