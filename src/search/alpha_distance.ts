/** How far a search's alphas still are from where it ends (MS-DARTS section 4.2): a distance along its own path. */
import type { AlphaRows } from "../network/alphas.ts";
import { softmax } from "../softmax.ts";

/** ‖α − α_opt‖, Frobenius over all matrices, of the raw alphas and of the softmaxed rows. */
export function alphaDistance(alphas: AlphaRows, end: AlphaRows): Record<"raw" | "softmax", number> {
  const flat = (of: AlphaRows, change: (row: readonly number[]) => readonly number[]): number[] =>
    Object.values(of).flat().flatMap(change);
  const distance = (change: (row: readonly number[]) => readonly number[]): number => {
    const target = flat(end, change);
    return Math.hypot(...flat(alphas, change).map((x, i) => x - target[i]!));
  };
  return { raw: distance((row) => row), softmax: distance((row) => softmax([...row])) };
}
