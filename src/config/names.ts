/** The names a user may give, from the registries that own them. */
import { datasets } from "../data/mod.ts";
import { methods } from "../methods/mod.ts";
import { spaces } from "../spaces/mod.ts";
export { resizings } from "../data/resizings.ts";
export { spectrumNames } from "../curvature/full.ts";
export { unrollings } from "../search/unrolled.ts";

export const spaceNames = spaces.map((space) => space.name);
export const datasetNames = datasets.map((dataset) => dataset.name);
export const methodNames = methods.map((method) => method.name);
/** The name of a table of settings to start from. */
export type PresetName = "quick" | "tiny" | "cifar10-small" | "cifar10" | "cifar100";
export const presetNames: readonly PresetName[] = [
  "quick",
  "tiny",
  "cifar10-small",
  "cifar10",
  "cifar100",
];

/** By what images show, or as their files have them: see `orderedByContent` of the data. */
export const imageOrders = ["content", "stored"] as const;

/** How the numbers of each epoch are logged. */
export const logNames = ["jsonl", "tensorboard"] as const;
