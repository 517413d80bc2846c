/** R-DARTS: the searches whose best cell is kept. */
import { assert, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { methodByName } from "../../src/methods/mod.ts";
import type { SearchChanges } from "../../src/methods/strategy.ts";

function searches(method: string): readonly SearchChanges[] {
  const { strategy } = methodByName(method);
  assert(strategy.kind === "best of");
  return strategy.searches(resolve(searchCommand, { flags: { method } }));
}

Deno.test("r-darts-dp: drop-path of 0 to 0.6 and cutout, the first without either", () => {
  assertEquals(searches("r-darts-dp"), [
    { searchDropPath: 0, cutout: 0 },
    { searchDropPath: 0.2, cutout: 16 },
    { searchDropPath: 0.4, cutout: 16 },
    { searchDropPath: 0.6, cutout: 16 },
  ]);
  const { cutoutProbability } = methodByName("r-darts-dp");
  assertEquals([0, 1, 2].map((epoch) => cutoutProbability(epoch, 3)), [0, 0.5, 1]);
});

Deno.test("r-darts-l2: a penalty on the weights of 3e-4 times 1, 3, 9, 27 and 81", () => {
  const penalties = searches("r-darts-l2").map(({ weightDecay }) => weightDecay! / 3e-4);
  assertEquals(penalties.map(Math.round), [1, 3, 9, 27, 81]);
});
