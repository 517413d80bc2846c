/** What a command is, as data: its settings, presets and examples. The command line and its tests read these. */
import { define } from "./command.ts";
import { compareGroups, comparePreset, compareSchema, completeCompare } from "./compare.ts";
import { completeInspect, completeSearch, evaluatePreset, publishedEvaluation } from "./derive.ts";
import { cacheGroups, cacheSchema, completeCache } from "./cache.ts";
import { completeLandscape, landscapeGroups, landscapeSchema } from "./landscape.ts";
import { presets, publishedSearch } from "./presets.ts";
import { stopGroups, stopSchema } from "./stop.ts";
import {
  doctorGroups,
  doctorSchema,
  evaluateGroups,
  evaluateSchema,
  inspectGroups,
  inspectSchema,
  searchGroups,
  searchSchema,
  stepGroups,
  stepSchema,
} from "./schema.ts";

export const searchCommand = define({
  name: "search",
  summary: "Search a cell, then train, test and report the network built from it.",
  examples: [
    "search",
    "search --preset tiny --seed 3 --out runs/a",
    "search --data path/to/images --space s3 --method darts --epochs 5",
  ],
  groups: searchGroups,
  schema: searchSchema,
  presets,
  published: publishedSearch,
  complete: completeSearch,
  needsAdapter: (config) => !config.explain && !config.dryRun,
});

export const evaluateCommand = define({
  name: "evaluate",
  summary: "Train a genotype from scratch and test it.",
  examples: [
    "evaluate --genotype runs/a/genotype.json --data fashion-mnist-small --out runs/b",
    "evaluate --genotype DARTS_V2 --preset cifar10",
  ],
  groups: evaluateGroups,
  schema: evaluateSchema,
  presets: Object.fromEntries(Object.entries(presets).map(([name, table]) => [name, evaluatePreset(table)])),
  published: publishedEvaluation,
  needsAdapter: (config) => !config.explain && !config.dryRun,
});

export const inspectCommand = define({
  name: "inspect",
  summary: "Count the parameters and multiply-adds of a genotype's network or of a supernet.",
  examples: [
    "inspect --genotype PC_DARTS_cifar --channels 36 --layers 20 --classes 10 --json",
    "inspect --space s5 --channels 16 --layers 8",
  ],
  groups: inspectGroups,
  schema: inspectSchema,
  complete: completeInspect,
  needsAdapter: () => false,
  endsAtOnce: true,
});

export const stepCommand = define({
  name: "step",
  summary:
    "Compute one supernet step from a safetensors file: gradients, a whole MS-DARTS iteration, or the Hessian.",
  examples: [
    "step IN.safetensors OUT.safetensors --variant reference",
    "step IN.safetensors OUT.safetensors --compute hessian",
  ],
  positionals: ["input", "output"],
  groups: stepGroups,
  schema: stepSchema,
  endsAtOnce: true,
});

export const landscapeCommand = define({
  name: "landscape",
  summary: "Draw the supernet's loss and accuracy around the alphas that a search ended with.",
  examples: ["landscape runs/a", "landscape runs/a --around mixing --directions 5 --json"],
  positionals: ["run"],
  groups: landscapeGroups,
  schema: landscapeSchema,
  complete: completeLandscape,
});

export const compareCommand = define({
  name: "compare",
  summary:
    "Run several search methods with several seeds and compare what they find, in a table and on a page.",
  examples: [
    "compare --methods ms-darts,darts --space s3 --seeds 3 --preset tiny --out runs/compared",
    "compare --methods ms-darts --grid bandwidth=0.2,0.6,1,1.4 --hessian every=1 --no-train",
  ],
  groups: compareGroups,
  schema: compareSchema,
  presets: Object.fromEntries(Object.entries(presets).map(([name, table]) => [name, comparePreset(table)])),
  complete: completeCompare,
});

export const doctorCommand = define({
  name: "doctor",
  summary: "Show the adapter, its limits and speed, and test the kernels on it.",
  examples: ["doctor", "doctor --json"],
  groups: doctorGroups,
  schema: doctorSchema,
  endsAtOnce: true,
});

export const stopCommand = define({
  name: "stop",
  summary: "Ask the process that works in a run directory to save and stop, and wait until it has.",
  examples: ["stop runs/a"],
  positionals: ["run"],
  groups: stopGroups,
  schema: stopSchema,
  needsAdapter: () => false,
});

export const cacheCommand = define({
  name: "cache",
  summary: "Show what the cache holds (decoded images, downloads, drivers), or empty it.",
  examples: ["cache", "cache --empty", "cache --empty images,drivers"],
  positionals: ["what"],
  groups: cacheGroups,
  schema: cacheSchema,
  complete: completeCache,
  needsAdapter: () => false,
  endsAtOnce: true,
});

/** Every command, by name. */
export const commands = {
  search: searchCommand,
  evaluate: evaluateCommand,
  inspect: inspectCommand,
  step: stepCommand,
  landscape: landscapeCommand,
  compare: compareCommand,
  doctor: doctorCommand,
  stop: stopCommand,
  cache: cacheCommand,
} as const;
