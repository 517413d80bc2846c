/**
 * Checkpoints: what a run must remember, as numbered files in a folder. A file is a safetensors file; what of the
 * record is no typed array is JSON in its metadata, beside a SHA-256 of everything. The last two are kept: a run that
 * dies while it writes one has the other.
 */
import { createHash } from "node:crypto";
import { dataError } from "../errors.ts";
import { makeSubfolder, removeFile, removeTemporaries, writeFileAtomic } from "./files.ts";
import { join } from "./paths.ts";
import { readData, readReason } from "./read.ts";
import { encodeSafetensors, parseSafetensors, type SafetensorsFile, type Tensor } from "./safetensors.ts";

/** What can be kept: JSON whose leaves may also be arrays of numbers. Keys that are undefined are left out. */
export type Kept =
  | null
  | undefined
  | boolean
  | number
  | string
  | Float32Array
  | Float64Array
  | readonly Kept[]
  | { readonly [key: string]: Kept };

const format = "ms-darts checkpoint 1";
const kept = 2;

/** A typed array's place in the JSON. */
const marker = "$tensor";

/** Writes the record as number `number` of a folder, whole or not at all, and removes what is older than the last two. */
export function writeCheckpoint(folder: string, number: number, record: Kept): void {
  makeSubfolder(folder);
  // A process that was killed while it wrote left a file as large as a checkpoint: it may be what fills the disk.
  removeTemporaries(folder);
  writeFileAtomic(join(folder, nameOf(number)), encodeCheckpoint(record));
  for (const old of numbersIn(folder)) if (old <= number - kept) removeFile(join(folder, nameOf(old)));
}

/** The bytes of a record's file, in pieces. Throws a TypeError for a number that JSON does not have. */
export function encodeCheckpoint(record: Kept): Uint8Array[] {
  const tensors = new Map<string, Tensor>();
  return sealed(JSON.stringify(takeOut(record, "", tensors)), tensors);
}

/** The same of a record's JSON and the arrays it names. */
export const sealed = (json: string, tensors: ReadonlyMap<string, Tensor>): Uint8Array[] =>
  encodeSafetensors(tensors, { format, record: json, checksum: checksum(json, tensors) });

/** A whole checkpoint, and what is wrong with those that are newer. */
export interface Newest {
  readonly number: number;
  readonly path: string;
  readonly record: unknown;
  /** One sentence each. */
  readonly damaged: readonly string[];
}

/**
 * The newest whole checkpoint of a folder; undefined where there is none at all. Throws a data error where there are
 * some and all are damaged.
 */
export function newestCheckpoint(folder: string): Newest | undefined {
  const damaged: string[] = [];
  for (const number of numbersIn(folder)) {
    const path = join(folder, nameOf(number));
    try {
      return { number, path, record: parseCheckpoint(readData(path), path), damaged };
    } catch (error) {
      damaged.push((error as Error).message);
    }
  }
  if (damaged.length === 0) return undefined;
  throw dataError(
    `No checkpoint in ${folder} is whole: ${damaged.join(" ")} Remove that folder to begin the run anew.`,
  );
}

/** The record in the bytes of a file named `path`. Throws a data error where they are damaged in any way. */
export function parseCheckpoint(bytes: Uint8Array, path: string): unknown {
  const file = parseSafetensors(bytes, path);
  const { format: written, record, checksum: expected } = file.metadata;
  if (written !== format || record === undefined) {
    throw dataError(`${path} is no checkpoint of this version: its format is ${written ?? "not given"}.`);
  }
  if (checksum(record, file.tensors) !== expected) {
    throw dataError(`${path} is damaged: its checksum is not that of what it holds.`);
  }
  try {
    return putBack(JSON.parse(record), file);
  } catch (cause) {
    const why = cause instanceof RangeError ? "it is nested too deeply" : (cause as Error).message;
    throw dataError(`${path} is damaged: its record cannot be read: ${why}.`, { cause });
  }
}

/** Hash of the JSON and of all tensors in the order of their names. */
function checksum(json: string, tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash("sha256").update(json);
  for (const name of [...tensors.keys()].sort()) {
    const { dtype, data } = tensors.get(name)!;
    hash.update(`\0${name}\0${dtype}\0`).update(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
  }
  return hash.digest("hex");
}

/** The value with its arrays moved to `tensors`, each named by the path to it. */
function takeOut(value: Kept, path: string, tensors: Map<string, Tensor>): unknown {
  if (tensors.has(path)) throw new TypeError(`Cannot keep two arrays at ${path}`);
  if (value instanceof Float32Array || value instanceof Float64Array) {
    const shape = [value.length];
    tensors.set(
      path,
      value instanceof Float32Array
        ? { dtype: "F32", shape, data: value }
        : { dtype: "F64", shape, data: value },
    );
    return { [marker]: path };
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new TypeError(`Cannot keep ${value} at ${path}: JSON has no such number`);
  }
  if (typeof value !== "object" || value === null) return value;
  const inner = (key: string | number, item: Kept) =>
    takeOut(item, path === "" ? `${key}` : `${path}/${key}`, tensors);
  if (Array.isArray(value)) return value.map((item, i) => inner(i, item));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(key, item)]));
}

function putBack(value: unknown, file: SafetensorsFile): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => putBack(item, file));
  if (marker in value) {
    const tensor = file.tensors.get(String(value[marker]));
    if (tensor === undefined) throw new Error(`there is no tensor ${JSON.stringify(value[marker])}`);
    return tensor.data;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, putBack(item, file)]));
}

const nameOf = (number: number): string => `${String(number).padStart(6, "0")}.safetensors`;

/** Whether a folder has checkpoints, whole or not. */
export const hasCheckpoints = (folder: string): boolean => numbersIn(folder).length > 0;

/** The numbers of the checkpoints of a folder, the newest first. */
function numbersIn(folder: string): number[] {
  try {
    return [...Deno.readDirSync(folder)]
      .flatMap(({ name }) => /^(\d{6,15})\.safetensors$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => b - a);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return [];
    throw dataError(`Cannot read the folder ${folder}: ${readReason(cause)}.`, { cause });
  }
}
