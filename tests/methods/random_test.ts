/** The baseline: a cell drawn uniformly. */
import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { methodByName } from "../../src/methods/mod.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { NasBench201Genotype } from "../../src/network/nasbench201/genotype.ts";
import { keyFromSeed } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

function draw(space: string, seed: number): Genotype {
  const { strategy } = methodByName("random");
  assert(strategy.kind === "drawn");
  return strategy.draw(spaceByName(space), keyFromSeed(seed));
}

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
  for (const count of counts.values()) assert(Math.abs(count - 600) < 100, `${[...counts]}`);
});
