/** From a genotype to a tested network and its files: what `search` and `evaluate` have in common. */
import type { Context } from "../../src/cli/main.ts";
import type { TrainingConfig } from "../../src/config/derive.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { openDataset } from "../../src/data/mod.ts";
import { limit } from "../../src/data/splits.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import type { RunDirectory } from "../../src/io/run_directory.ts";
import { type EvaluationNetwork, evaluationNetwork } from "../../src/network/evaluation.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import { tensorsOf } from "../../src/search/state.ts";
import type { Scored } from "../stages/measures.ts";
import { metricRow, writeWeights } from "./run_record.ts";
import { trainLoop } from "./train_loop.ts";

/** Where downloads and decoded images are kept. */
export const cacheDir = `${
  Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "."}/.cache`
}/ms-darts`;

interface DataConfig {
  readonly data: string;
  readonly size?: number | undefined;
  readonly trainLimit: number;
  readonly testLimit: number;
}

/** The load stage: opens the data set and cuts it to the limits. */
export async function load(
  { data, size, trainLimit, testLimit }: DataConfig,
  context: Context,
): Promise<Dataset> {
  const opened = await openDataset(data, { size, cacheDir, download: true, log: context.progress.note });
  opened.notes.forEach(context.progress.note);
  return limit(opened, { train: trainLimit || undefined, test: testLimit || undefined });
}

/** The network a genotype is trained as. */
export function networkOf(genotype: Genotype, config: TrainingConfig, data: Dataset): EvaluationNetwork {
  return evaluationNetwork(genotype, {
    channels: config.channels,
    layers: config.layers,
    classes: data.classes.length,
    imageChannels: data.channels,
    auxiliary: config.auxiliary > 0,
  });
}

/** Trains and tests; writes the metrics as they come and the weights at the end. */
export async function train(
  runner: Runner,
  problem: { readonly config: TrainingConfig; readonly data: Dataset; readonly net: EvaluationNetwork },
  seed: number,
  directory: RunDirectory,
  { signal, progress }: Context,
): Promise<{ test: Scored; metrics: MetricRow[] }> {
  const metrics: MetricRow[] = [];
  const hooks = { signal, onStep: progress.step, onEpoch: progress.epoch, note: progress.note };
  const { state, test } = await trainLoop(runner, problem, seed, hooks, (epoch) => {
    const row = metricRow("train", epoch);
    metrics.push(row);
    directory.appendRow("metrics.jsonl", row);
  });
  await writeWeights(runner, directory, problem.net, state);
  runner.tensors.release(...tensorsOf(state));
  return { test, metrics };
}
