/** Everything the training of a network keeps between steps, as one immutable record. */
import type { DeviceTensor, Runner } from "../gpu/mod.ts";
import { initialParameters } from "../nn/initialize.ts";
import type { Layout } from "../nn/parameters.ts";
import { freshStatistics } from "../nn/statistics.ts";
import { fold, type Key } from "../random.ts";

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

/** PyTorch's initial weights, no momentum, fresh statistics. */
export function initialTrainingState(runner: Runner, layout: Layout, key: Key): TrainingState {
  const { tensors } = runner;
  const { parameterFloats, statisticsFloats } = layout;
  return {
    weights: tensors.upload(initialParameters(layout, fold(key, "weights")), [parameterFloats]),
    velocity: tensors.upload(new Float32Array(parameterFloats), [parameterFloats]),
    statistics: tensors.upload(freshStatistics(layout), [statisticsFloats]),
    step: 0,
    key,
  };
}
