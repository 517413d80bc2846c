/** A study in words and drawings: its page, its figure and its lines in a terminal. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import {
  type Study,
  studyHtml,
  studyLines,
  type StudyRecord,
  type StudySummary,
  studySvg,
  summariseStudy,
} from "../../src/report/mod.ts";
import { sampleBaselines, sampleRecords, sampleStudy } from "./study_sample.ts";

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;
const spaced = (text: string) => text.replaceAll("\u00a0", " ");
const command = "npx -y deno task study 'docs/<made up>.json' --data path/to/images";

const good =
  "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";
const bad = "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|";

/** A run that found a cell of so many percent, with looks of so many skips. */
function run(
  arm: string,
  seed: number,
  accuracy: number,
  rank: number,
  skips: readonly number[],
): StudyRecord {
  const genotype = skips.at(-1)! >= 4 ? bad : good;
  return {
    arm,
    method: arm,
    seed,
    settings: {},
    environment: { adapter: "llvmpipe" },
    result: {
      genotype,
      dataset: "cifar10",
      accuracies: { cifar10: accuracy },
      rank,
      of: 15_625,
      regret: 94.37 - accuracy,
      seconds: 60 + seed,
    },
    looks: skips.map((count, i) => ({
      step: 100 * (i + 1),
      genotype,
      skips: count,
      nones: 0,
      accuracy,
      rank,
      margin: 0.01 * (seed + 1),
      skipWeight: 0.2,
      entropy: 1.6,
      alignment: 0.1,
    })),
    epochs: [{
      ...{ epoch: 0, step: 100 * skips.length, valid: 0.3, train: 0.3, eigenvalue: 0.5 },
      ...arm === "b" && { architectureLoss: 1.25 },
    }],
  };
}

const study: Study = {
  title: "Two arms",
  settings: { space: "nasbench201" },
  seeds: [0, 1, 2],
  arms: [
    { name: "a", method: "a", settings: { warmup: 0 } },
    { name: "b", method: "b", settings: {} },
  ],
  tests: [["a", "b"]],
};
const records: readonly StudyRecord[] = [
  run("a", 0, 94.3, 5, [4, 2, 3]),
  run("a", 1, 94.203, 50, [1, 1, 1]),
  run("a", 2, 90.0, 9000, [2, 2, 1]),
  run("b", 0, 54.3, 15_231, [3, 4, 5]),
  run("b", 1, 54.3, 15_231, [4, 4, 6]),
  run("b", 2, 80.0, 14_000, [0, 2, 4]),
];
const two = summariseStudy(study, records, sampleBaselines);

/** The cells of a table, row by row, by its caption. */
function rowsOf(page: string, caption: string): string[][] {
  const from = page.indexOf(`<caption class="sr">${caption}</caption>`);
  assert(from >= 0, `no table ${caption}`);
  const body = page.slice(from, page.indexOf("</table>", from));
  return body.split("<tr>").slice(1).map((row) =>
    [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map(([, cell]) =>
      spaced(cell!.replace(/<[^>]+>/g, ""))
    )
  );
}

Deno.test("study's page: the numbers of each arm", () => {
  const [head, a, b] = rowsOf(studyHtml(two, command), "Arms");
  assertEquals(head, [
    "",
    "Method",
    "Seeds done",
    "Median accuracy, %",
    "Mean ± sd, %",
    "Median rank",
    "Runs with 4 skips or more",
    "Layer alignment Λ",
    "Margin",
    "Skip weight",
    "Eigenvalue",
    "Time",
    "Step from which 4 skips or more stay",
  ]);
  // By hand: the mean of 94.3, 94.203 and 90 is 92.8343, the sum of the squares of their distances 12.055.
  assertEquals(a, [
    ...["a", "a, warmup 0", "3 of 3", "94.20", "92.83 ± 2.46", "50", "0 of 3 (0 %)"],
    ...["0.1", "0.02", "0.2", "0.5", "1 min 01 s", "never, never, never"],
  ]);
  assertEquals(b!.slice(3, 7), ["54.30", "62.87 ± 14.84", "15,231", "3 of 3 (100 %)"]);
  assertEquals(b!.at(-1), "200, 100, 300");
});

Deno.test("study's page: what needs no search, and where each arm stands to it", () => {
  const page = studyHtml(two, command);
  assertEquals(
    rowsOf(page, "What needs no search").map(([name, accuracy, rank]) => [name, accuracy, rank]),
    [
      ["", "Accuracy on cifar10, %", "Rank of 15,625"],
      ["all 3×3", "93.76", "167"],
      ["the ResNet cell", "94.05", "30"],
      ["all 3×3 but one skip", "94.36", "3"],
      ["a random cell", "87.06 ± 12.93", "–"],
      ["a random search", "87.06 ± 12.93", "–"],
      ["the optimum", "94.37", "1"],
    ],
  );
  const [head, a] = rowsOf(page, "The median of each arm");
  assertEquals([head![1], a![1]], ["Against all 3×3", "0.44 points above"]);
  assertEquals([head![2], a![2]], ["Against the ResNet cell", "0.16 points above"]);
  assertStringIncludes(page, "The cost is that of the most expensive search of the study.");
  const { cost: _, ...unknown } = sampleBaselines;
  const without = studyHtml({ ...two, baselines: { ...unknown, notes: [] } }, command);
  assertStringIncludes(without, "A random search is left out: ");
  assert(!without.includes("most expensive"));
});

Deno.test("study's page: a test says what it shows, and what so few runs cannot", () => {
  const words = (records: readonly StudyRecord[], seeds = study.seeds) =>
    rowsOf(
      studyHtml(summariseStudy({ ...study, seeds }, records, sampleBaselines), command),
      "Tests of Mann and Whitney",
    )[1];
  // All 3 above all 3: 2 of the 20 ways to divide six.
  assertEquals(rowsOf(studyHtml(two, command), "Tests of Mann and Whitney")[1], [
    ...["a", "b", "3 and 3", "9", "0.1"],
    "a is above in 100 % of the pairs of runs, p = 0.1: with 3 and 3 runs p is never below 0.1, so no outcome could have " +
    "told them apart",
  ]);
  const five = (from: number, arm: string, step: number) =>
    [0, 1, 2, 3, 4].map((seed) => run(arm, seed, from + step * seed, 10, [1]));
  const seeds = [0, 1, 2, 3, 4];
  // 2 of the 252 ways to divide ten.
  assertEquals(words([...five(90, "a", 0.1), ...five(80, "b", 0.1)], seeds)!.slice(2), [
    ...["5 and 5", "25", "0.00794"],
    "a is above in 100 % of the pairs of runs, p = 0.00794: chance alone would seldom divide them so",
  ]);
  assertEquals(words([...five(90, "b", 0.2), ...five(90.1, "a", 0.2)], seeds)!.slice(2), [
    ...["5 and 5", "15", "0.69"],
    "a is above in 60 % of the pairs of runs, p = 0.69: chance alone may well divide them so, which does not show that " +
    "they are equal",
  ]);
  assertEquals(words([run("a", 0, 90, 1, [1]), run("b", 0, 90, 1, [1])])!.slice(3), [
    ...["0.5", "1"],
    "each is above the other in as many pairs of runs (ties by half), p = 1: with 1 and 1 runs p is never below 1, so no outcome could " +
    "have told them apart",
  ]);
  assertEquals(words([run("a", 0, 90, 1, [1])])!.slice(2), [
    "1 and 0",
    "–",
    "–",
    "no test, as b has no finished run",
  ]);
  assertEquals(words([])!.at(-1), "no test, as a and b have no finished run");
});

Deno.test("study's page: every run is a line over the steps, and a row with its cell", () => {
  const page = studyHtml(two, command);
  const chart = (id: string) =>
    page.slice(page.indexOf(`id="${id}-title"`), page.indexOf("</svg>", page.indexOf(`id="${id}-title"`)));
  assertEquals(count(chart("skips-0"), /<g class="series /g), 3);
  assertStringIncludes(
    chart("skips-1"),
    "Skip connections of the cell, b, seed 1: 4 at step 100, 6 at step 300.",
  );
  assertStringIncludes(chart("accuracy-1"), "seed 2: 80.00 at step 100, 80.00 at step 300.");
  // Of epochs too, where a run has them.
  assertStringIncludes(chart("eigenvalue-0"), "a, seed 0: 0.5 at step 300.");
  assertStringIncludes(chart("supernet-1"), "b, seed 1: 30.00\u00a0% at step 300.");
  assertStringIncludes(chart("architecture-loss-1"), "seed 1: 1.25 at step 300.");
  assert(!page.includes('id="architecture-loss-0-title"'));
  assertEquals(count(page, /Not measured in its runs\./g), 1);
  // Charts side by side have one scale: it reaches the skips of the other arm.
  assertStringIncludes(chart("skips-0"), ">6</text>");
  assertEquals(rowsOf(page, "Runs of b")[3], [
    "2",
    "80.00",
    "14,000",
    "14.37",
    "6",
    "300",
    "1 min 02 s",
    bad,
  ]);
  assertEquals(rowsOf(page, "Skip connections of the cell, b")[3], ["300", "5", "6", "4"]);
});

const whole = summariseStudy(sampleStudy, sampleRecords(), sampleBaselines);
const partial = summariseStudy(sampleStudy, sampleRecords(1).slice(0, 1), sampleBaselines);
const nothing = summariseStudy(sampleStudy, [], sampleBaselines);

Deno.test("study's page: a run that failed says why, and one that is missing that it is", () => {
  const page = studyHtml(whole, command);
  const sentence = "The training loss became NaN &amp; &lt;worse&gt;.";
  assertStringIncludes(page, `<li>sdarts-rs, seed 1: ${sentence}</li>`);
  const rows = rowsOf(page, "Runs of sdarts-rs");
  assertEquals([rows[2]![1], rows[2]!.at(-1), rows[5]![1]], ["failed", sentence, "not run yet"]);
  assertEquals(rowsOf(page, "Arms").find(([name]) => name === "sdarts-rs")![2], "3 of 5, 1 failed");
  assertStringIncludes(page, "No run yet.");
  // It had looked at its alphas before.
  assertStringIncludes(page, "sdarts-rs, seed 1, failed: ");
});

Deno.test("study's page and figure need nothing else, and escape what they show", () => {
  for (const text of [studyHtml(whole, command), studySvg(whole)]) {
    assert(!/NaN[^ ]|Infinity|undefined|\[object/.test(text));
    assert(!/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|url\(|@import/.test(text));
    assertStringIncludes(text, "Does it &lt;collapse&gt;?");
  }
  const page = studyHtml(whole, command);
  assertStringIncludes(page, "five seeds, one &lt;size&gt;.</p>");
  assertStringIncludes(page, "llvmpipe (LLVM &lt;made up&gt;)");
  assertStringIncludes(page, "docs/&lt;made up&gt;.json");
});

Deno.test("study: nothing run, one run: drawn and told too", () => {
  for (const summary of [nothing, partial]) {
    const page = studyHtml(summary, command);
    for (const text of [page, studySvg(summary), studyLines(summary).join("\n")]) {
      assert(!/NaN|Infinity|undefined/.test(text), text);
    }
  }
  assert(!studyHtml(nothing, command).includes("While they search"));
  assertEquals(rowsOf(studyHtml(nothing, command), "Arms")[1]!.slice(2, 5), ["0 of 5", "–", "–"]);
});

/** The dots of an arm's strip, by what they say. */
const dotsOf = (figure: string) =>
  [...figure.matchAll(/<circle class="dot( collapsed)?" cx="([\d.]+)" cy="([\d.]+)"[^>]*><title>([^<]*)/g)]
    .map(([, collapsed, x, y, words]) => ({
      collapsed: !!collapsed,
      x: Number(x),
      y: Number(y),
      words: words!,
    }));

Deno.test("study's figure: a dot a run, hollow where the cell has collapsed, further right where it is better", () => {
  const dots = dotsOf(studySvg(two));
  assertEquals(dots.map(({ words }) => words), [
    "a, seed 0: 94.30 %",
    "a, seed 1: 94.20 %",
    "a, seed 2: 90.00 %",
    "b, seed 0: 54.30 %",
    "b, seed 1: 54.30 %",
    "b, seed 2: 80.00 %",
  ]);
  assertEquals(dots.map(({ collapsed }) => collapsed), [false, false, false, true, true, true]);
  const [best, second, third, low, same, eighty] = dots;
  assert(best!.x > second!.x && second!.x > third!.x && third!.x > eighty!.x && eighty!.x > low!.x);
  // One beside the other where they are the same.
  assert(low!.x === same!.x && Math.abs(low!.y - same!.y) >= 4);
  // A point is wider close to the optimum.
  assert((second!.x - third!.x) / 4 > (third!.x - eighty!.x) / 10);
});

Deno.test("study's page: a dot for the last eigenvalue of a run, hollow where its cell has collapsed", () => {
  const figure = (summary: StudySummary) => {
    const page = studyHtml(summary, command);
    const start = page.indexOf('id="eigenvalues-title"');
    return start < 0 ? "" : page.slice(start, page.indexOf("</svg>", start));
  };
  const eigenvalues: Readonly<Record<string, readonly (number | undefined)[]>> = {
    a: [0.02, 0.2, 2],
    // One below zero and one that was not taken have no place.
    b: [0.1, -0.5, undefined],
  };
  const dots = dotsOf(figure(summariseStudy(
    study,
    records.map((record) => {
      const [{ eigenvalue: _, ...epoch }, last] = [record.epochs[0]!, eigenvalues[record.arm]![record.seed]];
      return { ...record, epochs: [{ ...epoch, ...last !== undefined && { eigenvalue: last } }] };
    }),
    sampleBaselines,
  )));
  assertEquals(dots.map(({ words }) => words), [
    "a, seed 0: 0.02",
    "a, seed 1: 0.2",
    "a, seed 2: 2",
    "b, seed 0: 0.1",
  ]);
  assertEquals(dots.map(({ collapsed }) => collapsed), [false, false, false, true]);
  const [first, second, third, between] = dots.map(({ x }) => x);
  assert(first! < between! && between! < second!);
  // The same ratio, the same distance.
  assert(Math.abs((second! - first!) - (third! - second!)) < 0.2);
  assertEquals(figure(nothing), "");
});

Deno.test("study's figure: no mark of a baseline crosses the name of another", () => {
  for (const summary of [two, whole, nothing]) {
    const labels = [
      ...studySvg(summary).matchAll(
        /class="base" d="M([\d.]+) ([\d.]+)V[\d.]+"\/><text class="muted" x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)/g,
      ),
    ].map(([, x, from, right, y, words]) => {
      const end = Number(right);
      return { x: Number(x), from: Number(from), y: Number(y), end, start: end - 6.5 * words!.length };
    });
    assertEquals(labels.length, sampleBaselines.rows.length);
    for (const a of labels) {
      for (const b of labels) {
        if (a === b) continue;
        const crossed = a.x > b.start && a.x < b.end && a.from < b.y;
        assert(!crossed || a.x === b.x, JSON.stringify([a, b]));
        assert(a.y !== b.y || a.end <= b.start || b.end <= a.start, JSON.stringify([a, b]));
      }
    }
  }
});

Deno.test("study in a terminal: aligned tables, the distance to each baseline, the tests", () => {
  const lines = studyLines(two).map(spaced);
  assertEquals(lines[0], "Two arms (6 of 6 runs)");
  assertEquals(lines.slice(2, 5), [
    "    seeds  median      mean ± sd    rank       collapsed        time",
    "a  3 of 3   94.20   92.83 ± 2.46      50    0 of 3 (0 %)  1 min 01 s",
    "b  3 of 3   54.30  62.87 ± 14.84  15,231  3 of 3 (100 %)  1 min 01 s",
  ]);
  const text = lines.join("\n");
  assertStringIncludes(text, "0.16 points above");
  assertStringIncludes(text, "a against b: a is above in 100 % of the pairs of runs");
  assertEquals(studyLines(whole as StudySummary)[0], "Does it <collapse>? (27 of 35 runs, 1 failed)");
});
