/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers: as easy
 * as 1, 2, 3", 2011). A key is a value; the same key and counter give the same bits here and in
 * `shaders/random.wgsl`, so nothing depends on how often or in which order numbers were drawn.
 *
 * ```ts
 * import { deepEqual, equal, notEqual } from "node:assert/strict";
 * import { fold, keyFromSeed, permutation, uniform } from "@ms-darts/ms-darts/random";
 *
 * const key = keyFromSeed(7);
 * equal(uniform(key, 3), uniform(key, 3)); // in [0, 1), the same whenever it is asked for
 * notEqual(uniform(fold(key, "weights"), 3), uniform(fold(key, "alphas"), 3)); // a key for each use
 * deepEqual([...permutation(key, 4)].sort(), [0, 1, 2, 3]);
 * ```
 *
 * @module
 */
export type Key = readonly [number, number];

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** One Threefry-2x32-20 block: two 32-bit words from a key and a two-word counter. */
export function threefry(key: Key, counter0: number, counter1: number): [number, number] {
  const schedule = [key[0] >>> 0, key[1] >>> 0, (key[0] ^ key[1] ^ 0x1bd11bda) >>> 0] as const;
  let x = (counter0 + schedule[0]) >>> 0;
  let y = (counter1 + schedule[1]) >>> 0;
  for (let round = 0; round < 20; round++) {
    const r = rotations[round % 8]!;
    x = (x + y) >>> 0;
    y = ((y << r) | (y >>> (32 - r))) >>> 0;
    y = (y ^ x) >>> 0;
    if (round % 4 === 3) {
      const s = (round + 1) / 4;
      x = (x + schedule[s % 3]!) >>> 0;
      y = (y + schedule[(s + 1) % 3]! + s) >>> 0;
    }
  }
  return [x, y];
}

/** The key of a run. */
export const keyFromSeed = (seed: number): Key => [Math.floor(seed / 2 ** 32) >>> 0, seed >>> 0];

/** A key for one use, from a name or a step number: different uses never share numbers. */
export function fold(key: Key, use: string | number): Key {
  if (typeof use === "number") return threefry(key, use >>> 0, 0x5eed);
  let folded = key;
  // Second counter words of their own: no stream of numbers uses them.
  for (let i = 0; i < use.length; i++) folded = threefry(folded, use.charCodeAt(i), 0x10000 + i);
  return folded;
}

/** The `index`-th of a key's 32-bit words. */
export const word = (key: Key, index: number): number => threefry(key, index >>> 1, 0)[index & 1]!;

/** Uniform in [0, 1) with 24 bits, so that it is exact in float32. */
export const uniform = (key: Key, index: number): number => (word(key, index) >>> 8) / 2 ** 24;

/** Whole numbers drawn with a key's words: `draw(n)` is uniform below n, another one at each call. */
export function drawing(key: Key): (below: number) => number {
  let drawn = 0;
  return (below) => Math.floor(below * uniform(key, drawn++));
}

/** Standard normal by Box-Muller, from two words. */
function boxMuller([a, b]: readonly [number, number]): number {
  const u = ((a >>> 8) + 1) / 2 ** 24;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos((2 * Math.PI * (b >>> 8)) / 2 ** 24);
}

/** Standard normal, one number an index (two words each). */
export const normal = (key: Key, index: number): number => boxMuller(threefry(key, index, 1));

/** A permutation of 0 … n-1 (Fisher-Yates). */
export function permutation(key: Key, n: number): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor((word(key, i) / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/**
 * Element `index` of one of a key's streams, uniform in [0, 1) with 24 bits: the bits of the graph's `uniformNoise`.
 * Streams keep clear of the counters of {@link word} and {@link normal}.
 */
export const uniformStream = (key: Key, stream: number, index: number): number =>
  (threefry(key, index, stream + 16)[0] >>> 8) / 2 ** 24;

/** Element `index` of one of a key's streams, standard normal: the graph's `gaussianNoise` to float32 precision. */
export const normalStream = (key: Key, stream: number, index: number): number =>
  boxMuller(threefry(key, index, stream + 16));
