import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "deno-std/assert";
import { keyFromSeed, normal } from "../../src/random.ts";
import { rowsOf } from "../../src/network/alphas.ts";
import {
  moved,
  orthogonal,
  randomDirection,
  softmaxed,
  symmetricRadii,
  throughSoftmax,
} from "../../src/search/landscape.ts";
import { layoutOf } from "./matrices.ts";

const layout = layoutOf({ normal: [3, 3], reduce: [2, 5] });
const alphas = new Float32Array(layout.floats);
for (const { offset, shape: [rows, columns] } of layout.matrices) {
  for (let i = 0; i < rows * columns; i++) alphas[offset + i] = normal([7, offset], i);
}
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const direction = randomDirection(keyFromSeed(1), layout);

Deno.test("landscape: a random direction has length one, rows that sum to zero, and a seed", () => {
  assertAlmostEquals(dot(direction, direction), 1, 1e-6);
  for (const rows of Object.values(rowsOf(direction, layout))) {
    for (const row of rows) assertAlmostEquals(row.reduce((sum, x) => sum + x, 0), 0, 1e-6);
  }
  assertEquals(direction[9], 0, "floats between matrices stay zero");
  assertEquals(randomDirection(keyFromSeed(1), layout), direction);
  assertNotEquals(randomDirection(keyFromSeed(2), layout), direction);
});

Deno.test("landscape: orthogonal directions", () => {
  const other = orthogonal(randomDirection(keyFromSeed(2), layout), direction);
  assertAlmostEquals(dot(other, direction), 0, 1e-6);
  assertAlmostEquals(dot(other, other), 1, 1e-6);
});

Deno.test("landscape: a direction through the softmax is where the softmax moves", () => {
  const through = throughSoftmax(direction, alphas, layout);
  const [plus, minus] = [0.01, -0.01].map((r) => softmaxed(moved(alphas, [r, direction]), layout));
  const change = plus!.map((p, i) => p - minus![i]!);
  const length = Math.hypot(...change);
  for (const [i, x] of change.entries()) assertAlmostEquals(x / length, through[i]!, 1e-3);
  assert(length > 1e-3);
});

Deno.test("landscape: radii are symmetric and hold zero", () => {
  assertEquals(symmetricRadii(2, 2), [-2, -1, 0, 1, 2]);
  assertEquals(Object.is(symmetricRadii(0.3, 3)[3], 0), true);
});
