/** `bench-peers`: from samples to the table, and what it says where it cannot measure. */
import { assert, assertEquals, assertRejects, assertThrows } from "deno-std/assert";
import { bars } from "../../bench/contest/bars.ts";
import { compare, median, quantity, tableLines } from "../../bench/contest/comparisons.ts";
import { type Result, type RowResult, runRow } from "../../bench/contest/contest.ts";
import { rows } from "../../bench/contest/rows.ts";
import { lastWords, startWorker } from "../../bench/contest/worker.ts";
import { resolve } from "../../src/config/resolve.ts";
import { benchPeersCommand, benchStepCommand } from "../../bench/settings.ts";
import { graphs } from "../../bench/steps.ts";
import { UserError } from "../../src/errors.ts";
import { task } from "../cli/spawn.ts";

const result = (samples: number[], more: Partial<Result> = {}): Result => ({
  version: "1",
  samples,
  ...more,
});
const took = (results: RowResult["results"], missing: RowResult["missing"] = {}) => ({ results, missing });

Deno.test("bench-peers: the median of odd and even numbers of samples", () => {
  assertEquals(median([9, 1, 5]), 5);
  assertEquals(median([4, 1, 9, 2]), 3);
  assertEquals(median([7]), 7);
});

Deno.test("bench-peers: a speed-up is theirs over ours, met from the target on", () => {
  const line = (theirs: number) =>
    compare(
      "forward-4",
      rows["forward-4"],
      took({ ours: result([90, 100, 300]), pytorch: result([theirs]) }),
    )[0]!;
  assertEquals([line(350).ours, line(350).ratio, line(350).met], [100, 3.5, true]);
  assertEquals(line(300).met, true);
  assertEquals([line(299).ratio, line(299).met], [2.99, false]);
});

Deno.test("bench-peers: an iteration is compared with our own, ours over theirs", () => {
  const line = (ours: number) =>
    compare("iteration-8", rows["iteration-8"], took({ ours: result([ours]), beside: result([100]) }))[0]!;
  assertEquals([line(145).ratio, line(145).met, line(145).peer], [1.45, true, undefined]);
  assertEquals(line(150).met, false);
});

Deno.test("bench-peers: a weight step tells the memory that it plans, aimed at for the paper's size", () => {
  const plan = (bytes: number) =>
    compare("weight-16", rows["weight-16"], took({ ours: result([1], { bytes }) }))[1]!;
  assertEquals([plan(2.4e9).unit, plan(2.4e9).peer, plan(2.4e9).met], ["bytes", undefined, true]);
  assertEquals(plan(4.1e9).met, false);
});

Deno.test("bench-peers: memory is compared by one measure, and not where a device has its own", () => {
  const lines = (software: boolean) =>
    compare(
      "weight-4",
      rows["weight-4"],
      took({
        ours: result([1], {
          bytes: 1e8,
          peakMemory: 8e8,
          device: { adapter: "a", driver: "b", software },
        }),
        pytorch: result([3], { peakMemory: 4e8 }),
      }),
    );
  assertEquals(lines(true).slice(2).map(({ ours, theirs, ratio }) => [ours, theirs, ratio]), [[
    8e8,
    4e8,
    0.5,
  ]]);
  assertEquals(lines(false).slice(2), []);
});

Deno.test("bench-peers: what single rounds leave open is told, of rounds that both took", () => {
  const line = (theirs: number[]) =>
    compare(
      "weight-4",
      rows["weight-4"],
      took({ ours: result([10, 20, 12], { bytes: 1 }), pytorch: result(theirs) }),
    )[
      0
    ]!;
  assertEquals([line([20, 30, 36]).ratio, line([20, 30, 36]).rounds], [2.5, [1.5, 3]]);
  assertEquals(line([20]).rounds, undefined);
  assert(tableLines([line([20, 30, 36])])[1]!.includes("2.50× (1.50 to 3.00)"));
  assertEquals(bars([line([20, 30, 36])], "").groups[0]!.bars[0]!.range, [1.5, 3]);
});

Deno.test("bench-peers: a cold start has a limit and no peer", () => {
  const [line] = compare("cold-tiny", rows["cold-tiny"], took({ ours: result([19e3, 21e3, 18e3]) }));
  assertEquals([line!.ours, line!.ratio, line!.met], [19e3, undefined, true]);
});

Deno.test("bench-peers: the table says met, missed, and why one is missing", () => {
  const lines = tableLines(compare(
    "block",
    rows.block,
    took({ ours: result([5]), pytorch: result([10]), "jax-js": result([20]) }, {
      tfjs: "not installed here",
    }),
  ));
  assertEquals(lines.map((line) => line.split(/ {2,}/).at(-1)), [
    "target",
    "met",
    "missed",
    "at least 8×",
    "Missing: TensorFlow.js, block of 64×16×32×32, forward: not installed here.",
  ]);
  assert(/ours +beside +theirs +ratio/.test(lines[0]!));
  assert(/5\.00 ms +jax-js +20\.0 ms +4\.00×/.test(lines[2]!));
});

Deno.test("bench-peers: quantities", () => {
  assertEquals(
    [quantity(5.314, "milliseconds"), quantity(412.3, "milliseconds"), quantity(12_510, "milliseconds")],
    ["5.31 ms", "412 ms", "12.5 s"],
  );
  assertEquals([quantity(203e6, "bytes"), quantity(2.21e9, "bytes")], ["203 MB", "2.21 GB"]);
});

Deno.test("bench-peers: bars are of peers that were measured", () => {
  const lines = compare(
    "block",
    rows.block,
    took({ ours: result([5]), "jax-js": result([20]) }, { pytorch: "no" }),
  );
  assertEquals(bars(lines, "").groups, [
    { name: "Beside jax-js", bars: [{ name: rows.block.title, ratio: 4, target: 8 }] },
  ]);
});

Deno.test("bench-peers: a whole table goes where the README looks, a part only where it is told", () => {
  const read = (flags: Record<string, string>) => resolve(benchPeersCommand, { flags });
  assertEquals([read({}).results, read({}).chart], ["bench/peers.json", "docs/peers.svg"]);
  const part = read({ rows: "block, weight-4", results: "a.json" });
  assertEquals([part.rows, part.results, part.chart], [["weight-4", "block"], "a.json", undefined]);
  assertThrows(() => read({ rows: "blok" }), UserError, 'did you mean "block"?');
});

Deno.test("bench-peers: an unknown row is one sentence and exit 2", async () => {
  const { code, stdout, stderr } = await task("bench-peers", "--rows", "weight-4,weigth-8");
  assertEquals([code, stdout], [2, ""]);
  assert(stderr.startsWith('error: Unknown row "weigth-8" for --rows; did you mean "weight-8"?'), stderr);
});

Deno.test("bench-peers: what a process that fails said", async () => {
  assertEquals(
    lastWords("Traceback:\n  File x\nModuleNotFoundError: No module named 'torch'\n"),
    "ModuleNotFoundError: No module named 'torch'",
  );
  assertEquals(
    lastWords("\x1b[31merror\x1b[0m: Uncaught (in promise) Error: no adapter\n    at x"),
    "Error: no adapter",
  );
  const starter = { command: Deno.execPath(), args: ["eval", "throw new Error('not today')"], env: {} };
  const error = await startWorker(
    starter,
    { kind: "cold", preset: "tiny", threads: 1, fill: 1, most: 1 },
    new AbortController().signal,
  )
    .catch((error) => error);
  assertEquals(error.message, "Error: not today");
});

Deno.test("bench-peers: a peer whose network has other parameters is missing, and why", async () => {
  const has = (parameters: number) => ({
    command: Deno.execPath(),
    args: [
      "eval",
      `console.log('{"version": "1", "parameters": ${parameters}}');
      for await (const _ of Deno.stdin.readable) console.log('{"milliseconds": 1}');`,
    ],
    env: {},
  });
  const told = async (theirs: number) => {
    const { results, missing } = await runRow(rows["weight-4"], {
      starters: { ours: has(5), pytorch: has(theirs) },
      sampling: { threads: 1, fill: 1, most: 1 },
      repeats: 1,
      signal: new AbortController().signal,
      note: () => {},
    });
    return [Object.keys(results), missing.pytorch];
  };
  assertEquals(await told(5), [["ours", "pytorch"], undefined]);
  assertEquals(await told(6), [["ours"], "its network has 6 parameters and ours 5"]);
});

Deno.test("bench-peers: a signal ends contestants, whatever they are at, and their row", async () => {
  const greets = `console.log('{"version": "1"}'); setInterval(() => {}, 1000);`;
  const silent = "setInterval(() => {}, 1000);";
  for (
    const [row, script] of [["cold-tiny", silent], ["iteration-4", silent], ["iteration-4", greets]] as const
  ) {
    const stop = new AbortController();
    const starter = { command: Deno.execPath(), args: ["eval", script], env: {} };
    const contest = {
      starters: { ours: starter },
      sampling: { threads: 1, fill: 1, most: 1 },
      repeats: 1000,
      signal: stop.signal,
      note: () => {},
    };
    const reason = new Error("Ctrl-C");
    setTimeout(() => stop.abort(reason), 300);
    // That the promise settles at all is the point: neither script ever answers.
    await assertRejects(() => runRow(rows[row], contest), Error);
  }
});

Deno.test("bench-step: its graphs are the four steps of a search", () => {
  const config = resolve(benchStepCommand, { flags: { channels: "2", layers: "1", batch: "2", size: "8" } });
  const steps = graphs(config);
  assertEquals(Object.keys(steps), ["forward", "weight_step", "architecture_step", "mean_shift"]);
  assertEquals(Object.keys(steps.weight_step), ["weights", "velocity", "statistics", "loss"]);
});
