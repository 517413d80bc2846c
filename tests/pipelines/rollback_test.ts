/** Searches that a method stops, rolls back or runs several times, on made-up images. */
import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { Gradient, MethodSettings, Verdict } from "../../src/methods/mod.ts";
import type { SearchEpoch } from "../../pipelines/stages/epoch.ts";
import { searchLoop } from "../../pipelines/algorithm/search.ts";
import { bestNote, searchesOf, type SearchRow } from "../../pipelines/strategies/best_of.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";
import { silent as hooks } from "../../pipelines/run/hooks.ts";

function problemOf(flags: Record<string, string>): SearchProblem {
  const sizes = { space: "s2", batch: "8", channels: "2", layers: "2", epochs: "4", archLr: "0.1" };
  return searchProblem(resolve(searchCommand, { flags: { ...sizes, ...flags } }), noiseData);
}

/** The epochs of a search, and what it ended with. */
async function search(problem: SearchProblem) {
  const epochs: SearchEpoch[] = [];
  const result = await searchLoop(sharedRunner(), problem, hooks, (epoch) => epochs.push(epoch));
  return { epochs, ...result };
}

/** A method like DARTS that says `verdict` once, to the eigenvalue of epoch 2. */
function ruled(problem: SearchProblem, verdict: Verdict): SearchProblem {
  let said = false;
  const watch: Gradient<MethodSettings>["watch"] = (_, series) => {
    if (said || series.at(-1)!.epoch !== 2) return { kind: "continue" };
    said = true;
    return verdict;
  };
  return { ...problem, method: { ...problem.method, strategy: { kind: "gradient", watch } } };
}

const darts = problemOf({ method: "darts", stopEvery: "1" });
/** What two searches have to agree in: all but times, and estimates, which start from the one before. */
const marks = ({ epoch, alphas, train, valid }: SearchEpoch) => ({ epoch, alphas, train, valid });
const watched = await search(ruled(darts, { kind: "continue" }));

Deno.test("a method that looks at eigenvalues does not disturb the search", async () => {
  const plain = await search(darts);
  assert(watched.epochs.every(({ curvature }) => Number.isFinite(curvature?.eigenvalue)));
  assertEquals(watched.epochs.map(marks), plain.epochs.map(marks));
  assertEquals(watched.notes, []);
});

Deno.test("stop: the search ends, and its cell is that of the earlier epoch", async () => {
  const { epochs, found, notes } = await search(ruled(darts, { kind: "stop", epoch: 1 }));
  assertEquals(epochs.map(marks), watched.epochs.slice(0, 3).map(marks));
  assertEquals(found, epochs[1]);
  assertEquals(notes.length, 1);
});

Deno.test("rollback with the same weight decay repeats the bits of the epochs behind it", async () => {
  const { weightDecay } = darts.config;
  const { epochs, found } = await search(ruled(darts, { kind: "rollback", epoch: 0, weightDecay }));
  const [first, second, third, fourth] = watched.epochs.map(marks);
  assertEquals(epochs.map(marks), [first, second, third, second, third, fourth]);
  assertEquals(found, epochs.at(-1));
});

Deno.test("rollback with another weight decay goes another way", async () => {
  const { epochs } = await search(ruled(darts, { kind: "rollback", epoch: 1, weightDecay: 0.5 }));
  assertEquals(epochs.map(({ epoch }) => epoch), [0, 1, 2, 2, 3]);
  assertNotEquals(epochs[3]!.train, epochs[2]!.train);
});

const searches = (problem: SearchProblem) => {
  const { strategy } = problem.method;
  assert(strategy.kind === "best of");
  return searchesOf(problem, strategy);
};

Deno.test("r-darts: each setting with each seed, and drop-path 0 cuts nothing out", () => {
  const settings = (method: string, flags = {}) =>
    searches(problemOf({ method, seed: "5", ...flags })).map(({ problem: { config } }) => config);
  const dp = settings("r-darts-dp", { searchSeeds: "2" });
  assertEquals(dp.map(({ searchDropPath, cutout, seed }) => [searchDropPath, cutout, seed]), [
    ...[[0, 0, 10], [0, 0, 11], [0.2, 16, 10], [0.2, 16, 11]],
    ...[[0.4, 16, 10], [0.4, 16, 11], [0.6, 16, 10], [0.6, 16, 11]],
  ]);
  // No run of another seed has one of these searches.
  const next = settings("r-darts-dp", { searchSeeds: "2", seed: "6" });
  assertEquals(next.slice(0, 2).map(({ seed }) => seed), [12, 13]);
  const l2 = settings("r-darts-l2");
  assertEquals(l2.length, 15);
  assertEquals([...new Set(l2.map(({ weightDecay }) => weightDecay))], [3e-4, 9e-4, 27e-4, 81e-4, 243e-4]);
  assert([...dp, ...l2].every(({ order }) => order === 2));
});

Deno.test("r-darts: the best by validation after a short training is kept", async () => {
  const problem = problemOf({
    ...{ method: "r-darts-dp", epochs: "1", searchSeeds: "1", selectEpochs: "1" },
    ...{ evalChannels: "2", evalLayers: "2", evalBatch: "8", auxiliary: "0", dropPath: "0" },
  });
  const epochs: number[] = [];
  const accuracies: number[] = [];
  const { files, shown } = await findCell(sharedRunner(), problem, hooks, (epoch, { index }) => {
    epochs.push(index);
    accuracies.push(epoch.valid!.accuracy);
  });
  const { chosen: index, searches: rows } = files["searches.json"] as {
    chosen: number;
    searches: SearchRow[];
  };
  assertEquals(epochs, [0, 1, 2, 3]);
  const retrained = rows.map((row) => row.retrained_accuracy!);
  assertEquals(index, retrained.indexOf(Math.max(...retrained)));
  assertEquals(shown, [index]);
  assertEquals(rows.map((row) => row.supernet_accuracy), accuracies);
  assert(bestNote(index, rows)!.includes(`search ${index + 1} of 4`));
});
