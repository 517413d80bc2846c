import { assert, assertEquals } from "deno-std/assert";
import { fold, keyFromSeed, permutation, threefry, uniform } from "../src/random.ts";

Deno.test("threefry matches the published vectors (Random123 kat_vectors, threefry2x32 20)", () => {
  assertEquals(threefry([0, 0], 0, 0), [0x6b200159, 0x99ba4efe]);
  assertEquals(threefry([0xffffffff, 0xffffffff], 0xffffffff, 0xffffffff), [0x1cb996fc, 0xbb002be7]);
  assertEquals(threefry([0x13198a2e, 0x03707344], 0x243f6a88, 0x85a308d3), [0xc4923a9c, 0x483df7a0]);
});

Deno.test("permutation holds every index once and depends on the key", () => {
  const key = fold(keyFromSeed(1), "order");
  assertEquals([...permutation(key, 33)].sort((a, b) => a - b), Array.from({ length: 33 }, (_, i) => i));
  assert(permutation(key, 33).join() !== permutation(fold(key, 1), 33).join());
});

Deno.test("every index is as likely at every place of a permutation", () => {
  const counts = Array.from({ length: 4 }, () => new Array<number>(4).fill(0));
  for (let seed = 0; seed < 4000; seed++) {
    permutation(keyFromSeed(seed), 4).forEach((index, place) => counts[place]![index]!++);
  }
  for (const count of counts.flat()) assert(Math.abs(count - 1000) < 120, `${counts}`);
});

Deno.test("uniform has the mean and the range of U[0, 1)", () => {
  const key = keyFromSeed(2);
  const draws = Array.from({ length: 4096 }, (_, i) => uniform(key, i));
  assert(Math.min(...draws) >= 0 && Math.max(...draws) < 1);
  assert(Math.abs(draws.reduce((a, b) => a + b) / draws.length - 0.5) < 0.02);
});
