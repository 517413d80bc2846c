/** The results of a study: one small JSON file for each run that ended. What has one is not run again. */
import { z } from "zod";
import { dataError, usageError } from "../../src/errors.ts";
import { toJson, writeFileAtomic } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { parseJson, readJson, readTextIfThere } from "../../src/io/read.ts";
import type { Baselines, TableEntry } from "../../src/benchmarks/mod.ts";
import type { MetricRow, Study, StudyArm, StudyEpoch, StudyLook, StudyRecord } from "../../src/report/mod.ts";
import { setting } from "../../src/setting.ts";
import { differingKey } from "../../src/config/resume.ts";
import { chosenSearch, readRun, rowsTaken } from "../comparison/run_files.ts";

type Values = Readonly<Record<string, unknown>>;

const values = z.record(z.string(), z.unknown());
const look = z.object({
  step: z.number(),
  genotype: z.string(),
  skips: z.number(),
  nones: z.number(),
  accuracy: z.number(),
  rank: z.number(),
  margin: z.number(),
  skipWeight: z.number().exactOptional(),
  entropy: z.number(),
  alignment: z.number().exactOptional(),
});
const epoch = z.object({
  epoch: z.number(),
  step: z.number(),
  eigenvalue: z.number().exactOptional(),
  valid: z.number().exactOptional(),
  train: z.number(),
  architectureLoss: z.number().exactOptional(),
});
const result = z.object({
  genotype: z.string(),
  dataset: z.string(),
  accuracies: z.record(z.string(), z.number().min(0).max(100)),
  rank: z.int().min(1),
  of: z.int().min(1),
  regret: z.number(),
  seconds: z.number().min(0),
  cost: z.number().min(0).exactOptional(),
  images: z.string(),
}).refine(({ dataset, accuracies }) => dataset in accuracies, {
  path: ["accuracies"],
  message: "it lacks the data set that ranks",
});
const recordSchema = z.object({
  arm: z.string(),
  method: z.string(),
  seed: z.number(),
  settings: values,
  environment: z.record(z.string(), z.string()),
  result: result.exactOptional(),
  failure: z.string().exactOptional(),
  looks: z.array(look),
  epochs: z.array(epoch),
}) satisfies z.ZodType<StudyRecord>;

/** A run of a study as its record names it. */
export interface RecordKey {
  readonly arm: StudyArm;
  readonly seed: number;
}

export const recordName = ({ arm, seed }: RecordKey): string => `${arm.name}-seed${seed}`;

/** What the file says of a run besides its method and its seed. */
const settingsOf = ({ settings }: Study, { arm }: RecordKey): Values => ({ ...settings, ...arm.settings });

/** The records that there are, by name. Throws a usage error for one of other settings. */
export const readRecords = (
  folder: string,
  study: Study,
  keys: readonly RecordKey[],
): ReadonlyMap<string, StudyRecord> =>
  new Map(keys.flatMap((key) => {
    const record = readRecord(folder, study, key);
    return record === undefined ? [] : [[recordName(key), record] as const];
  }));

/** Settings that say which of the images a run takes, and in which size. */
const ofImages = ["preset", "trainLimit", "testLimit", "size", "resizing", "imageOrder"];

/** What tells images from others, in the records whose settings take the same of them as a run does. */
export const imagesLike = (study: Study, key: RecordKey, records: ReadonlyMap<string, StudyRecord>) =>
  [...records].filter(([, { settings }]) =>
    ofImages.every((name) => settings[name] === settingsOf(study, key)[name])
  ).map(([name, { result }]) => [name, result?.images] as const);

/**
 * The record of a run, if there is one. Throws a usage error for one of other settings: what the study says was changed
 * after it ran.
 */
function readRecord(folder: string, study: Study, key: RecordKey): StudyRecord | undefined {
  const path = join(folder, `${recordName(key)}.json`);
  const content = readJson(path);
  if (content === undefined) return undefined;
  const { success, data: record, error } = recordSchema.safeParse(content);
  if (!success) {
    const [{ path: keys, message }] = error.issues as [z.core.$ZodIssue];
    throw dataError(
      `"${keys.join(".")}" in ${path} is wrong: ${message}; remove the record to run it again.`,
    );
  }
  if (record.arm !== key.arm.name || record.seed !== key.seed) {
    throw usageError(
      `${path} is the record of ${record.arm}, seed ${record.seed}, by what it says; remove it to run ${
        recordName(key)
      } again.`,
    );
  }
  const wanted: Values = { method: key.arm.method, ...settingsOf(study, key) };
  const there: Values = { method: record.method, ...record.settings };
  const differs = differingKey(wanted, there);
  if (differs === undefined) return record;
  throw usageError(
    `${path} is of a run with other settings (${setting(differs)}: ${there[differs] ?? "not given"} there, ${
      wanted[differs] ?? "not given"
    } in the study); give the arm another name, or remove the record to run it again.`,
  );
}

export const writeRecord = (folder: string, key: RecordKey, record: StudyRecord): void =>
  writeFileAtomic(join(folder, `${recordName(key)}.json`), recordText(record));

/** A line for each look and epoch, so that changes of a record can be read. */
function recordText({ looks, epochs, ...head }: StudyRecord): string {
  const rows = (values: readonly unknown[]) =>
    values.length === 0 ? "[]" : `[${values.map((value) => `\n    ${toJson(value)}`).join(",")}\n  ]`;
  const whole = toJson(head, 2).replace(/\n}$/, "");
  return `${whole},\n  "looks": ${rows(looks)},\n  "epochs": ${rows(epochs)}\n}\n`;
}

/** What the directory of a finished run comes to. */
export function recordOf(study: Study, key: RecordKey, directory: string): StudyRecord {
  const { environment, result, metrics } = readRun(directory);
  const searched = metrics.filter(({ stage }) => stage === "search");
  return {
    ...headOf(study, key, environment),
    result: resultOf(result),
    looks: rowsTaken(
      readLines(join(directory, "steps.jsonl")),
      chosenSearch(directory),
      ({ step }) => Number(step),
    )
      .map(lookOf),
    epochs: searched.map(epochOf),
  };
}

/** The record of a run that would fail the same way again. */
export const failedRecord = (study: Study, key: RecordKey, failure: string): StudyRecord => ({
  ...headOf(study, key, {}),
  failure,
  looks: [],
  epochs: [],
});

/** What is kept of the machine. */
const machine = ["version", "deno", "adapter", "driver", "tuning"];

const headOf = (study: Study, key: RecordKey, environment: Values) => ({
  arm: key.arm.name,
  method: key.arm.method,
  seed: key.seed,
  settings: settingsOf(study, key),
  environment: Object.fromEntries(
    machine.filter((name) => name in environment).map((name) => [name, String(environment[name])]),
  ),
});

function resultOf(
  { genotype, benchmark, baselines, seconds, images }: Values,
): NonNullable<StudyRecord["result"]> {
  const { dataset, accuracies, rank, of, regret } = benchmark as TableEntry;
  const { cost } = (baselines ?? {}) as Partial<Baselines>;
  return {
    genotype: String(genotype),
    dataset,
    accuracies,
    rank,
    of,
    regret,
    seconds: Math.round(Number(seconds)),
    ...cost !== undefined && { cost },
    images: String(images),
  };
}

const lookOf = (row: Values): StudyLook => ({
  step: Number(row["step"]),
  genotype: String(row["genotype"]),
  skips: Number(row["skip_count"]),
  nones: Number(row["none_count"]),
  accuracy: Number(row["benchmark_accuracy"]),
  rank: Number(row["benchmark_rank"]),
  margin: short(row["alpha_margin"]),
  ...measured("skipWeight", row["skip_weight"]),
  entropy: short(row["alpha_entropy"]),
  ...measured("alignment", row["layer_alignment_cell"] ?? row["layer_alignment_normal"]),
});

const epochOf = (row: MetricRow): StudyEpoch => ({
  epoch: row.epoch,
  step: Number(row["step"]),
  ...measured("valid", row.valid_accuracy),
  train: short(row.train_accuracy),
  ...measured("architectureLoss", row["architecture_loss"]),
  ...measured("eigenvalue", row["eigenvalue"]),
});

/** As many digits as a figure shows. */
const short = (value: unknown): number => Number(Number(value).toPrecision(6));

/** A measure that not every search takes. */
const measured = <Key extends string>(key: Key, value: unknown): { readonly [K in Key]?: number } =>
  typeof value === "number" ? { [key]: short(value) } as { readonly [K in Key]?: number } : {};

const readLines = (path: string): Values[] =>
  (readTextIfThere(path) ?? "").split("\n").filter((line) => line !== "").map((line) =>
    parseJson(line, path)
  );
