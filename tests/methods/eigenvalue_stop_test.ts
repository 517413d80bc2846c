/** The eigenvalue rule of DARTS-ES and DARTS-ADA on made-up series. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { epochsBack, localAverages, stopEpoch, type StopRule } from "../../src/methods/eigenvalue_stop.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";

/** The public code's numbers. */
const rule: StopRule = {
  stopEvery: 2,
  stopWindow: 5,
  stopDelta: 4,
  stopFactor: 1.3,
  stopStart: 10,
};
const settings = methodSettings({ ...rule, decayFactor: 10, decayMax: 0.03 });
/** Eigenvalues of epochs 0, 2, 4, … up to `last`. */
const series = (last: number, value: (epoch: number) => number) =>
  Array.from({ length: last / 2 + 1 }, (_, i) => ({ epoch: 2 * i, value: value(2 * i) }));

Deno.test("local averages: none of two, all of three and four, then the last five", () => {
  const got = localAverages([1, 2, 6, 7, 9, 11, 1], 5);
  [NaN, NaN, 3, 4, 5, 7, 6.8].forEach((want, i) =>
    Number.isNaN(want) ? assertEquals(got[i], NaN) : assertAlmostEquals(got[i]!, want, 1e-12)
  );
});

Deno.test("eigenvalue rule: goes 12 epochs back, and is first tested in epoch 22", () => {
  assertEquals(epochsBack(rule), 12);
  const doubling = (epoch: number) => 2 ** epoch;
  assertEquals([16, 18, 20].map((last) => stopEpoch(series(last, doubling), rule, 50)), [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals(stopEpoch(series(22, doubling), rule, 50), 10);
  assertEquals(stopEpoch(series(30, doubling), rule, 50), 18);
});

Deno.test("eigenvalue rule: compares the local averages four eigenvalues apart with the factor", () => {
  // Epochs 14 to 22 against epochs 6 to 14; epoch 14 is in both.
  const step = (high: number) => series(22, (epoch) => (epoch > 14 ? high : 1));
  // (1 + 4·high) / 5 over 1.
  assertEquals(stopEpoch(step(1.374), rule, 50), undefined);
  assertEquals(stopEpoch(step(1.376), rule, 50), 10);
  // Before epoch 6 nothing counts.
  const early = series(22, (epoch) => (epoch < 6 ? 1e6 : epoch > 14 ? 1.376 : 1));
  assertEquals(stopEpoch(early, rule, 50), 10);
});

Deno.test("eigenvalue rule: one peak does not stop a search, and the last epoch stops nothing", () => {
  assertEquals(stopEpoch(series(22, (epoch) => (epoch === 22 ? 2 : 1)), rule, 50), undefined);
  assertEquals(stopEpoch(series(22, (epoch) => 2 ** epoch), rule, 23), undefined);
  assertEquals(stopEpoch([], rule, 50), undefined);
});

/** The rule of a method on the eigenvalues. */
function watchOf(name: string) {
  const { strategy } = methodByName(name);
  assert(strategy.kind === "gradient" && strategy.watch);
  return strategy.watch;
}

Deno.test("darts-es: stops with the cell from before the growth", () => {
  const watch = watchOf("darts-es");
  const progress = { epochs: 50, weightDecay: 3e-4 };
  assertEquals(watch(settings, series(24, () => 1), progress), { kind: "continue" });
  assertEquals(watch(settings, series(24, (epoch) => 2 ** epoch), progress), { kind: "stop", epoch: 12 });
});

Deno.test("darts-ada: rolls back with ten times the weight decay, up to its maximum, then goes on", () => {
  const watch = watchOf("darts-ada");
  const grown = series(24, (epoch) => 2 ** epoch);
  const at = (weightDecay: number) => watch(settings, grown, { epochs: 50, weightDecay });
  assertEquals(at(3e-4), { kind: "rollback", epoch: 12, weightDecay: 3e-4 * 10 });
  assertEquals(at(0.01), { kind: "rollback", epoch: 12, weightDecay: 0.03 });
  assertEquals(at(0.03), { kind: "continue" });
});
