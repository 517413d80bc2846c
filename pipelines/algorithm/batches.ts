/** The batches of a search, augmented: pure functions of the run's key and a step. */
import { searchBatch } from "../../src/data/batches.ts";
import type { searchHalves } from "../../src/data/splits.ts";
import { fold, type Key } from "../../src/random.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { augmentedBatch, type HostBatch } from "../stages/stage.ts";

export interface SearchBatches {
  /** Of the weight half, at some indices. */
  readonly train: (indices: Uint32Array, epoch: number, step: number) => HostBatch;
  /** Of the half of the alphas, drawn anew in each step. */
  readonly valid: (epoch: number, step: number) => HostBatch;
}

/** @param key of the search */
export function searchBatches(
  { config, data, method }: SearchProblem,
  { weights, alphas }: ReturnType<typeof searchHalves>,
  key: Key,
): SearchBatches {
  const augmentation = (epoch: number) => ({
    height: data.height,
    width: data.width,
    ...data.augmentation,
    cutoutSize: config.cutout,
    cutoutProbability: method.cutoutProbability(epoch, config.epochs),
  });
  const keyOf = (use: string, step: number): Key => fold(fold(key, use), step);
  return {
    train: (indices, epoch, step) =>
      augmentedBatch(weights, indices, keyOf("augment train", step), augmentation(epoch)),
    valid: (epoch, step) => {
      const indices = searchBatch(fold(key, "search batch"), step, alphas.count, config.batch);
      return augmentedBatch(alphas, indices, keyOf("augment valid", step), augmentation(epoch));
    },
  };
}
