/**
 * The pipeline as functions, for programs of your own: the commands `search`, `evaluate` and `predict` without their
 * files. A method or a space of your own is passed as a value.
 *
 * ```ts
 * import { ok } from "node:assert/strict";
 * import { load, search, searchSettings, train } from "@ms-darts/ms-darts/pipelines";
 * import { Runner } from "@ms-darts/ms-darts/gpu";
 *
 * const settings = searchSettings({ preset: "tiny", epochs: 1, searchLimit: 128, evalEpochs: 1 });
 * const data = await load(settings);
 * const runner = await Runner.open();
 * const { genotype } = await search(runner, { settings, data });
 * const { test } = await train(runner, { settings, data, genotype });
 * runner.close();
 * ok("normal" in genotype && test.accuracy <= 1);
 * ```
 *
 * @module
 */
import type { SearchConfig } from "../src/config/search_config.ts";
import { inSearch, trainingOf } from "../src/config/schema.ts";
import type { Subject } from "../src/config/subject.ts";
import type { Dataset, Images } from "../src/data/dataset.ts";
import type { Runner } from "../src/gpu/mod.ts";
import type { SafetensorsContent } from "../src/io/safetensors.ts";
import type { EvaluationNetwork } from "../src/network/evaluation.ts";
import type { Genotype } from "../src/network/genotype.ts";
import type { ReadNetwork } from "../src/training/network_file.ts";
import { checkedSearch } from "./algorithm/checked.ts";
import { foresee } from "./needs/foresee.ts";
import { openClassifier } from "./prediction/classifier.ts";
import { type Prediction, predictionsOf } from "./prediction/predictions.ts";
import { type Listeners, silent } from "./run/hooks.ts";
import type { AnySearchEpoch, Epoch } from "./stages/epoch.ts";
import type { Scored } from "./stages/measures.ts";
import { findCell } from "./strategies/mod.ts";
import type { FoundCell } from "./strategies/rules.ts";
import { networkOf, trainedOffDevice } from "./training/network.ts";

export type { EpochReport, StepReport } from "../src/cli/reports.ts";
export type { PresetName } from "../src/config/names.ts";
export type {
  SearchChoices,
  SearchConfig,
  SearchInput,
  SearchNumbers,
  SearchSwitches,
} from "../src/config/search_config.ts";
export { searchSettings } from "../src/config/search_settings.ts";
export type { Subject } from "../src/config/subject.ts";
export type { Prediction } from "./prediction/predictions.ts";
export type { Listeners } from "./run/hooks.ts";
export { type DataConfig, load } from "./run/load.ts";
export type {
  AnySearchEpoch,
  Discretized,
  Epoch,
  EpochCurvature,
  Seen,
  WeightEpoch,
} from "./stages/epoch.ts";
export type { Scored } from "./stages/measures.ts";
export type { FoundCell } from "./strategies/rules.ts";
export { type DescribedNetwork, type ReadNetwork, readNetwork } from "../src/training/network_file.ts";

/** A search to do; a method or space of one's own takes the place of the one that the settings name. */
export interface SearchGiven extends Partial<Subject> {
  /** As {@link searchSettings} makes them. */
  readonly settings: SearchConfig;
  /** As {@link load} opens it, or images of one's own. */
  readonly data: Dataset;
}

/** What a search came to. */
export interface Searched extends FoundCell {
  /** As logged, in their order; after a rollback they come again from the epoch that follows. */
  readonly epochs: readonly AnySearchEpoch[];
}

/**
 * Searches a cell (MS-DARTS, algorithm 2). Nothing is written, and nothing is kept for resuming.
 *
 * @throws UserError for images that are too few, a device that is lost or short of memory, a loss that is not finite
 */
export async function search(
  runner: Runner,
  { settings, data, ...own }: SearchGiven,
  hooks: Partial<Listeners> = {},
): Promise<Searched> {
  const problem = checkedSearch(settings, data, own);
  const listening = { ...silent, ...hooks };
  foresee(problem).forEach(listening.note);
  const epochs: AnySearchEpoch[] = [];
  const found = await findCell(runner, problem, listening, (epoch) => epochs.push(epoch));
  return { ...found, epochs };
}

/** A training to do: of a genotype, by what the settings of a search say of it. */
export interface TrainingGiven {
  /** As {@link searchSettings} makes them. */
  readonly settings: SearchConfig;
  /** As {@link load} opens it, or images of one's own. */
  readonly data: Dataset;
  /** What to train. */
  readonly genotype: Genotype;
}

/** What a training came to. */
export interface TrainedNetwork {
  /** The network, to build graphs of one's own with. */
  readonly net: EvaluationNetwork;
  /** In their order. */
  readonly epochs: readonly Epoch[];
  /** Loss and accuracy on the test images, which are looked at once. */
  readonly test: Scored;
  /** What `weights.safetensors` of a run has; `writeSafetensors` writes it. */
  readonly weights: SafetensorsContent;
}

/**
 * Trains the network of a genotype from scratch and tests it once.
 *
 * @throws UserError for settings that do not fit the network, a device that is lost or short of memory, a loss that is
 * not finite
 */
export const train = (
  runner: Runner,
  { settings, data, genotype }: TrainingGiven,
  hooks: Partial<Listeners> = {},
): Promise<TrainedNetwork> =>
  inSearch(async () => {
    const config = trainingOf(settings);
    const net = networkOf(genotype, config, data);
    const epochs: Epoch[] = [];
    const { test, weights } = await trainedOffDevice(
      runner,
      { config, data, net },
      settings.seed,
      { ...silent, ...hooks },
      (epoch) => epochs.push(epoch),
    );
    return { net, epochs, test, weights };
  });

/**
 * Predicts the classes of images with a trained network: one prediction an image, in their order.
 *
 * @param network as `readNetwork` reads it
 * @param images of the network's size and channels, as `readImages(paths, network.images)` reads them
 * @param options `batch` is the images a step, 64 by default
 * @throws UserError (exit 3) for a device that is lost or short of memory, (exit 5) for a logit that is not finite
 */
export async function predict(
  runner: Runner,
  network: ReadNetwork,
  images: Images,
  { batch = 64, ...hooks }: { readonly batch?: number } & Partial<Pick<Listeners, "note" | "signal">> = {},
): Promise<Prediction[]> {
  const classifier = await openClassifier(runner, network, Math.min(batch, Math.max(1, images.count)), hooks);
  const logits = await classifier.logits(images, () => hooks.signal?.throwIfAborted());
  await classifier.close();
  return predictionsOf(logits, network.classes);
}
