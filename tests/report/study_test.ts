import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { type ArmSummary, mannWhitney, type StudyRecord, summariseStudy } from "../../src/report/mod.ts";
import { collapsedSince, median, skipsOf } from "../../src/report/study.ts";
import { sampleBaselines, sampleRecords, sampleStudy } from "./study_sample.ts";

/** All choices of `size` of some things. */
function* choices<T>(things: readonly T[], size: number): Generator<T[]> {
  if (size === 0) return yield [];
  for (let i = 0; i + size <= things.length; i++) {
    for (const rest of choices(things.slice(i + 1), size - 1)) yield [things[i]!, ...rest];
  }
}

/** U by its definition, pair by pair, and the share of divisions at least as far from its mean. */
function byPairs(first: readonly number[], second: readonly number[]) {
  const uOf = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, x) => sum + b.reduce((own, y) => own + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0);
  const all = [...first, ...second];
  const places = all.map((_, i) => i);
  const middle = first.length * second.length / 2;
  const seen = Math.abs(uOf(first, second) - middle);
  let [far, count] = [0, 0];
  for (const own of choices(places, first.length)) {
    const others = places.filter((i) => !own.includes(i));
    const u = uOf(own.map((i) => all[i]!), others.map((i) => all[i]!));
    count++;
    if (Math.abs(u - middle) >= seen) far++;
  }
  return { u: uOf(first, second), p: far / count };
}

Deno.test("Mann-Whitney ≡ all divisions by definition, with and without ties", () => {
  for (
    const [first, second] of [
      [[1, 2, 3], [4, 5, 6]],
      [[54.3, 54.3, 76.9], [54.3, 93.6, 92.2, 90.1]],
      [[1, 1, 1, 1], [1, 1, 1]],
      [[5], [3, 4, 4, 9]],
      [[94.3, 93.1, 93.1, 90.2, 54.3], [94.3, 88, 54.3, 54.3, 54.3]],
      [[-1, 2.5, 0], [2.5, -7, 0, 1, 3, 3]],
    ] as const
  ) {
    const want = byPairs(first, second);
    const found = mannWhitney(first, second)!;
    assertEquals(found.u, want.u);
    assertEquals(found.ties, first.flatMap((a) => second.filter((b) => a === b)).length);
    assertAlmostEquals(found.p, want.p, 1e-12);
    // From the other side the same.
    const other = mannWhitney(second, first)!;
    assertEquals([other.u, other.p], [first.length * second.length - found.u, found.p]);
  }
});

Deno.test("Mann-Whitney: published values", () => {
  const run = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
  // All of 5 above all of 5: 2 of 252. Table of Mann & Whitney (1947): U = 2 of 5 and 5 is p = .032, two-sided.
  assertAlmostEquals(mannWhitney(run(10, 5), run(0, 5))!.p, 2 / 252, 1e-12);
  assertAlmostEquals(mannWhitney([1, 2, 3, 4, 7], [5, 6, 8, 9, 10])!.p, 8 / 252, 1e-12);
  // Critical values at 5 %, two-sided: U = 127 of 20 and 20 is significant, 128 is not.
  const shifted = (u: number) => {
    const values = run(0, 40);
    const first = values.slice(0, 20);
    // Each swap of neighbours across the border adds one to U.
    for (let k = 0, at = 19; k < u;) {
      const room = Math.min(20, u - k);
      first[at] = first[at]! + room;
      k += room;
      at--;
    }
    return mannWhitney(first, values.filter((value) => !first.includes(value)))!;
  };
  assertEquals([shifted(127).u, shifted(128).u], [127, 128]);
  assert(shifted(127).p < 0.05 && shifted(128).p > 0.05, `${shifted(127).p}, ${shifted(128).p}`);
});

Deno.test("Mann-Whitney: none of an empty sample", () => {
  assertEquals([mannWhitney([], [1]), mannWhitney([1], [])], [undefined, undefined]);
});

Deno.test("study: medians", () => {
  assertEquals([median([3]), median([4, 1]), median([9, 1, 2]), median([4, 1, 3, 2])], [3, 2.5, 2, 2.5]);
});

Deno.test("study: skips of a cell, and since when there are too many for good", () => {
  assertEquals(skipsOf("|skip_connect~0|+|none~0|skip_connect~1|+|none~0|none~1|avg_pool_3x3~2|"), 2);
  const looks = (skips: number[]) =>
    skips.map((count, i) => ({ ...sampleRecords(1)[0]!.looks[0]!, step: 10 * (i + 1), skips: count }));
  assertEquals(collapsedSince(looks([4, 3, 4, 5, 6])), 30);
  assertEquals(collapsedSince(looks([3, 4, 2, 5])), 40);
  assertEquals(collapsedSince(looks([6, 6])), 10);
  assertEquals(collapsedSince(looks([6, 6, 3])), null);
  assertEquals(collapsedSince([]), undefined);
});

const records = sampleRecords();
const summary = summariseStudy(sampleStudy, records, sampleBaselines);
const arm = (name: string): ArmSummary => summary.arms.find((one) => one.arm.name === name)!;

Deno.test("study: the numbers of an arm over its seeds", () => {
  const { runs, finished, accuracy, rank, collapsed, margin, eigenvalue, seconds } = arm("darts");
  assertEquals(runs.map(({ seed, state }) => [seed, state]), [0, 1, 2, 3, 4].map((seed) => [seed, "done"]));
  const own = records.filter((record) => record.arm === "darts");
  assertEquals(finished, own as typeof finished);
  const values = own.map(({ result }) => result!.accuracies["cifar10"]!);
  assertAlmostEquals(accuracy!.mean, values.reduce((sum, value) => sum + value) / 5, 1e-9);
  assertEquals([accuracy!.n, accuracy!.median], [5, median(values)]);
  assertEquals([accuracy!.low, accuracy!.high], [Math.min(...values), Math.max(...values)]);
  assertEquals(rank!.median, median(own.map(({ result }) => result!.rank)));
  assertEquals(collapsed, 5);
  assertEquals(margin!.median, median(own.map(({ looks }) => looks.at(-1)!.margin)));
  assertEquals(eigenvalue!.median, median(own.map(({ epochs }) => epochs.at(-1)!.eigenvalue!)));
  assertEquals(seconds!.median, median(own.map(({ result }) => result!.seconds)));
  assertEquals(arm("uniform").collapsed, 0);
  assertEquals(arm("uniform").alignment, undefined);
});

Deno.test("study: four skips of six edges are a collapse, three are none", () => {
  const [first] = records;
  const operations = (skips: number) =>
    Array.from({ length: 6 }, (_, e) => e < skips ? "skip_connect" : "none");
  const collapsed = [3, 4].map((skips) => {
    const [a, b, c, d, e, f] = operations(skips);
    const genotype = `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
    const record = { ...first!, result: { ...first!.result!, genotype } };
    return summariseStudy(sampleStudy, [record], sampleBaselines).arms[0]!.collapsed;
  });
  assertEquals(collapsed, [0, 1]);
});

Deno.test("study: runs that failed and runs that are missing are told apart, and count in no number", () => {
  const { runs, finished, accuracy } = arm("sdarts-rs");
  assertEquals(runs.map(({ state }) => state), ["done", "failed", "done", "done", "missing"]);
  assertEquals([runs[1]!.since, finished.length, accuracy!.n], [undefined, 3, 3]);
  const none = arm("lambda-darts");
  assertEquals(none.runs.map(({ state }) => state), sampleStudy.seeds.map(() => "missing"));
  assertEquals([none.accuracy, none.rank, none.margin, none.seconds, none.collapsed], [
    undefined,
    undefined,
    undefined,
    undefined,
    0,
  ]);
});

Deno.test("study: a number that only some runs have, and one that is not finite, are those of the others", () => {
  const without = records.map((record): StudyRecord =>
    record.arm !== "darts" ? record : {
      ...record,
      looks: record.seed > 0 ? record.looks : [],
      epochs: record.epochs.map((epoch) => record.seed > 1 ? { ...epoch, eigenvalue: NaN } : epoch),
    }
  );
  const [darts] = summariseStudy(sampleStudy, without, sampleBaselines).arms;
  assertEquals([darts!.margin!.n, darts!.eigenvalue!.n, darts!.accuracy!.n], [4, 2, 5]);
});

Deno.test("study: arms are tested by the accuracies of their runs", () => {
  const [first, , last] = summary.tests;
  const accuracies = (name: string) => arm(name).finished.map(({ result }) => result.accuracies["cifar10"]!);
  assertEquals(first!.result, mannWhitney(accuracies("ms-darts"), accuracies("darts")));
  assertEquals(last!.result, undefined);
});

Deno.test("study: seeds beside its own are shown, records of other arms are not", () => {
  const more = [{ ...records[0]!, seed: 9 }, { ...records[0]!, arm: "another" }];
  const { arms } = summariseStudy(sampleStudy, [...records, ...more], sampleBaselines);
  assertEquals(arms.map(({ arm }) => arm), sampleStudy.arms);
  assertEquals(arms[0]!.runs.map(({ seed }) => seed), [0, 1, 2, 3, 4, 9]);
});

Deno.test("study: a test of no arm and a seed that ran twice are refused", () => {
  const tests = [["darts", "dart"]] as const;
  assertThrows(() => summariseStudy({ ...sampleStudy, tests }, [], sampleBaselines), RangeError, '"dart"');
  assertThrows(
    () => summariseStudy(sampleStudy, [records[0]!, records[0]!], sampleBaselines),
    RangeError,
    "two records",
  );
});
