/** From a genotype to a tested network and its files: what `search` and `evaluate` have in common. */
import { inSearch, type TrainingConfig } from "../../src/config/schema.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { usageError } from "../../src/errors.ts";
import { type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import { type SafetensorsContent, writeSafetensors } from "../../src/io/safetensors.ts";
import { type EvaluationNetwork, evaluationNetwork } from "../../src/network/evaluation.ts";
import { discretize } from "../../src/network/discretize.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import type { Space } from "../../src/spaces/space.ts";
import { setting } from "../../src/setting.ts";
import { weightsFile } from "../../src/training/network_file.ts";
import type { Epoch } from "../stages/epoch.ts";
import type { Scored } from "../stages/measures.ts";
import { trainStep } from "../stages/train_step.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import type { Hooks } from "../run/hooks.ts";
import type { Run } from "../run/run.ts";
import { metricRow } from "../run/files.ts";
import { trainingSplit, trainLoop } from "./train.ts";

/**
 * The network a genotype is trained as. Throws a usage error for an auxiliary head or drop-path where its space's
 * networks have none.
 */
export function networkOf(genotype: Genotype, config: TrainingConfig, data: Dataset): EvaluationNetwork {
  const net = evaluationNetwork(genotype, {
    channels: config.channels,
    layers: config.layers,
    classes: data.classes.length,
    imageChannels: data.channels,
    auxiliary: config.auxiliary > 0,
  });
  if (config.dropPath > 0 && net.dropPaths === 0) {
    throw usageError(
      `${
        setting("dropPath")
      } ${config.dropPath} has nothing to drop in the networks of this space; set it to 0.`,
    );
  }
  return net;
}

/**
 * Refuses before a search what its network would refuse after it: an auxiliary head where there is none; and where it
 * is trained, a batch larger than the data, images too small for the head. Any genotype of the space stands in for
 * the one to be found.
 */
export function checkTraining(config: TrainingConfig, data: Dataset, space: Space, trained: boolean): void {
  const even = space.matrices.map((
    { name, rows },
  ) => [name, rows.map(({ choices }) => choices.map(() => 1))]);
  const genotype = discretize(Object.fromEntries(even), space);
  inSearch(() => {
    const problem = { config, data, net: networkOf(genotype, config, data) };
    if (!trained) return;
    trainingSplit(problem);
    trainStep(problem).graph();
  });
}

/** Trains and tests: what came of it, off the device. `onEpoch` gets every epoch as soon as it is done. */
export async function trainedOffDevice(
  runner: Runner,
  problem: TrainingProblem,
  seed: number,
  hooks: Hooks,
  onEpoch: (epoch: Epoch) => void,
): Promise<{ readonly test: Scored; readonly weights: SafetensorsContent }> {
  const { state, test } = await trainLoop(runner, problem, seed, hooks, onEpoch);
  const weights = await weightsFile(runner, problem.net, problem.data, state);
  runner.tensors.release(...tensorsOf(state));
  return { test, weights };
}

/** Trains and tests in a run: writes the metrics as they come and the weights at the end. */
export async function trainInRun(
  { runner, directory, hooks }: Run,
  problem: TrainingProblem,
  seed: number,
): Promise<{ test: Scored; metrics: MetricRow[] }> {
  const metrics: MetricRow[] = [];
  const { test, weights } = await trainedOffDevice(runner, problem, seed, hooks, (epoch) => {
    const row = metricRow("train", epoch);
    metrics.push(row);
    directory.appendRow("metrics.jsonl", row);
  });
  writeSafetensors(directory.file("weights.safetensors"), weights.tensors, weights.metadata);
  return { test, metrics };
}
