import { join } from "../../src/io/paths.ts";
import { concatBytes } from "../../src/io/bytes.ts";
import { encodeCheckpoint, type Kept, parseCheckpoint, sealed } from "../../src/io/checkpoint.ts";
import { encodeSafetensors, parseSafetensors } from "../../src/io/safetensors.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { otherThan } from "../../pipelines/checkpoint/identity.ts";
import { Keeper } from "../../pipelines/checkpoint/keeper.ts";
import { searchStateSchema } from "../../pipelines/checkpoint/state_schemas.ts";
import { searchEpochSchema } from "../../pipelines/stages/epoch.ts";
import { totals } from "../../pipelines/checkpoint/schemas.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { noiseData } from "../pipelines/noise_data.ts";
import { z } from "zod";
import { fuzz, refuses } from "./fuzz.ts";

const flags = { space: "s3", batch: "8", channels: "1", layers: "1" };
const problem = searchProblem(resolve(searchCommand, { flags }), noiseData);
const { net: { layout }, layout: alphas } = problem;
const identity = { settings: "{}", images: "0" };

const row = [0.25, 0.25, 0.5];
const edge: [string, number] = ["skip_connect", 0];
const cell = [edge, edge, edge, edge, edge, edge, edge, edge].map(([name], i) => [name, i % 2] as const);
const epoch = {
  epoch: 0,
  train: { loss: 1.5, accuracy: 0.25 },
  valid: { loss: 1.5, accuracy: 0.25 },
  lr: 0.1,
  seconds: 1,
  imagesPerSecond: 100,
  alphas: { normal: [row], reduce: [row] },
  weights: { normal: [row], reduce: [row] },
  genotype: { normal: cell, normal_concat: [2, 3, 4, 5], reduce: cell, reduce_concat: [2, 3, 4, 5] },
  skips: 16,
  entropy: 1,
  numbers: { epsilon: 0.5 },
};
const floats = (count: number) => new Float32Array(count).fill(0.5);
const position = {
  state: {
    weights: floats(layout.parameterFloats),
    velocity: floats(layout.parameterFloats),
    statistics: floats(layout.statisticsFloats),
    alphas: floats(alphas.floats),
    alphaMean: floats(alphas.floats),
    alphaVariance: floats(alphas.floats),
    step: 3,
    architectureSteps: 3,
    decisions: {},
    relaxedRows: [],
    key: [1, 2],
  },
  train: { loss: 1, correct: 2, images: 8 },
  journal: [epoch],
};
const record = { identity, seconds: 5, parts: { search: position } };
const sample = concatBytes(encodeCheckpoint(record as unknown as Kept));

const schema = z.strictObject({
  state: searchStateSchema(problem),
  train: totals,
  journal: z.array(searchEpochSchema),
});

/** How the folder of the checkpoints is called, which a refusal names. */
const kept = "kept-checkpoints-";

/** Takes a file up as a run that is gone on with does. */
function read(bytes: Uint8Array): void {
  const folder = Deno.makeTempDirSync({ prefix: kept });
  try {
    Deno.writeFileSync(join(folder, "000001.safetensors"), bytes);
    const keeper = new Keeper({
      folder,
      every: 60,
      identity,
      differs: (before) => otherThan(before, identity, noiseData, (settings) => settings),
    });
    keeper.resume();
    keeper.part("search", schema);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

const { tensors, metadata } = parseSafetensors(sample, "m");

/** The file with the right checksum, if it is a safetensors file at all. */
function seal(bytes: Uint8Array): Uint8Array {
  try {
    const { tensors, metadata } = parseSafetensors(bytes, "m");
    return concatBytes(sealed(metadata["record"] ?? "", tensors));
  } catch {
    return bytes;
  }
}

fuzz("checkpoints", {
  samples: [sample],
  words: [...'{}":[],\\', "null", "-1", "1e308", "$tensor", "__proto__", "record", "checksum"],
  seal,
  json: {
    values: [JSON.parse(metadata["record"]!)],
    file: (text) => concatBytes(sealed(text, tensors)),
  },
  share: 0.5,
  names: kept,
  read,
});

const fileOf = (value: unknown) => concatBytes(encodeCheckpoint(value as Kept));
const rejects = (what: string, bytes: Uint8Array, ...words: string[]) =>
  refuses(`checkpoints: ${what}`, kept, () => read(bytes), ...words);

rejects("a file cut in the middle", sample.subarray(0, sample.length / 2), "whole");
rejects(
  "a flipped bit of a weight",
  sample.map((byte, i) => i === sample.length - 5 ? byte ^ 1 : byte),
  "checksum",
);
rejects(
  "other settings",
  fileOf({ ...record, identity: { ...identity, settings: '{"archLr":1}' } }),
  "other settings",
  "‹archLr›",
);
rejects("no record", fileOf(null), "no checkpoint of a run");
rejects(
  "weights of another network",
  fileOf({ ...record, parts: { search: { ...position, state: { ...position.state, weights: floats(3) } } } }),
  "search",
  "weights",
);
rejects(
  "a record nested 100,000 deep",
  concatBytes(sealed(`${"[".repeat(1e5)}${"]".repeat(1e5)}`, new Map())),
  "cannot be read",
);
refuses(
  "checkpoints: another format",
  "m",
  () => parseCheckpoint(concatBytes(encodeSafetensors(new Map())), "m"),
);
