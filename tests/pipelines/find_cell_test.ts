/** Ways of finding a cell that are more than one search, or none: stages, and candidates that are scored. */
import { assert, assertEquals } from "deno-std/assert";
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
