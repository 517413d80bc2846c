/** Everything a search keeps between steps, as one immutable record. */
import type { DeviceTensor, Runner } from "../gpu/mod.ts";
import type { AlphaRows } from "../network/alphas.ts";
import type { Supernet } from "../network/supernet.ts";
import { initialParameters } from "../nn/initialize.ts";
import { freshStatistics } from "../nn/statistics.ts";
import { fold, type Key, normal } from "../random.ts";
import type { Decisions } from "./decisions.ts";

/** Everything a search keeps between steps; a step makes another of it. */
export interface SearchState {
  /** Flat parameters of the supernet [P]. */
  readonly weights: DeviceTensor;
  /** SGD momentum [P]. */
  readonly velocity: DeviceTensor;
  /** Running BatchNorm statistics [S]. */
  readonly statistics: DeviceTensor;
  /** Raw architecture parameters [A]. */
  readonly alphas: DeviceTensor;
  /** What the optimiser of the alphas keeps: Adam's first and second moments [A]. */
  readonly alphaMean: DeviceTensor;
  /** The second. */
  readonly alphaVariance: DeviceTensor;
  /** Weight steps done. */
  readonly step: number;
  /** Architecture steps done: the optimiser's t. */
  readonly architectureSteps: number;
  /** Rows of the alphas decided for good; none where the method decides nothing before the end. */
  readonly decisions: Decisions;
  /** What such a method has seen: the relaxed rows at the end of every epoch. */
  readonly relaxedRows: readonly AlphaRows[];
  /** Key of the run; every use folds its name and step into it. */
  readonly key: Key;
}

/** What a search leaves of its state, on the host. */
export interface SupernetVectors {
  /** Flat parameters [P]. */
  readonly weights: Float32Array;
  /** Running BatchNorm statistics [S]. */
  readonly statistics: Float32Array;
  /** Raw alphas, flat [A]. */
  readonly alphas: Float32Array;
  /** What is decided of their rows; nothing where it is left out. */
  readonly decisions?: Decisions;
  /** Weight steps of the search. */
  readonly step: number;
  /** Training-mode passes of the search, which each BatchNorm counts. */
  readonly batches: number;
}

/** The state a search starts from: PyTorch's initial weights, normal alphas (of DARTS: 1e-3·N(0, 1)). */
export function initialSearchState(
  runner: Runner,
  net: Supernet,
  key: Key,
  { mean, deviation }: { readonly mean: number; readonly deviation: number } = { mean: 0, deviation: 1e-3 },
): SearchState {
  const { tensors } = runner;
  const { parameterFloats, statisticsFloats } = net.layout;
  const layout = net.alphas;
  const alphas = new Float32Array(layout.floats);
  const alphaKey = fold(key, "alphas");
  for (const { name, shape: [rows, columns], offset } of layout.matrices) {
    const own = fold(alphaKey, name);
    for (let i = 0; i < rows * columns; i++) alphas[offset + i] = mean + deviation * normal(own, i);
  }
  const zeros = (floats: number): DeviceTensor => tensors.upload(new Float32Array(floats), [floats]);
  return {
    weights: tensors.upload(initialParameters(net.layout, fold(key, "weights")), [parameterFloats]),
    velocity: zeros(parameterFloats),
    statistics: tensors.upload(freshStatistics(net.layout), [statisticsFloats]),
    alphas: tensors.upload(alphas, [layout.floats]),
    alphaMean: zeros(layout.floats),
    alphaVariance: zeros(layout.floats),
    step: 0,
    architectureSteps: 0,
    decisions: {},
    relaxedRows: [],
    key,
  };
}
