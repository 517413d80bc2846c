/**
 * A cell of NAS-Bench-101 in its own notation, the ModelSpec of its public code: an upper triangular matrix of edges and
 * an operation for every vertex.
 */
import { z } from "zod";
import type { OperationName } from "../../nn/operation_names.ts";

/** What stands on the vertices between input and output. */
export const vertexOperations = [
  "conv3x3-bn-relu",
  "conv1x1-bn-relu",
  "maxpool3x3",
] as const satisfies readonly OperationName[];
export type VertexOperation = "input" | "output" | (typeof vertexOperations)[number];

export interface ModelSpec {
  /** [V, V]: 1 for an edge from the vertex of the row to the vertex of the column. */
  readonly matrix: readonly (readonly number[])[];
  /** [V]: `input`, the operations, `output`. */
  readonly ops: readonly VertexOperation[];
}

/** The vertices on a path from the input to the output, in order; only the output where there is no path. */
export function connected({ matrix }: Pick<ModelSpec, "matrix">): number[] {
  const vertices = [...matrix.keys()];
  const last = vertices.length - 1;
  const reached = new Set([0]);
  for (const i of vertices) {
    if (reached.has(i)) {
      for (const j of vertices) if (matrix[i]![j]) reached.add(j);
    }
  }
  const used = new Set([last]);
  for (const i of vertices.toReversed()) if (vertices.some((j) => matrix[i]![j] && used.has(j))) used.add(i);
  return vertices.filter((i) => used.has(i) && (reached.has(i) || i === last));
}

/** The operations of the vertices between input and output that count. */
export const connectedOperations = (spec: ModelSpec): OperationName[] =>
  connected(spec).slice(1, -1).map((vertex) => spec.ops[vertex] as OperationName);

const operation = z.string().transform((name, context): VertexOperation => {
  const known = ["input", ...vertexOperations, "output"] as const;
  const found = known.find((candidate) => candidate === name);
  if (found) return found;
  context.addIssue({
    code: "custom",
    message: `unknown operation "${name}"; there are ${vertexOperations.join(", ")}`,
  });
  return z.NEVER;
});

/** What is wrong with the vertices or the edges, field first. */
function mistake({ matrix, ops }: ModelSpec): readonly [keyof ModelSpec, string] | undefined {
  if (ops[0] !== "input" || ops.at(-1) !== "output") return ["ops", "begins with input and ends with output"];
  const between = ops.slice(1, -1).find((name) => name === "input" || name === "output");
  if (between) return ["ops", `${between} stands between the first and the last vertex`];
  if (matrix.length !== ops.length || matrix.some((row) => row.length !== ops.length)) {
    return ["matrix", `a row and a column for each of the ${ops.length} vertices of ops`];
  }
  const back = matrix.findIndex((row, i) => row.some((value, j) => value === 1 && j <= i));
  if (back >= 0) return ["matrix", `row ${back} has an edge that does not lead to a later vertex`];
  if (connected({ matrix })[0] !== 0) return ["matrix", "no path from the input to the output"];
  return undefined;
}

export const modelSpecSchema: z.ZodType<ModelSpec> = z.strictObject({
  matrix: z.array(z.array(z.union([z.literal(0), z.literal(1)], "an edge is 0 or 1"))),
  ops: z.array(operation).min(2, "a cell has an input and an output"),
}).superRefine((spec, context) => {
  const [field, message] = mistake(spec) ?? [];
  if (field) context.addIssue({ code: "custom", path: [field], message: message! });
});

/** JSON, one row of the matrix a line; `readGenotype` reads it back. */
export const modelSpecJson = ({ matrix, ops }: ModelSpec): string =>
  `{\n  "matrix": [\n${matrix.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ],\n  "ops": ${
    JSON.stringify(ops)
  }\n}\n`;

/** The same on one line. */
export const modelSpecText = ({ matrix, ops }: ModelSpec): string => JSON.stringify({ matrix, ops });
