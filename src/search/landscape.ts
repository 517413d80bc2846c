/**
 * Directions around the alphas, for figures of the loss landscape (Li et al. 2018, "Visualizing the loss landscape
 * of neural nets"; of alphas, Zela et al. 2020 and Chen & Hsieh 2020). All are flat vectors [floats] of length one.
 */
import { fold, type Key, normal } from "../random.ts";
import { softmax } from "../softmax.ts";
import { type AlphaLayout, rowsOf } from "../network/alphas.ts";

/**
 * A random direction, uniform on the sphere. Its rows sum to zero: adding a constant to a row of raw alphas changes
 * nothing, and mixing weights that sum to one stay so.
 */
export function randomDirection(key: Key, layout: AlphaLayout): Float32Array {
  const numbers = new Float32Array(layout.floats);
  for (const { name, shape: [rows, columns], offset } of layout.matrices) {
    const own = fold(key, name);
    for (let i = 0; i < rows * columns; i++) numbers[offset + i] = normal(own, i);
  }
  return unit(byRow(numbers, layout, (row) => {
    const mean = row.reduce((sum, x) => sum + x, 0) / row.length;
    return row.map((x) => x - mean);
  }));
}

/** The mixing weights of raw alphas. */
export const softmaxed = (alphas: Float32Array, layout: AlphaLayout): Float32Array =>
  byRow(alphas, layout, softmax);

/**
 * Where the softmax moves when raw alphas move along `direction`: its Jacobian times the direction, p·(v − p·v) a
 * row, made of length one.
 */
export function throughSoftmax(
  direction: Float32Array,
  alphas: Float32Array,
  layout: AlphaLayout,
): Float32Array {
  const moves = rowsOf(direction, layout);
  return unit(byRow(alphas, layout, (row, name, r) => {
    const weights = softmax(row);
    const move = moves[name]![r]!;
    const mean = dot(weights, move);
    return weights.map((p, k) => p * (move[k]! - mean));
  }));
}

/** `direction` less its part along `other`, made of length one again. */
export function orthogonal(direction: Float32Array, other: Float32Array): Float32Array {
  const share = dot(direction, other);
  return unit(direction.map((x, i) => x - share * other[i]!));
}

/** base + Σ r·d. */
export const moved = (
  base: Float32Array,
  ...steps: readonly (readonly [radius: number, direction: Float32Array])[]
): Float32Array => base.map((x, i) => steps.reduce((sum, [r, d]) => sum + r * d[i]!, x));

/** Radii −R … R, `steps` on either side of 0. */
export const symmetricRadii = (radius: number, steps: number): number[] =>
  Array.from({ length: 2 * steps + 1 }, (_, i) => (radius * (i - steps)) / steps);

function byRow(
  flat: Float32Array,
  layout: AlphaLayout,
  change: (row: number[], matrix: string, r: number) => readonly number[],
): Float32Array {
  const out = new Float32Array(layout.floats);
  const rows = rowsOf(flat, layout);
  for (const { name, shape: [, columns], offset } of layout.matrices) {
    rows[name]!.forEach((row, r) => out.set(change(row, name, r), offset + r * columns));
  }
  return out;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}

function unit(direction: Float32Array): Float32Array {
  const length = Math.sqrt(dot(direction, direction));
  return direction.map((x) => x / length);
}
