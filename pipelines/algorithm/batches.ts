/** The images of a search and its batches: pure functions of the run's key and a step. */
import { batchesPerEpoch, checkBatch, searchBatch } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import { searchHalves, type SearchImages, slice } from "../../src/data/splits.ts";
import { fold, type Key, keyFromSeed } from "../../src/random.ts";
import type { SearchProblem } from "../stages/problem.ts";
import { augmentedBatch, type HostBatch } from "../stages/stage.ts";

/**
 * The images that train the weights and the alphas, and the validation images, from the second; both are all images where
 * a method or a search of one level splits nothing. Throws a usage error for a batch larger than the first.
 */
export function searchSplit(
  { config, data, method }: SearchProblem,
): { halves: SearchImages; validation: Images } {
  const seen = Math.min(config.searchLimit || Infinity, data.train.count);
  const images = slice(data.train, 0, seen, data.train.name);
  const whole = config.levels === 1 || method.unsplit;
  const halves = whole ? { weights: images, alphas: images } : searchHalves(images);
  const what = whole ? "the training images" : "the weight half of the training images";
  checkBatch(config.batch, halves.weights.count, what);
  const { name, count } = halves.alphas;
  return {
    halves,
    validation: slice(halves.alphas, 0, Math.min(config.validLimit || Infinity, count), name),
  };
}

/** Steps of the weights in an epoch. */
export const stepsOf = (problem: SearchProblem): number =>
  batchesPerEpoch(searchSplit(problem).halves.weights.count, problem.config.batch);

/** The key of a search, and of each search stage where there are several. */
export function searchKey(
  { config, searchStage: stage }: Pick<SearchProblem, "config" | "searchStage">,
): Key {
  const whole = fold(keyFromSeed(config.seed), "search");
  return stage === undefined ? whole : fold(fold(whole, "stage"), stage);
}

export interface SearchBatches {
  /** Of those for the weights, at some indices, augmented. */
  readonly train: (indices: Uint32Array, epoch: number, step: number) => HostBatch;
  /** Of those for the alphas, drawn anew in each step, augmented. */
  readonly search: (epoch: number, step: number) => HostBatch;
}

export function searchBatches(problem: SearchProblem, { weights, alphas }: SearchImages): SearchBatches {
  const { config, data, method } = problem;
  const key = searchKey(problem);
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
    search: (epoch, step) => {
      const indices = searchBatch(fold(key, "search batch"), step, alphas.count, config.batch);
      return augmentedBatch(alphas, indices, keyOf("augment valid", step), augmentation(epoch));
    },
  };
}
