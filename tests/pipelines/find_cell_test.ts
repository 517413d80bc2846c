/** Ways of finding a cell that are more than one search, or none: stages, and candidates that are scored. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import type { SearchNumber } from "../../pipelines/algorithm/record.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { mostAccurate } from "../../pipelines/strategies/weight_sharing.ts";
import type { AnySearchEpoch } from "../../pipelines/stages/epoch.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";
import { silent } from "../../pipelines/run/hooks.ts";

async function find(flags: Record<string, string>) {
  const sizes = { batch: "8", channels: "2", layers: "2", archLr: "0.1", lr: "0.01" };
  const problem = searchProblem(resolve(searchCommand, { flags: { ...sizes, ...flags } }), noiseData);
  const epochs: { epoch: AnySearchEpoch; part: SearchNumber }[] = [];
  const notes: string[] = [];
  const hooks = { ...silent, note: (words: string) => notes.push(words) };
  const found = await findCell(sharedRunner(), problem, hooks, (epoch, part) => epochs.push({ epoch, part }));
  return { found, epochs, notes };
}

Deno.test("stages count their epochs on, and each has a deeper supernet over fewer operations", async () => {
  const { found, epochs, notes } = await find({
    method: "p-darts",
    space: "s3",
    epochs: "4",
    skipDropout: "0,.5,0",
  });
  assertEquals(epochs.map(({ epoch }) => epoch.epoch), [0, 1, 2, 3]);
  assertEquals(
    epochs.map(({ part }) => part),
    [0, 1, 2, 2].map((index) => ({ index, column: "search_stage" as const })),
  );
  assertEquals(epochs.map(({ epoch }) => epoch.weights!["normal"]![0]!.length), [3, 2, 2, 2]);
  assertEquals(epochs.map(({ epoch }) => epoch.numbers), [{}, { skip_dropout: 0.5 }, {}, {}]);
  assertEquals(notes.filter((note) => note.startsWith("Stage")), [
    "Stage 1 of 3: 2 cells, 3 operations an edge",
    "Stage 2 of 3: 4 cells, 2 operations an edge",
    "Stage 3 of 3: 6 cells, 2 operations an edge",
  ]);
  assertEquals(found.shown, [0, 1, 2]);
  const { net, vectors } = found.supernet!;
  assertEquals([net.size.layers, net.space.name, vectors.step], [6, "s3 in stage 3", 4]);
  assertEquals(found.genotype, epochs.at(-1)!.epoch.genotype);
  assertEquals(Object.keys(found.files), ["skip_limits.json"]);
});

Deno.test("stages that go on keep the alphas of what they keep, and the learning rate falls once", async () => {
  const { found, epochs, notes } = await find({
    method: "drnas-progressive",
    space: "s3",
    epochs: "4",
    stageParts: "2,1",
    lrMin: "0",
    warmup: "1",
  });
  assertEquals(
    epochs.map(({ epoch: { epoch }, part: { index } }) => [epoch, index]),
    [[0, 0], [1, 0], [2, 1], [3, 1]],
  );
  epochs.forEach(({ epoch: { lr } }, e) =>
    assertAlmostEquals(lr, 0.005 * (1 + Math.cos((Math.PI * e) / 4)), 1e-12)
  );
  const rowsOf = (e: number, of: "alphas" | "weights") => {
    const matrices = epochs[e]!.epoch[of]!;
    return [...matrices["normal"]!, ...matrices["reduce"]!];
  };
  const ended = rowsOf(1, "alphas");
  for (const e of [2, 3]) {
    rowsOf(e, "alphas").forEach((row, r) => {
      const dropped = ended[r]!.indexOf(Math.min(...ended[r]!));
      assertEquals(row[dropped], 0);
      const weights = rowsOf(e, "weights")[r]!;
      assertEquals(weights[dropped], 0);
      assertAlmostEquals(weights.reduce((sum, x) => sum + x), 1, 1e-12);
    });
  }
  // The alphas rest in the first epoch of a stage, and move in the other.
  const moved = rowsOf(2, "alphas").flatMap((row, r) => row.map((x, k) => x === 0 ? 0 : x - ended[r]![k]!));
  assertEquals(moved.filter((by) => by !== 0), []);
  assert(rowsOf(3, "alphas").some((row, r) => row.some((x, k) => x !== rowsOf(2, "alphas")[r]![k]!)));
  assertEquals(notes.filter((note) => note.startsWith("Stage")), [
    "Stage 1 of 2: 2 cells, 3 operations an edge",
    "Stage 2 of 2: 2 cells, 2 operations an edge",
  ]);
  const { net, vectors } = found.supernet!;
  assertEquals([net.variant.partialChannels, net.space.name, vectors.step], [1, "s3", 8]);
  assertEquals([found.shown, Object.keys(found.files)], [[0, 1], []]);
});

Deno.test("random search ends with the best of its finalists, and has no cell before", async () => {
  const settings = { candidates: "6", candidateBatches: "2", finalists: "3" };
  const { found, epochs } = await find({
    method: "random-ws",
    space: "nasbench201",
    epochs: "2",
    ...settings,
  });
  assertEquals(epochs.map(({ epoch, part }) => [epoch.epoch, part.index]), [[0, 0], [1, 0]]);
  for (const { epoch } of epochs) {
    assert(Number.isFinite(epoch.train.loss) && Number.isFinite(epoch.valid!.loss));
    assertEquals([epoch.genotype, epoch.alphas], [undefined, undefined]);
  }
  type Row = { round: number; accuracy: number; loss: number; genotype: string };
  const { candidates, finalists } = found.files["candidates.json"] as Record<
    "candidates" | "finalists",
    Row[]
  >;
  assertEquals([candidates.length, finalists.length], [6, 3]);
  const best = mostAccurate(candidates, 3).map(({ genotype }) => genotype);
  assertEquals(finalists.map(({ genotype }) => genotype).sort(), best.sort());
  assertEquals(finalists, mostAccurate(finalists, 3));
  assertEquals(genotypeText(found.genotype), finalists[0]!.genotype);
});
