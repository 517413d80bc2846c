/** What needs no search: against the table read by itself, a Monte Carlo estimate and counting everything. */
import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import {
  bestOfRandom,
  distanceWords,
  loadNasbench201,
  nasbench201Columns,
  openTable,
} from "../../src/benchmarks/mod.ts";
import { countNetwork } from "../../src/network/count.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

/** All sequences of draws, and what a search keeps of each: of equal scores any, so their mean. */
function byCounting(scores: readonly number[], values: readonly number[], draws: number) {
  const mean = (of: (value: number) => number): number => {
    const go = (kept: readonly number[]): number => {
      if (kept.length < draws) {
        return scores.reduce((sum, _, i) => sum + go([...kept, i]), 0) / scores.length;
      }
      const top = Math.max(...kept.map((i) => scores[i]!));
      // Which of two cells with the same score is kept is left to chance: cells, not draws, have equal chances.
      const ties = scores.flatMap((score, i) => score === top ? [of(values[i]!)] : []);
      return ties.reduce((sum, value) => sum + value, 0) / ties.length;
    };
    return go([]);
  };
  const first = mean((value) => value);
  return { mean: first, std: Math.sqrt(mean((value) => (value - first) ** 2)) };
}

Deno.test("random search: the expected best of some draws ≡ counting all draws, ties too", () => {
  for (
    const [scores, values] of [
      [[1, 2, 3], [10, 30, 20]],
      [[5, 5, 1, 2], [7, 3, 100, 50]],
      [[2, 2, 2, 2], [1, 2, 3, 4]],
      [[0.5], [42]],
      [[3, 1, 3, 2, 1], [90.5, 12, 80, 33, 61]],
    ] as const
  ) {
    for (const draws of [1, 2, 3, 4]) {
      const want = byCounting(scores, values, draws);
      const { mean, std } = bestOfRandom(scores, values, draws);
      assertAlmostEquals(mean, want.mean, 1e-12);
      assertAlmostEquals(std, want.std, 1e-6);
    }
  }
});

const space = spaceByName("nasbench201");

Deno.test("random search: a search that does not pay for one training is told so", () => {
  const words = (trainings: number) =>
    table.baselines(oneCell * trainings).rows.find(({ name }) => name === "a random search")!.words;
  assertEquals(
    words(0.1),
    "one random cell, although its training alone costs 10 times as much as one search",
  );
  assertEquals(words(1.01), "one random cell: at the cost of one search not two can be trained");
  assertMatch(words(2.01), /^the best of 2 random cells/);
});

const table = await loadNasbench201();
/** Multiply-adds of 12 epochs over 25,000 images, the mean over cells of the published counts: 1.2 of 6 edges each. */
const oneCell = 12 * 25_000 * (7.783_050e6 + 1.2 * (35.389_440e6 + 3.932_160e6));

Deno.test("baselines of NAS-Bench-201: cells, the random cell, the optimum", () => {
  const { rows, ...rest } = table.baselines(oneCell);
  assertEquals({ ...rest, notes: rest.notes.length }, {
    table: "nasbench201",
    dataset: "cifar10",
    of: 15_625,
    cost: oneCell,
    notes: 1,
  });
  assertEquals(
    rows.map(({ name, accuracy, std, rank, regret }) => [
      name,
      accuracy.toFixed(3),
      std?.toFixed(2),
      rank,
      regret.toFixed(2),
    ]),
    [
      ["all 3×3", "93.760", undefined, 167, "0.61"],
      ["the ResNet cell", "94.045", undefined, 30, "0.33"],
      ["all 3×3 but one skip", "94.363", undefined, 3, "0.01"],
      ["a random cell", "87.063", "12.93", undefined, "7.31"],
      ["a random search", "87.063", "12.93", undefined, "7.31"],
      ["the optimum", "94.373", undefined, 1, "0.00"],
    ],
  );
});

Deno.test("baselines of NAS-Bench-201 on the other data sets", () => {
  const accuracies = (by: "cifar100" | "imagenet16-120") =>
    table.baselines(0, by).rows.filter(({ rank }) => rank !== undefined).map(({ accuracy }) =>
      accuracy.toFixed(2)
    );
  assertEquals(accuracies("cifar100"), ["71.11", "71.80", "73.51", "73.51"]);
  assertEquals(accuracies("imagenet16-120"), ["41.44", "45.63", "46.34", "47.31"]);
});

Deno.test("a random search has as many cells as the cost of one search pays for, at least one", () => {
  const drawn = (cost: number) => table.baselines(cost).rows.find(({ name }) => name === "a random search")!;
  assertEquals([0, 0.2, 1.9, 2.01, 74.5].map((cells) => drawn(cells * oneCell).draws), [1, 1, 1, 2, 74]);
  assertStringIncludes(JSON.stringify(drawn(0)), "its training costs something and the search nothing");
  // 100,000 random searches of a program of its own: 92.10 ± 1.45, 92.59 ± 1.06, 93.48 ± .57, 93.73 ± .36.
  for (
    const [cells, mean, std] of [[5, 92.1, 1.45], [10, 92.59, 1.06], [50, 93.48, 0.57], [100, 93.73, 0.36]]
  ) {
    const { accuracy, std: own, regret } = drawn((cells! + 0.01) * oneCell);
    assertAlmostEquals(accuracy, mean!, 0.03);
    assertAlmostEquals(own!, std!, 0.03);
    assertAlmostEquals(accuracy + regret, 94.3733, 1e-6);
  }
});

Deno.test("what is drawn at random are cells of the space", async () => {
  const { baselines } = (await openTable(spaceByName("nasbench201-4"), { data: "cifar10" }))!;
  const text = await new Response(
    new Blob([Deno.readFileSync("data/nasbench201.csv.gz")]).stream().pipeThrough(
      new DecompressionStream("gzip"),
    ),
  ).text();
  const own = text.trim().split("\n").slice(1).map((line) => line.split(",")).filter(([arch]) =>
    !arch!.includes("none")
  );
  const column = (name: string) =>
    own.map((row) => Number(row[1 + nasbench201Columns.indexOf(name as "cifar10_test_200")]));
  assertEquals(own.length, 4096);
  const [scores, values] = [column("cifar10_valid_12"), column("cifar10_test_200")];
  const one = 12 * 25_000 * (7.783_050e6 + 1.5 * (35.389_440e6 + 3.932_160e6));
  const { rows, of } = baselines(50.5 * one);
  assertEquals(of, 15_625);
  const named = (name: string) => rows.find((row) => row.name === name)!;
  assertAlmostEquals(
    named("a random cell").accuracy,
    values.reduce((sum, value) => sum + value, 0) / 4096,
    1e-6,
  );
  assertEquals(named("a random cell").words, "the mean of the 4,096 cells of the space");
  assertEquals(named("a random search").draws, 50);
  assertAlmostEquals(named("a random search").accuracy, bestOfRandom(scores, values, 50).mean, 1e-6);
});

Deno.test("without a cost there is no random search, and nothing is assumed", () => {
  const { rows, notes, cost } = table.baselines(undefined);
  assertEquals(rows.map(({ name }) => name), [
    "all 3×3",
    "the ResNet cell",
    "all 3×3 but one skip",
    "a random cell",
    "the optimum",
  ]);
  assertEquals([notes, cost], [[], undefined]);
});

Deno.test("where an accuracy stands to a baseline, in words", () => {
  const [all3, resnet] = table.baselines(0).rows;
  assertEquals(
    [distanceWords(94.655, resnet!), distanceWords(54.3, all3!), distanceWords(93.7649, all3!)],
    ["0.61 points above the ResNet cell", "39.46 points below all 3×3", "as good as all 3×3"],
  );
});

Deno.test("the mean training of NAS-Bench-201 ≡ the mean of cells drawn at random", async () => {
  const { baselines } = (await openTable(space, { data: "cifar100" }))!;
  assertEquals(baselines(0).dataset, "cifar100");
  // Two edges differ from cell to cell; the mean over these 25 cells, worked out from two of them and the rest.
  const macs = (a: string, b: string) =>
    countNetwork(
      { arch: `|${a}~0|+|${b}~0|none~1|+|none~0|none~1|none~2|` },
      { channels: 16, layers: 15, classes: 10 },
    ).macs;
  const operations = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];
  const all = operations.flatMap((a) => operations.map((b) => macs(a, b)));
  const both = all.reduce((sum, value) => sum + value, 0) / all.length - macs("none", "none");
  assertAlmostEquals(macs("none", "none") + 3 * both, oneCell / 12 / 25_000, 200);
});
