/**
 * Events as TensorBoard reads them: records of a TFRecord file that hold an `Event` of TensorFlow's event.proto, with
 * a `Summary` of its summary.proto.
 */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A number at a step. */
export interface Scalar {
  readonly tag: string;
  readonly value: number;
}

/** A picture at a step. */
export interface Image {
  readonly tag: string;
  readonly png: Uint8Array;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What a file begins with, what a step has, and that all steps from one on count no more. */
export type Event =
  | { readonly kind: "version" }
  | { readonly kind: "restart"; readonly step: number }
  | {
    readonly kind: "summary";
    readonly step: number;
    readonly scalars: readonly Scalar[];
    readonly images: readonly Image[];
  };

const { Varint, Bit64, Bit32, LengthDelimited } = WireType;

/** The format of event files; from this version on a restart is told by an event of its own. */
const version = "brain.Event:2";
/** `SessionLog.START`. */
const start = 1;
/** `Summary.Image.colorspace`: red, green, blue and opacity. */
const rgba = 4;

/** An event as a protocol buffer. */
export function encodeEvent(event: Event, wallTime: number): Uint8Array {
  // First: `wallTimeOf` looks for it there.
  const writer = new BinaryWriter().tag(1, Bit64).double(wallTime);
  if (event.kind === "version") return writer.tag(3, LengthDelimited).string(version).finish();
  writer.tag(2, Varint).int64(event.step);
  const content = event.kind === "restart" ? new BinaryWriter().tag(1, Varint).int32(start) : summary(event);
  return writer.tag(event.kind === "restart" ? 7 : 5, LengthDelimited).bytes(content.finish()).finish();
}

function summary({ scalars, images }: Extract<Event, { kind: "summary" }>): BinaryWriter {
  const writer = new BinaryWriter();
  const add = (tag: string, value: (writer: BinaryWriter) => BinaryWriter) =>
    writer.tag(1, LengthDelimited).bytes(
      value(new BinaryWriter().tag(1, LengthDelimited).string(tag)).finish(),
    );
  // The writer refuses what is out of the range of 32 bits: it becomes infinite.
  for (const { tag, value } of scalars) add(tag, (writer) => writer.tag(2, Bit32).float(Math.fround(value)));
  for (const { tag, png, width, height } of images) {
    const image = new BinaryWriter().tag(1, Varint).int32(height).tag(2, Varint).int32(width)
      .tag(3, Varint).int32(rgba).tag(4, LengthDelimited).bytes(png);
    add(tag, (writer) => writer.tag(4, LengthDelimited).bytes(image.finish()));
  }
  return writer;
}

/** Seconds since 1970 at which an event that {@link encodeEvent} made was written; undefined for what is no event. */
export const wallTimeOf = (event: Uint8Array): number | undefined =>
  event.length < 9 ? undefined : new DataView(event.buffer, event.byteOffset).getFloat64(1, true);
