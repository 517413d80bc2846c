/** Comparisons of vectors, and of gradients with central differences. */
import { assert, assertEquals } from "deno-std/assert";
import { keyFromSeed, normal } from "../../src/random.ts";

const norm = (x: Float64Array): number => Math.sqrt(dot(x, x));
export const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** Feeds are float32 where the rest is float64. */
export function assertNear(
  got: Float64Array,
  want: Float64Array,
  what: string,
  tolerance = 1e-6,
): void {
  assertEquals(got.length, want.length, what);
  const off = norm(got.map((x, i) => x - want[i]!));
  assert(off <= tolerance * norm(want), `${what} is off by ${off}, of ${norm(want)}`);
}

/**
 * Asserts that `slope` is the gradient of `loss` at `x`, clipped to a norm of `clip` as PyTorch does: along itself, along
 * three directions by chance, and at its largest entries.
 */
export function assertSlope(
  slope: Float64Array,
  loss: (x: Float64Array) => number,
  x: Float64Array,
  clip: number,
  what: string,
): void {
  const size = norm(slope);
  assert(size > 1e-3, `${what} has a norm of ${size}, which shows nothing`);
  // So small that next to no ReLU changes its mind on the way.
  const h = 3e-8;
  const along = (d: Float64Array): number => {
    const [up, down] = [h, -h].map((step) => loss(x.map((value, i) => value + step * d[i]!)));
    return (up! - down!) / (2 * h);
  };
  const unit = (d: Float64Array): Float64Array => {
    const length = norm(d);
    return d.map((value) => value / length);
  };
  const whole = along(unit(slope));
  const factor = clip > 0 ? Math.min(1, clip / (Math.abs(whole) + 1e-6)) : 1;
  const order = [...slope.keys()].sort((a, b) => Math.abs(slope[b]!) - Math.abs(slope[a]!));
  const directions = [
    unit(slope),
    ...[1, 2, 3].map((seed) => unit(x.map((_, i) => normal(keyFromSeed(seed), i)))),
    ...order.slice(0, 4).map((place) => x.map((_, i) => Number(i === place))),
  ];
  for (const [i, direction] of directions.entries()) {
    const [got, want] = [dot(slope, direction), factor * along(direction)];
    assert(Math.abs(got - want) < 1e-5 * size, `${what} along direction ${i} is ${got}, should be ${want}`);
  }
}
