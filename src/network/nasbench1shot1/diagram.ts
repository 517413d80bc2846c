/** A cell of NAS-Bench-101 as a drawing: operations stand on its vertices. */
import type { OperationName } from "../../nn/operation_names.ts";
import type { CellDiagram } from "../diagram.ts";
import { connected, type ModelSpec } from "./model_spec.ts";

/** Vertices keep their numbers; those that lead nowhere are left out. */
export function cellDiagram(spec: ModelSpec): CellDiagram {
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
