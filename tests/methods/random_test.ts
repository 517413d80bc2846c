/** The baseline: a cell drawn uniformly. */
import { assertEquals, assertNotEquals } from "deno-std/assert";
import { methodByName } from "../../src/methods/mod.ts";
import type { NasBench201Genotype } from "../../src/network/nasbench201/genotype.ts";
import { keyFromSeed } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

const draw = (space: string, seed: number) =>
  methodByName("random").draw!(spaceByName(space), keyFromSeed(seed));

Deno.test("random: a cell is the key's, and another of another key", () => {
  assertEquals(draw("s5", 1), draw("s5", 1));
  assertNotEquals(draw("s5", 1), draw("s5", 2));
});

Deno.test("random: every operation is about as frequent", () => {
  const counts = new Map<string, number>();
  for (let seed = 0; seed < 500; seed++) {
    const { arch } = draw("nasbench201", seed) as NasBench201Genotype;
    for (const [, name] of arch.matchAll(/([a-z_0-9]+)~/g)) counts.set(name!, (counts.get(name!) ?? 0) + 1);
  }
  assertEquals(counts.size, 5);
  for (const count of counts.values()) assertEquals(Math.abs(count - 600) < 100, true, `${[...counts]}`);
});
