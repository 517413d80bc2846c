/**
 * One record of NAS-Bench-101's public files: a JSON array of module hash, epochs, adjacency matrix as a string of 0 and
 * 1, operations joined by commas, and the base64 of a protobuf message (`model_metrics.proto`, proto2):
 * `ModelMetrics { repeated EvaluationData evaluation_data = 1; int32 trainable_parameters = 2; double total_time = 3 }`,
 * `EvaluationData { double current_epoch = 1, training_time = 2, train_accuracy = 3, validation_accuracy = 4,
 * test_accuracy = 5; string checkpoint_path = 6 }`.
 */
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** One training of one cell. */
export interface Nasbench101Record {
  /** Names the cell: the benchmark's own hash, equal for isomorphic cells. */
  readonly hash: string;
  readonly epochs: number;
  /** V × V characters 0 or 1, row-major. */
  readonly adjacency: string;
  /** V names joined by commas. */
  readonly operations: string;
  readonly parameters: number;
  /** At the end of training; accuracies in [0, 1]. */
  readonly seconds: number;
  readonly validationAccuracy: number;
  readonly testAccuracy: number;
}

/** The evaluations are made before, halfway through, and after training. */
const afterTraining = 2;

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Decodes a record. Throws an error that says what is wrong with it. */
export function decodeRecord(bytes: Uint8Array): Nasbench101Record {
  const row: unknown = JSON.parse(decoder.decode(bytes));
  if (!isRow(row)) throw new TypeError("it is not [hash, epochs, adjacency, operations, metrics]");
  const [hash, epochs, adjacency, operations, metrics] = row;
  return { hash, epochs, adjacency, operations, ...decodeMetrics(Uint8Array.fromBase64(metrics)) };
}

const isRow = (row: unknown): row is [string, number, string, string, string] =>
  Array.isArray(row) && row.length === 5 && typeof row[1] === "number" &&
  [0, 2, 3, 4].every((i) => typeof row[i] === "string");

function decodeMetrics(bytes: Uint8Array) {
  const reader = new BinaryReader(bytes);
  const evaluations: Uint8Array[] = [];
  let parameters = 0;
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (field === 1 && type === WireType.LengthDelimited) evaluations.push(reader.bytes());
    else if (field === 2 && type === WireType.Varint) parameters = reader.int32();
    else reader.skip(type, field);
  }
  if (parameters <= 0) throw new RangeError(`it gives ${parameters} trainable parameters`);
  const last = evaluations[afterTraining];
  if (last === undefined) {
    throw new RangeError(`it has ${evaluations.length} evaluations; the one after training is the third`);
  }
  return { parameters, ...decodeEvaluation(last) };
}

function decodeEvaluation(bytes: Uint8Array) {
  const reader = new BinaryReader(bytes);
  const doubles = new Map<number, number>();
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.Bit64) doubles.set(field, reader.double());
    else reader.skip(type, field);
  }
  const within = (field: number, name: string, most: number): number => {
    const value = doubles.get(field);
    if (value === undefined || !(value >= 0 && value <= most)) {
      throw new RangeError(`its ${name} is ${value ?? "missing"}`);
    }
    return value;
  };
  return {
    seconds: within(2, "training_time", Number.MAX_VALUE),
    validationAccuracy: within(4, "validation_accuracy", 1),
    testAccuracy: within(5, "test_accuracy", 1),
  };
}
