/** Everything the training of a network keeps between steps, as one immutable record. */
import type { DeviceTensor, Runner } from "../gpu/mod.ts";
import type { Layout } from "../nn/parameters.ts";
import { fold, type Key } from "../random.ts";
import { type Start, startingVectors } from "./start.ts";

/** Everything the training of a network keeps between steps; a step makes another of it. */
export interface TrainingState {
  /** Flat parameters [P]. */
  readonly weights: DeviceTensor;
  /** SGD momentum [P]. */
  readonly velocity: DeviceTensor;
  /** Running BatchNorm statistics [S]. */
  readonly statistics: DeviceTensor;
  /** Steps done. */
  readonly step: number;
  /** Key of the run; every use folds its name and step into it. */
  readonly key: Key;
}

/**
 * PyTorch's initial weights, no momentum, fresh statistics; or, of a network to go on from, its weights and statistics
 * under the same names.
 */
export function initialTrainingState(runner: Runner, layout: Layout, key: Key, start?: Start): TrainingState {
  const { tensors } = runner;
  const { parameterFloats, statisticsFloats } = layout;
  const { parameters, statistics } = startingVectors(layout, fold(key, "weights"), start);
  return {
    weights: tensors.upload(parameters, [parameterFloats]),
    velocity: tensors.upload(new Float32Array(parameterFloats), [parameterFloats]),
    statistics: tensors.upload(statistics, [statisticsFloats]),
    step: 0,
    key,
  };
}
