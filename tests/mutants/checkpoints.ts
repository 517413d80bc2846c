/** Mistakes in what a run keeps of itself and takes up again. */
import { type Mutant, mutants } from "./mutant.ts";

const fuzz = "tests/fuzz/checkpoint_test.ts";
const test = "tests/formats/checkpoint_test.ts";

/** The fastest of the runs that are stopped and resumed. */
const resumed = "a stopped training goes on";

export const checkpoints: readonly Mutant[] = [
  ...mutants("src/io/checkpoint.ts", [test, fuzz], [
    { what: "only the newest is kept", from: "old <= number - kept", to: "old <= number - 1" },
    { what: "the oldest is taken up", from: ".sort((a, b) => b - a);", to: ".sort((a, b) => a - b);" },
    {
      what: "the checksum leaves the arrays out",
      from: "for (const name of [...tensors.keys()].sort())",
      to: "for (const name of [...tensors.keys()].slice(0, 0))",
      ci: true,
    },
    {
      what: "arrays of double precision come back as the others",
      from: "value instanceof Float32Array || value instanceof Float64Array",
      to: "value instanceof Float32Array",
    },
    { what: "NaN is kept as null", from: "&& !Number.isFinite(value)", to: "&& value === Infinity" },
  ]),
  ...mutants("pipelines/run/epochs.ts", "tests/pipelines/resume_test.ts", [
    {
      what: "steps that were taken are taken again",
      from: ".slice(this.#taken)) {",
      to: ".slice(0)) {",
      filter: resumed,
    },
    {
      what: "means of an epoch begin anew",
      from: 'make("training", this.#before?.train)',
      to: 'make("training")',
      filter: resumed,
    },
    {
      what: "epochs that ended are forgotten",
      from: "this.#journal = [...journal]",
      to: "this.#journal = []",
      filter: resumed,
    },
  ]),
  ...mutants("pipelines/training/train.ts", "tests/pipelines/training_test.ts", [
    {
      what: "every epoch has the order of the first",
      from: 'epochBatches(fold(key, "order"), epoch,',
      to: 'epochBatches(fold(key, "order"), 0,',
    },
    {
      what: "the learning rate is that of the epoch before",
      from: "cosine(config.lr, 0, epoch / epochs)",
      to: "cosine(config.lr, 0, Math.max(0, epoch - 1) / epochs)",
    },
  ]),
  ...mutants("pipelines/checkpoint/keeper.ts", "tests/pipelines/keeper_test.ts", [
    {
      what: "what comes after a part that moved on is kept",
      from: "!this.#follows(other, name)",
      to: "true",
    },
  ]),
];
