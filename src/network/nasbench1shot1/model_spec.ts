/**
 * A cell of NAS-Bench-101 in its own notation, the ModelSpec of its public code: an upper triangular matrix of edges and
 * an operation for every vertex.
 */
import type { OperationName } from "../../nn/operation_names.ts";
import { Bare } from "../literal.ts";
import { asList, checkFields, type Fields, inWords, Misfit } from "../misfit.ts";

/** What stands on the vertices between input and output. */
export const vertexOperations = [
  "conv3x3-bn-relu",
  "conv1x1-bn-relu",
  "maxpool3x3",
] as const satisfies readonly (OperationName & VertexOperation)[];
/** What stands on a vertex: an operation, or an end of the cell. */
export type VertexOperation = "input" | "output" | "conv3x3-bn-relu" | "conv1x1-bn-relu" | "maxpool3x3";

/** A cell of NAS-Bench-101; vertices are numbered from the input (0) to the output (V − 1). */
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

/** Fields of the benchmark's own class, in order; where the channels lie says nothing of the cell. */
export const modelSpecFields = ["matrix", "ops", "data_format"] as const;

/** The names that the benchmark's examples give the operations. */
const constants: Readonly<Record<string, VertexOperation>> = {
  INPUT: "input",
  CONV3X3: "conv3x3-bn-relu",
  CONV1X1: "conv1x1-bn-relu",
  MAXPOOL3X3: "maxpool3x3",
  OUTPUT: "output",
};

/** The cell in a parsed value. Throws a {@link Misfit}. */
export function parseModelSpec({ data_format: _, ...value }: Fields): ModelSpec {
  checkFields(value, ["matrix", "ops"]);
  const ops = asList(value["ops"], "ops", "a list of operations").map(parseOperation);
  const matrix = asList(value["matrix"], "matrix", "a list of rows").map((row, i) =>
    asList(row, `matrix, row ${i}`, "a list of 0 and 1").map((entry, j) => {
      if (entry === 0 || entry === 1 || typeof entry === "boolean") return Number(entry);
      throw new Misfit(`matrix, row ${i}, column ${j}`, `it is ${inWords(entry)}, but an edge is 0 or 1`);
    })
  );
  if (ops.length < 2) throw new Misfit("ops", "a cell has an input and an output");
  const [field, message] = mistake({ matrix, ops }) ?? [];
  if (field) throw new Misfit(field, message!);
  return { matrix, ops };
}

function parseOperation(value: unknown, vertex: number): VertexOperation {
  const name = value instanceof Bare ? constants[value.name] : value;
  const found = Object.values(constants).find((candidate) => candidate === name);
  if (found) return found;
  throw new Misfit(
    `ops, vertex ${vertex}`,
    `unknown operation ${inWords(value)}; there are ${vertexOperations.join(", ")}`,
  );
}

/** What is wrong with the vertices or the edges, field first. */
function mistake({ matrix, ops }: ModelSpec): readonly [keyof ModelSpec, string] | undefined {
  if (ops[0] !== "input" || ops.at(-1) !== "output") {
    return ["ops", `it begins with ${ops[0]} and ends with ${ops.at(-1)}, and should with input and output`];
  }
  const between = ops.slice(1, -1).find((name) => name === "input" || name === "output");
  if (between) return ["ops", `${between} stands between the first and the last vertex`];
  if (matrix.length !== ops.length || matrix.some((row) => row.length !== ops.length)) {
    return [
      "matrix",
      `it has ${matrix.length} rows of ${
        [...new Set(matrix.map((row) => row.length))].join(" or ")
      } columns, and ` +
      `should have a row and a column for each of the ${ops.length} vertices of ops`,
    ];
  }
  const back = matrix.findIndex((row, i) => row.some((value, j) => value === 1 && j <= i));
  if (back >= 0) return ["matrix", `row ${back} has an edge that does not lead to a later vertex`];
  if (connected({ matrix })[0] !== 0) return ["matrix", "no path from the input to the output"];
  return undefined;
}

/** JSON, one row of the matrix a line; `readGenotype` reads it back. */
export const modelSpecJson = ({ matrix, ops }: ModelSpec): string =>
  `{\n  "matrix": [\n${matrix.map((row) => `    ${JSON.stringify(row)}`).join(",\n")}\n  ],\n  "ops": ${
    JSON.stringify(ops)
  }\n}\n`;

/** The same on one line. */
export const modelSpecText = ({ matrix, ops }: ModelSpec): string => JSON.stringify({ matrix, ops });
