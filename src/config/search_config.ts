/**
 * The settings of a search as types that stand alone, for programs of one's own. What each of them is, and that these
 * are all, says `schema.ts`; what is left out here has no value unless it is given.
 */
import type { Nasbench201Dataset } from "../benchmarks/mod.ts";
import type { SpectrumName } from "../curvature/full.ts";
import type { Resizing } from "../data/resizings.ts";
import type { MethodSettings } from "../methods/mod.ts";
import type { Unrolling } from "../search/unrolled.ts";
import type { TuningName } from "../graph/tuning_records.ts";
import type { PresetName } from "./names.ts";

/** Keys of settings that are numbers. */
export type SearchNumbers =
  | ("trainLimit" | "testLimit" | "seed" | "searchLimit" | "validLimit")
  | ("epochs" | "batch" | "channels" | "layers" | "lr" | "lrMin" | "momentum" | "weightDecay" | "gradClip")
  | (
    | "archLr"
    | "archWeightDecay"
    | "order"
    | "levels"
    | "warmup"
    | "cutout"
    | "searchDropPath"
    | "selectEpochs"
    | "logEvery"
  )
  | ("batchNormMomentum" | "poolPadding" | "fullLimit")
  | (
    | "evalEpochs"
    | "evalBatch"
    | "evalChannels"
    | "evalLayers"
    | "evalLr"
    | "evalWeightDecay"
    | "evalGradClip"
  )
  | ("evalCutout" | "evalHoldout" | "auxiliary" | "dropPath" | "labelSmoothing" | "checkpointEvery");

/** Keys of settings that are on or off. */
export type SearchSwitches = "nesterov" | "train" | "dryRun" | "explain" | "json" | "quiet" | "recompute";

/** Settings that are one of a few words. */
export type SearchChoices = {
  readonly preset: PresetName;
  readonly resizing: Resizing;
  readonly ramps: "epoch" | "step";
  readonly imageOrder: "content" | "stored";
  readonly unrolled: Unrolling;
  readonly spectrum: SpectrumName;
  readonly evalSchedule: "cosine" | "one-cycle";
  readonly log: "jsonl" | "tensorboard";
  readonly adapter: "high-performance" | "low-power" | "software";
  readonly tuning?: TuningName | undefined;
  readonly flip?: "on" | "off" | undefined;
  readonly benchmarkDataset?: Nasbench201Dataset | undefined;
};

/** The complete settings of a search, by the keys of `config.json`; `searchSettings` makes them. */
export type SearchConfig =
  & MethodSettings
  & SearchChoices
  & Readonly<Record<SearchNumbers, number>>
  & Readonly<Record<SearchSwitches, boolean>>
  & Readonly<Record<"data" | "method" | "space", string>>
  & { readonly [Key in "size" | "evalCrop" | "memoryLimit"]?: number | undefined }
  & { readonly [Key in "hessian" | "benchmark" | "out" | "resume"]?: string | undefined };

/** What may be said of a search, by the names of a config file: `{ preset: "tiny", epochs: 3 }`. */
export type SearchInput = Partial<SearchConfig>;
