/**
 * Reading safetensors from outside: every claim of the header is checked before it is used, and every error
 * names the file and the tensor.
 */
import { z } from "zod";
import { dataError } from "../errors.ts";
import { duplicateKey } from "./json_keys.ts";
import { missingInWords } from "./missing.ts";
import { parseJson, readData } from "./read.ts";
import {
  dtypes,
  type SafetensorsFile,
  type Tensor,
  type TensorDType,
  tensorElements,
  type TensorOf,
} from "./tensor.ts";

/** The reference reader's limit on the header. */
const maxHeaderBytes = 100_000_000;

const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());

interface Entry {
  readonly name: string;
  readonly dtype: TensorDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** Reads a file from a path. Throws a data error if it is missing or damaged in any way. */
export function readSafetensors(path: string): SafetensorsFile {
  return parseSafetensors(readData(path), path);
}

/** Parses the bytes of a file; `file` is its name in messages. */
export function parseSafetensors(bytes: Uint8Array, file: string): SafetensorsFile {
  if (bytes.length < 8) {
    throw dataError(
      `${file} is not a safetensors file: it has ${bytes.length} bytes, fewer than the 8 of its header length.`,
    );
  }
  const claimed = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  if (claimed > BigInt(bytes.length - 8) || claimed > BigInt(maxHeaderBytes)) {
    throw dataError(
      `${file} is truncated or not a safetensors file: it claims a header of ${claimed} bytes and has ${
        bytes.length - 8
      }.`,
    );
  }
  const dataStart = 8 + Number(claimed);
  const { __metadata__: metadata, ...entries } = parseHeader(bytes.subarray(8, dataStart), file);
  const checked = Object.entries(entries).map(([name, entry]) => checkEntry(name, entry, file));
  checkLayout(checked, bytes.length - dataStart, file);
  return {
    file,
    tensors: new Map(checked.map((entry) => [entry.name, view(entry, bytes, dataStart)])),
    metadata: checkMetadata(metadata, file),
  };
}

function parseHeader(bytes: Uint8Array, file: string): Readonly<Record<string, unknown>> {
  const name = `The header of ${file}`;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw dataError(`${name} is not valid JSON: ${(cause as Error).message}.`, { cause });
  }
  const header = parseJson(text, name, { lack: "is not a JSON object" });
  const twice = duplicateKey(text);
  if (twice !== undefined) throw dataError(`${name} has the key ${twice} twice.`);
  return header;
}

function checkMetadata(metadata: unknown, file: string): Record<string, string> {
  const parsed = metadataSchema.safeParse(metadata ?? {});
  if (!parsed.success) throw dataError(`The __metadata__ of ${file} must map strings to strings.`);
  return parsed.data;
}

function checkEntry(name: string, value: unknown, file: string): Entry {
  const parsed = entrySchema.safeParse(value, missingInWords);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw dataError(
      `Tensor ${name} in ${file} is badly described: ${[...issue.path, issue.message].join(": ")}.`,
    );
  }
  const { dtype, shape, data_offsets: [begin, end] } = parsed.data;
  if (!Object.hasOwn(dtypes, dtype)) {
    throw dataError(
      `Tensor ${name} in ${file} has the unsupported dtype ${dtype}; supported are ${
        Object.keys(dtypes).join(", ")
      }.`,
    );
  }
  const needed = tensorElements(shape) * dtypes[dtype as TensorDType].BYTES_PER_ELEMENT;
  if (end - begin !== needed) {
    throw dataError(
      `Tensor ${name} in ${file} has ${end - begin} bytes of data, but ${dtype} [${shape}] takes ${needed}.`,
    );
  }
  return { name, dtype: dtype as TensorDType, shape, begin, end };
}

/** The tensors must fill the data exactly: no overlap, no hole, nothing beyond the end. */
function checkLayout(entries: readonly Entry[], length: number, file: string): void {
  const beyond = entries.find((entry) => entry.end > length);
  if (beyond !== undefined) {
    throw dataError(
      `Tensor ${beyond.name} in ${file} lies at bytes ${beyond.begin} to ${beyond.end} of ${length}: ` +
        `the file is truncated or its offsets are wrong.`,
    );
  }
  let end = 0;
  let before = "";
  for (const entry of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (entry.begin < end) throw dataError(`Tensors ${before} and ${entry.name} in ${file} overlap.`);
    if (entry.begin > end) {
      throw dataError(`${file} has a hole of ${entry.begin - end} bytes before tensor ${entry.name}.`);
    }
    end = entry.end;
    before = entry.name;
  }
  if (end !== length) throw dataError(`${file} has ${length - end} bytes that belong to no tensor.`);
}

/** A view into the file where it is aligned, else a copy. */
function view({ dtype, shape, begin, end }: Entry, bytes: Uint8Array, dataStart: number): Tensor {
  const type = dtypes[dtype];
  const size = type.BYTES_PER_ELEMENT;
  const start = bytes.byteOffset + dataStart + begin;
  const aligned = start % size === 0;
  const buffer = aligned ? bytes.buffer : bytes.slice(dataStart + begin, dataStart + end).buffer;
  const data = new type(buffer as ArrayBuffer, aligned ? start : 0, (end - begin) / size);
  return { dtype, shape, data } as Tensor;
}

/**
 * The tensor of that name, shape and dtype. Throws a data error that names file and tensor if it is missing or
 * differs.
 */
export function expectTensor<D extends TensorDType = "F32">(
  { file, tensors }: SafetensorsFile,
  name: string,
  shape: readonly number[],
  dtype: D = "F32" as D,
): TensorOf<D> {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw dataError(`${file} has no tensor ${name}.`);
  if (tensor.dtype !== dtype) {
    throw dataError(`Tensor ${name} in ${file} is ${tensor.dtype}; ${dtype} is needed.`);
  }
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, i) => size !== shape[i])) {
    throw dataError(`Tensor ${name} in ${file} has the shape [${tensor.shape}]; [${shape}] is needed.`);
  }
  return tensor as unknown as TensorOf<D>;
}
