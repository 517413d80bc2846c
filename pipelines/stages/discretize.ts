/** From alphas to a cell, and what the log says of the alphas on the way. */
import { divergedError } from "../../src/errors.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { softmax } from "../../src/softmax.ts";
import { discretize as discretizeRows } from "../../src/network/discretize.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { type AlphaLayout, rowsOf } from "../../src/search/alphas.ts";
import type { SearchState } from "../../src/search/state.ts";
import type { CellType, Space } from "../../src/spaces/mod.ts";

type Matrices = Readonly<Record<CellType, number[][]>>;

export interface Discretized {
  /** Raw alphas. */
  readonly alphas: Matrices;
  readonly genotype: Genotype;
  /** Skip connections among the operations of both cells. */
  readonly skips: number;
  /** Mean entropy of the softmaxed rows, in nats. */
  readonly entropy: number;
}

/** Reads the alphas back and applies the space's rule (method: softmax first, then the two best edges a node). */
export async function discretize(
  runner: Runner,
  { alphas }: SearchState,
  layout: AlphaLayout,
  space: Space,
): Promise<Discretized> {
  const [flat] = await runner.tensors.read([alphas]);
  if (!flat!.every(Number.isFinite)) {
    throw divergedError("An architecture parameter is no number any more; lower --arch-lr or --lr.");
  }
  const raw = rowsOf(flat!, layout) as Matrices;
  const weights: Matrices = { normal: raw.normal.map(softmax), reduce: raw.reduce.map(softmax) };
  const rows = [...weights.normal, ...weights.reduce];
  const genotype = discretizeRows(weights, space);
  return {
    alphas: raw,
    genotype,
    skips:
      [...genotype.normal, ...genotype.reduce].filter(([operation]) => operation === "skip_connect").length,
    entropy: rows.reduce((sum, row) => sum - row.reduce((h, p) => h + (p > 0 ? p * Math.log(p) : 0), 0), 0) /
      rows.length,
  };
}
