/** Makes small files in NAS-Bench-101's public format. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { maskedCrc32c } from "../../src/io/tfrecord.ts";

/** A TFRecord file of these records. */
export function encodeTfrecords(records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.length + 16, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const record of records) {
    view.setBigUint64(at, BigInt(record.length), true);
    view.setUint32(at + 8, maskedCrc32c(bytes.subarray(at, at + 8)), true);
    bytes.set(record, at + 12);
    view.setUint32(at + 12 + record.length, maskedCrc32c(record), true);
    at += record.length + 16;
  }
  return bytes;
}

export interface Training {
  /** The benchmark's own name of the cell. */
  readonly hash: string;
  readonly matrix: readonly (readonly number[])[];
  readonly ops: readonly string[];
  readonly epochs: number;
  readonly parameters: number;
  readonly seconds: number;
  readonly validation: number;
  readonly test: number;
}

/** One training as the benchmark stores it; the metrics may be replaced by others. */
export function encodeTraining(
  training: Training,
  metrics: Uint8Array = encodeMetrics(training),
): Uint8Array {
  return new TextEncoder().encode(JSON.stringify([
    training.hash,
    training.epochs,
    training.matrix.flat().join(""),
    training.ops.join(","),
    metrics.toBase64(),
  ]));
}

/** `ModelMetrics` with the evaluations before, halfway through and after training. */
export function encodeMetrics({ epochs, parameters, seconds, validation, test }: Training): Uint8Array {
  const writer = new BinaryWriter();
  for (const share of [0, 0.5, 1]) {
    const evaluation = new BinaryWriter();
    // Only the last evaluation counts: the others hold values that would show.
    const values = [epochs * share, seconds * share, 0.5, validation * share, test * share];
    values.forEach((value, i) => evaluation.tag(i + 1, WireType.Bit64).double(value));
    evaluation.tag(6, WireType.LengthDelimited).string("model.ckpt-1");
    writer.tag(1, WireType.LengthDelimited).bytes(evaluation.finish());
  }
  return writer.tag(2, WireType.Varint).int32(parameters).tag(3, WireType.Bit64).double(seconds + 1).finish();
}
