import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { augmentationPlan, identityPlan } from "../../src/data/augmentation.ts";
import { fold, keyFromSeed } from "../../src/random.ts";

const key = keyFromSeed(3);
const all = { height: 8, width: 6, pad: 2, flip: true, cutoutSize: 4, cutoutProbability: 0.25 };
const column = (plan: Int32Array, field: number) =>
  Array.from({ length: plan.length / 6 }, (_, n) => plan[n * 6 + field]!);

/** How often each value occurs. */
function counts(values: number[]): Map<number, number> {
  const found = new Map<number, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

Deno.test("augmentation: every value of each field, equally often", () => {
  const plan = augmentationPlan(key, 6000, all);
  const wanted = [[-2, -1, 0, 1, 2], [-2, -1, 0, 1, 2], [0, 1], [0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3, 4, 5]];
  wanted.forEach((values, field) => {
    const found = counts(column(plan, field));
    assertEquals([...found.keys()].sort((a, b) => a - b), values);
    const each = 6000 / values.length;
    for (const [value, n] of found) {
      assert(Math.abs(n - each) < 6 * Math.sqrt(each), `field ${field}: ${value} ${n}×`);
    }
  });
  const cut = counts(column(plan, 5));
  assertEquals([...cut.keys()].sort(), [0, 4]);
  assert(Math.abs(cut.get(4)! - 1500) < 200);
});

Deno.test("augmentation: the same key gives the same plan, another key another", () => {
  assertEquals(augmentationPlan(key, 9, all), augmentationPlan(key, 9, all));
  assertNotEquals(augmentationPlan(key, 9, all), augmentationPlan(fold(key, 1), 9, all));
  assertEquals(augmentationPlan(key, 9, all).subarray(0, 24), augmentationPlan(key, 4, all));
});

Deno.test("augmentation: what is off leaves the image alone", () => {
  const off = { ...all, pad: 0, flip: false, cutoutProbability: 0 };
  const plan = augmentationPlan(key, 50, off);
  for (const field of [0, 1, 2, 5]) assertEquals(new Set(column(plan, field)), new Set([0]));
  assertEquals(
    counts(column(augmentationPlan(key, 50, { ...off, cutoutProbability: 1 }), 5)),
    new Map([[4, 50]]),
  );
  assertEquals(identityPlan(2), new Int32Array(12));
});

Deno.test("augmentation: no two numbers of neighbouring images are the same draw", () => {
  const plan = augmentationPlan(key, 500, { ...all, height: 5, width: 5 });
  const draws = [0, 1, 3, 4].flatMap((field) =>
    [0, 1].map((later) => column(plan, field).slice(later, 499 + later))
  );
  const centred = draws.map((draw) => draw.map((v) => v - Math.min(...draw)).join());
  assertEquals(new Set(centred).size, draws.length);
});
