/** What a command is, as data: its settings, presets and examples. The command line and its tests read these. */
import { isUnread } from "../methods/list.ts";
import { variantField } from "../methods/ms_darts.ts";
import { oneOf, path, toggle } from "../fields.ts";
import { cacheCommand } from "./cache.ts";
import { define } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { completeEvaluation, completeSearch, evaluatePreset, publishedEvaluation } from "./derive.ts";
import { exportCommand } from "./export.ts";
import { inspectCommand } from "./inspect.ts";
import { landscapeCommand } from "./landscape.ts";
import { predictCommand } from "./predict.ts";
import { presets, publishedSearch } from "./presets.ts";
import { curvature, device, evaluateGroups, output, searchGroups } from "./schema.ts";
import { stopCommand } from "./stop.ts";
import { studyCommand } from "./study.ts";
import { testOnlyCommand } from "./test_only.ts";
import { watchCommand } from "./watch.ts";

export {
  cacheCommand,
  compareCommand,
  exportCommand,
  inspectCommand,
  landscapeCommand,
  predictCommand,
  stopCommand,
  studyCommand,
  testOnlyCommand,
  watchCommand,
};

/** What only looks at a run to come has no result to print. */
const apart = ["dryRun", "explain"].map((other) =>
  ["json", other, "the first prints the result of a run, the other ends before there is one"] as const
);

export const searchCommand = define({
  name: "search",
  summary: "Search a cell, then train, test and report the network built from it.",
  examples: [
    "search",
    "search --preset tiny --seed 3 --out runs/a",
    "search --data path/to/images --space s3 --method darts --epochs 5",
  ],
  groups: searchGroups,
  apart,
  presets,
  published: (given) => publishedSearch(given),
  derived: {
    ...Object.fromEntries(
      ["port", "order", "archWeightDecay", "cutout", "epsilon"].map((
        key,
      ) => [key, ["method", "space", "preset"]]),
    ),
    ...Object.fromEntries(["warmup", "archLr"].map((key) => [key, ["method", "space", "preset", "epochs"]])),
    selectEpochs: ["evalEpochs"],
  },
  unread: ({ method }, keys) => ({
    keys: keys.filter((key) => isUnread([String(method)], key)),
    why: `${method} reads no such setting`,
  }),
  complete: (parsed) => completeSearch(parsed),
  needsAdapter: (config) => !config.explain && !config.dryRun,
});

export const evaluateCommand = define({
  name: "evaluate",
  summary: "Train a genotype from scratch, or a trained network further, and test it; or only test one.",
  examples: [
    "evaluate --genotype runs/a/genotype.json --data fashion-mnist-small --out runs/b",
    "evaluate --genotype DARTS_V2 --preset cifar10",
  ],
  groups: evaluateGroups,
  modes: [testOnlyCommand],
  apart,
  presets: Object.fromEntries(Object.entries(presets).map(([name, table]) => [name, evaluatePreset(table)])),
  published: publishedEvaluation,
  complete: completeEvaluation,
  needsAdapter: (config) => !config.explain && !config.dryRun,
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
  groups: {
    "What to compute": {
      input: path("IN", "safetensors file with the weights, alphas and batch"),
      output: path("OUT", "safetensors file to write"),
      compute: oneOf(["step", "hessian"], "the step, or the gradients and the Hessian over the alphas")
        .default("step"),
      variant: variantField,
      ...curvature,
    },
    "Run and output": { quiet: output.quiet, ...device },
  },
  endsAtOnce: 130,
});

export const doctorCommand = define({
  name: "doctor",
  summary: "Show the adapter, its limits and speed, and test the kernels on it.",
  examples: ["doctor", "doctor --json"],
  groups: {
    "Tests": { long: toggle("also compute for 1, 2 and 3 seconds without a break, which drivers may stop") },
    "Output": { ...output, ...device },
  },
  endsAtOnce: 130,
});

/** Every command, by name. */
export const commands = {
  search: searchCommand,
  evaluate: evaluateCommand,
  predict: predictCommand,
  inspect: inspectCommand,
  step: stepCommand,
  landscape: landscapeCommand,
  export: exportCommand,
  compare: compareCommand,
  study: studyCommand,
  watch: watchCommand,
  doctor: doctorCommand,
  stop: stopCommand,
  cache: cacheCommand,
} as const;
