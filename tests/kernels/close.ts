import { assert } from "deno-std/assert";

/**
 * Asserts that float32 results agree with float64 ones within `tolerance` of the largest expected magnitude, and
 * names the worst element where they do not.
 */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  what: string,
  tolerance = 2e-6,
): void {
  assert(actual.length === expected.length, `${what}: ${actual.length} numbers, expected ${expected.length}`);
  let scale = 1e-30;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, Math.abs(expected[i]!));
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!) / scale;
    assert(
      error <= tolerance,
      `${what}: element ${i} is ${actual[i]}, expected ${expected[i]} (error ${error})`,
    );
  }
}
