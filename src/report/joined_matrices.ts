/** Joins matrices that are pieces of one tensor: a figure for each row would be mostly frame. */
import type { AlphaRows } from "../network/alphas.ts";
import type { AlphaMatrix } from "../spaces/space_data.ts";
import type { ReportData } from "./types.ts";

export interface Chosen extends Pick<ReportData, "mixing" | "choices"> {
  readonly matrices: readonly AlphaMatrix[];
}

/** The same with the rows of every tensor's pieces under the tensor's name, which may differ in length. */
export function joinedMatrices({ matrices, mixing, choices }: Chosen): Chosen {
  const nameOf = ({ name, tensor = name }: AlphaMatrix): string => tensor;
  const groups = [...new Set(matrices.map(nameOf))]
    .map((name) => ({ name, pieces: matrices.filter((matrix) => nameOf(matrix) === name) }));
  const rowsOf = (weights: AlphaRows): AlphaRows =>
    Object.fromEntries(
      groups.map(({ name, pieces }) => [name, pieces.flatMap((piece) => weights[piece.name]!)]),
    );
  return {
    matrices: groups.map(({ name, pieces }) => ({
      name,
      title: pieces[0]!.title,
      rows: pieces.flatMap(({ rows }) => rows),
    })),
    mixing: mixing.map(({ epoch, weights }) => ({ epoch, weights: rowsOf(weights) })),
    choices: choices.map(({ matrix, row, column }) => {
      const { name, pieces } = groups.find((group) => group.pieces.some((piece) => piece.name === matrix))!;
      const before = pieces.slice(0, pieces.findIndex((piece) => piece.name === matrix));
      return {
        matrix: name,
        row: before.reduce((sum, { rows }) => sum + rows.length, row),
        column,
      };
    }),
  };
}
