import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "deno-std/assert";
import { eigenvalues, quarters, statistic, summarise, trajectory } from "../../src/report/comparison_data.ts";
import { trajectoryCss } from "../../src/report/comparison_figure.ts";
import { spread } from "../../src/report/comparison_table.ts";
import { duration, measure, percent, whole } from "../../src/report/format.ts";
import {
  comparisonCsv,
  comparisonHtml,
  comparisonJson,
  comparisonLines,
  trajectoriesSvg,
} from "../../src/report/mod.ts";
import { sampleComparison, sampleGrid, sampleRecord } from "./comparison_sample.ts";

const sample = sampleComparison();
const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

Deno.test("comparison: mean and sample standard deviation; of one value there is none", () => {
  assertEquals(statistic([2, 4, 6]), { n: 3, mean: 4, std: 2 });
  assertEquals(statistic([5]), { n: 1, mean: 5, std: null });
});

Deno.test("comparison: a mean and its deviation share their unit, and their decimal places", () => {
  const words = (mean: number, std: number | null, format: (value: number) => string) =>
    spread({ n: 2, mean, std }, format).replaceAll("\u00a0", " ");
  assertEquals(words(0.6512, 0.008, percent), "65.12 ± 0.80 %");
  assertEquals(words(0.6512, null, percent), "65.12 %");
  assertEquals(words(4.3, 1, duration), "4.3 ± 1.0 s");
  assertEquals(words(72, 9, duration), "1 min 12 s ± 9.0 s");
  assertEquals(words(12_345, 678, whole), "12,345 ± 678");
  assertEquals(words(0.0382, 0.000295, measure), "0.0382 ± 0.0003");
  assertEquals(words(7.6667, 1.1547, measure), "7.67 ± 1.15");
  assertEquals(words(0, 0, measure), "0 ± 0");
});

Deno.test("comparison: the best run is the best on held-out images, not in the test", () => {
  const { rule, groups: [first, second] } = summarise(sample);
  assertEquals(rule.key, "held_out_accuracy");
  // Held-out accuracies fall with the seed, test accuracies rise.
  assertEquals([first!.best!.seed, second!.best!.seed], [0, 0]);
  assertEquals([first!.finished.length, second!.finished.length], [3, 2]);
});

Deno.test("comparison: without held-out images the supernet judges those that have one; with neither, nothing does", () => {
  const without = (keep: (stage: string, method: string) => boolean) =>
    summarise({
      ...sample,
      groups: sample.groups.map((group) => ({
        ...group,
        runs: group.runs.map((run) =>
          run.record
            ? {
              ...run,
              record: {
                ...run.record,
                metrics: run.record.metrics.filter(({ stage }) => keep(stage, group.method)),
              },
            }
            : run
        ),
      })),
    });
  const supernet = without((stage) => stage === "search");
  assertEquals([supernet.rule.key, supernet.groups[0]!.best!.seed], ["supernet_accuracy", 2]);
  const some = without((stage, method) => stage === "search" && method === "darts");
  assertEquals([some.rule.key, some.groups[0]!.best, some.groups[1]!.best!.seed], [
    "supernet_accuracy",
    undefined,
    1,
  ]);
  const neither = without(() => false);
  assertEquals([neither.rule.key, neither.groups[1]!.best], [null, undefined]);
});

Deno.test("comparison: the statistics of each measure, a benchmark's percents as fractions", () => {
  const { measures, groups: [first, second] } = summarise(sample);
  const of = (group: typeof first, key: string) =>
    group!.statistics.get(measures.find((one) => one.key === key)!)!;
  assertAlmostEquals(of(first, "test_accuracy").mean, 0.81, 1e-12);
  assertAlmostEquals(of(first, "test_accuracy").std!, 0.01, 1e-12);
  assertAlmostEquals(of(first, "benchmark_accuracy").mean, 0.92, 1e-12);
  assertAlmostEquals(of(first, "benchmark_regret").mean, 0.0237, 1e-12);
  assertEquals(of(first, "benchmark_rank"), { n: 3, mean: 200, std: 100 });
  // The last logged eigenvalue, of epoch 7, of seeds 0 and 1.
  assertAlmostEquals(of(second, "eigenvalue").mean, 0.95, 1e-12);
});

Deno.test("comparison: skip connections are those of the cell that was found, searched or not", () => {
  const { measures, groups: [first] } = summarise(sample);
  const skips = measures.find(({ key }) => key === "skip_count")!;
  assertEquals(first!.statistics.get(skips), { n: 3, mean: 2, std: 2 });
});

Deno.test("comparison: a trajectory is the mean over the runs that logged an epoch, and their range", () => {
  const { groups: [first] } = summarise(sample);
  const points = trajectory(first!, "eigenvalue");
  assertEquals(points.map(({ epoch }) => epoch), [1, 3, 5, 7]);
  assertAlmostEquals(points[0]!.mean, 0.31, 1e-12);
  assertAlmostEquals(points[0]!.low, 0.21, 1e-12);
  assertAlmostEquals(points[0]!.high, 0.41, 1e-12);
});

Deno.test("comparison: a trajectory ends where the first of its runs has come to", () => {
  const rows = (n: number, value: number) =>
    Array.from({ length: n }, (_, epoch) => ({ stage: "search" as const, epoch, valid_accuracy: value }));
  const runs = [rows(20, 0.2), rows(4, 0.4), []].map((metrics, seed) => ({
    name: String(seed),
    seed,
    record: { ...sampleRecord("darts", seed, 0), metrics },
  }));
  const { groups: [group] } = summarise({ ...sample, groups: [{ method: "darts", space: "s3", runs }] });
  const points = trajectory(group!, "valid_accuracy");
  assertEquals(points.map(({ epoch }) => epoch), [0, 1, 2, 3]);
  assertEquals([points[3]!.low, points[3]!.high], [0.2, 0.4]);
});

Deno.test("comparison: nothing is the best while not all have as many runs", () => {
  // One run of darts failed.
  assert(!comparisonHtml(sample).includes("Best test accuracy"));
  const groups = sample.groups.map((group) => ({ ...group, runs: group.runs.slice(0, 2) }));
  const page = comparisonHtml({ ...sample, seeds: [0, 1], groups });
  assertStringIncludes(page, "Best test accuracy: darts");
  assertStringIncludes(page, "<b>85.50 ± 0.71");
});

Deno.test("comparison: a figure says how to read it, and its legend has only what is drawn", () => {
  const undrawn = { ...sampleRecord("random", 0, 0), metrics: [] };
  const groups = [...sample.groups, {
    method: "random",
    space: "s3",
    runs: [{ name: "random", seed: 0, record: undrawn }],
  }];
  const figure = trajectoriesSvg({ ...sample, groups });
  assertStringIncludes(figure, ">A line is the mean over the seeds, its band reaches from");
  assertEquals([...figure.matchAll(/class="swatch [^>]*\/><text[^>]*>([^<]*)</g)].map(([, name]) => name), [
    "ms-darts",
    "darts",
  ]);
});

Deno.test("comparison: quarters of the epochs, and the eigenvalues in them over epochs and seeds", () => {
  const summary = summarise(sample);
  assertEquals(quarters(summary), [[0, 1], [2, 3], [4, 5], [6, 7]]);
  const found = eigenvalues(summary.groups[0]!, [0, 3])!;
  // 0.21, 0.31, 0.41 of epoch 1 and 0.23, 0.33, 0.43 of epoch 3.
  assertEquals(found.n, 6);
  assertAlmostEquals(found.mean, 0.32, 1e-12);
  assertAlmostEquals(found.std!, Math.sqrt((2 * (0.11 ** 2 + 0.09 ** 2) + 2 * 0.01 ** 2) / 5), 1e-12);
  assertEquals(eigenvalues(summary.groups[0]!, [0, 0]), undefined);
});

Deno.test("comparison: fewer than four epochs are fewer parts; none are none", () => {
  const short = (epochs: number) => {
    const record = sampleRecord("darts", 0, 0);
    const metrics = record.metrics.filter(({ epoch, stage }) => stage === "search" && epoch < epochs);
    return quarters(summarise({
      ...sample,
      groups: [{
        method: "darts",
        space: "s3",
        runs: [{ name: "a", seed: 0, record: { ...record, metrics } }],
      }],
    }));
  };
  assertEquals(short(2), [[0, 0], [1, 1]]);
  assertEquals(short(5), [[0, 0], [1, 2], [3, 3], [4, 4]]);
  assertEquals(short(0), []);
});

Deno.test("comparison: names leave out what all groups share", () => {
  const names = (comparison: typeof sample) =>
    summarise(comparison).groups.map(({ name, short }) => [name, short]);
  assertEquals(names(sample), [["ms-darts", "ms-darts"], ["darts", "darts"]]);
  assertEquals(names(sampleGrid(["0.2", "1"])), [["bandwidth 0.2", "0.2"], ["bandwidth 1", "1"]]);
  const [first, second] = sample.groups;
  const spaces = [first!, { ...second!, space: "s5" }];
  assertEquals(names({ ...sample, groups: spaces })[1], ["darts, s5", "darts, s5"]);
});

Deno.test("comparison: the table in a terminal is aligned and says how the best is chosen", () => {
  const lines = comparisonLines(sample);
  const [head, first, second] = lines.map((line) => line.replaceAll("\u00a0", " "));
  assertStringIncludes(head!, "test accuracy");
  assertStringIncludes(first!, "81.00 ± 1.00 % (80.00 %)");
  assertStringIncludes(second!, "2 of 3");
  assertEquals(new Set(lines.slice(0, 3).map((line) => line.length)).size, 1);
  assert(lines.some((line) => line.includes("chosen by the trained network's accuracy")));
  assertStringIncludes(lines.join("\n"), "epochs 0–1");
});

Deno.test("comparison: CSV has a line a group, and quotes what needs it", () => {
  const lines = comparisonCsv(sampleGrid(["0.2", 'a,"b"'])).trimEnd().split("\r\n");
  assertEquals(lines.length, 3);
  assertStringIncludes(lines[0]!, "method,space,bandwidth,runs,done,best_seed,test_accuracy_mean,");
  assertStringIncludes(lines[1]!, "ms-darts,s3,0.2,3,3,0,0.81");
  assertStringIncludes(lines[2]!, 'ms-darts,s3,"a,""b""",3,3,0,');
});

Deno.test("comparison: JSON has rows and runs, with the state of each", () => {
  const { rows, runs, rule } = comparisonJson(sample) as Record<string, Record<string, unknown>[]> & {
    rule: { key: string };
  };
  assertEquals(rule.key, "held_out_accuracy");
  assertEquals(rows!.map((row) => [row["method"], row["done"], row["best"]]), [
    ["ms-darts", 3, "ms-darts-s3-seed0"],
    ["darts", 2, "darts-s3-seed0"],
  ]);
  assertEquals(runs!.map((run) => run["state"]), ["done", "done", "done", "done", "done", "failed"]);
});

Deno.test("comparison: a line with a band for each group, and its numbers in words", () => {
  const page = comparisonHtml(sample);
  const accuracy = page.slice(
    page.indexOf('id="trajectory-0-title"'),
    page.indexOf('id="trajectory-1-title"'),
  );
  assertEquals(count(accuracy, /class="band"/g), 2);
  assertStringIncludes(accuracy, "ms-darts: 31.00\u00a0% at epoch 0, 66.00\u00a0% at epoch 7.");
  assertStringIncludes(accuracy, ">darts</text>");
  // The band of ms-darts reaches from seed 0 to seed 2 and back: as many corners below as above.
  const [, corners] = /class="band" d="M([^Z]+)Z/.exec(accuracy)!;
  assertEquals(corners!.split("L").length, 16);
});

Deno.test("comparison: lines have a hue and dash of their own, long names a number", () => {
  const rules = [...trajectoryCss(48).matchAll(/path,[^{]+\{(stroke:[^}]+)\}/g)].map(([, rule]) => rule);
  assertEquals(new Set(rules).size, 48);
  const long = sampleGrid(["a-very-long-value", "1"]);
  const page = comparisonHtml(long);
  assertStringIncludes(page, "</svg>1 bandwidth a-very-long-value</li>");
  assertStringIncludes(page, ">2</text>");
});

Deno.test("comparison: page and figure need nothing else, and escape what they show", () => {
  const page = comparisonHtml(sample);
  const figure = trajectoriesSvg(sample);
  for (const text of [page, figure]) {
    assert(!/NaN[^ ]|Infinity|undefined/.test(text));
    assert(!/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|url\(|@import/.test(text));
  }
  assertStringIncludes(page, "runs/&lt;made up&gt;");
  assertStringIncludes(page, "darts-s3-seed2: The training loss became NaN &amp; &lt;worse&gt;.");
  assertStringIncludes(page, 'href="darts-s3-seed0/report.html"');
  assertEquals(count(page, /src="data:image\/svg\+xml;base64,/g), 4);
  assertStringIncludes(page, "Normal cell, darts: Node 0 adds c_{k-1} &amp; none.");
  assertEquals(count(figure, /class="plot"/g), 5);
  assert(!figure.includes("var(--"), "a viewer without CSS variables shows no colour");
});

Deno.test("comparison: nothing run yet, no epoch, a single run: drawn too", () => {
  const empty = {
    ...sample,
    groups: sample.groups.map((group) => ({ ...group, runs: [{ name: "a", seed: 0 }] })),
  };
  const record = { ...sampleRecord("random", 0, 0), metrics: [], cells: [] };
  const single = {
    ...sample,
    seeds: [0],
    groups: [{ method: "random", space: "s3", runs: [{ name: "a", seed: 0, record }] }],
  };
  for (const comparison of [empty, single]) {
    for (
      const text of [
        comparisonHtml(comparison),
        trajectoriesSvg(comparison),
        comparisonCsv(comparison),
        comparisonLines(comparison).join("\n"),
      ]
    ) assert(!/NaN|Infinity|undefined/.test(text), text);
  }
});
