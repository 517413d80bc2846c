import { assert, assertEquals, assertThrows } from "deno-std/assert";
import {
  encodeSafetensors,
  expectTensor,
  parseSafetensors,
  readSafetensors,
  type Tensor,
  writeSafetensors,
} from "../../src/io/safetensors.ts";
import { assertDataError, inFolder } from "../data/files.ts";

const tensors = new Map<string, Tensor>([
  ["bytes", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 255) }],
  ["weight", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1.5, -0, NaN, Infinity) }],
  ["num_batches_tracked", { dtype: "I64", shape: [], data: BigInt64Array.of(-(2n ** 60n)) }],
  ["double", { dtype: "F64", shape: [1, 2], data: Float64Array.of(Math.PI, 1e300) }],
  ["labels", { dtype: "I32", shape: [2], data: Int32Array.of(-1, 2 ** 31 - 1) }],
  ["words", { dtype: "U32", shape: [1], data: Uint32Array.of(2 ** 32 - 1) }],
  ["empty", { dtype: "F32", shape: [0, 4], data: new Float32Array() }],
]);

const join = (parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A file with that header text and so many bytes of data. */
function fileOf(header: unknown, dataBytes: number): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const f32 = (from: number, to: number, shape = [(to - from) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});
const rejects = (bytes: Uint8Array, ...includes: string[]) =>
  assertDataError(() => parseSafetensors(bytes, "m.safetensors"), "m.safetensors", ...includes);

Deno.test("safetensors: written and read, every dtype, metadata kept", () =>
  inFolder((folder) => {
    writeSafetensors(`${folder}/a.safetensors`, tensors, { space: "s3", note: "é\n" });
    const read = readSafetensors(`${folder}/a.safetensors`);
    assertEquals(new Map(read.tensors), new Map(tensors));
    assertEquals(read.metadata, { space: "s3", note: "é\n" });
    assertEquals([...Deno.readDirSync(folder)].length, 1);
  }));

Deno.test("safetensors: data are aligned and the header is a multiple of 8", () => {
  const [head] = encodeSafetensors(tensors);
  assertEquals(head!.length % 8, 0);
  const header = JSON.parse(new TextDecoder().decode(head!.subarray(8)));
  for (const [name, { data }] of tensors) {
    assertEquals(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT, 0, name);
  }
});

Deno.test("safetensors: data that other writers leave unaligned are read", () => {
  const header = { a: { dtype: "U8", shape: [1], data_offsets: [0, 1] }, b: f32(1, 5) };
  const bytes = fileOf(header, 5);
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, 2.5, true);
  assertEquals([...(parseSafetensors(bytes, "x").tensors.get("b")!.data as Float32Array)], [2.5]);
});

Deno.test("safetensors: a tensor that does not fit its shape is not written", () => {
  const bad = new Map<string, Tensor>([["w", { dtype: "F32", shape: [3], data: new Float32Array(2) }]]);
  assertThrows(() => encodeSafetensors(bad), RangeError, "tensor w");
});

Deno.test("safetensors: missing file", () =>
  assertDataError(() => readSafetensors("none.st"), "none.st", "no such"));
Deno.test("safetensors: empty and tiny files", () => {
  rejects(new Uint8Array(), "0 bytes");
  rejects(new Uint8Array(7), "7 bytes");
});
Deno.test("safetensors: header length beyond the file", () => {
  const bytes = fileOf({}, 0);
  new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true);
  rejects(bytes, "claims a header");
  rejects(fileOf({ a: f32(0, 4) }, 4).subarray(0, 20), "claims a header");
});
Deno.test("safetensors: cut anywhere", () => {
  const bytes = join(encodeSafetensors(tensors, { a: "b" }));
  for (let length = 0; length < bytes.length; length++) rejects(bytes.subarray(0, length));
});
Deno.test("safetensors: bad JSON, bad UTF-8, not an object", () => {
  rejects(fileOf('{"a":', 0), "not valid JSON");
  const bytes = fileOf('{"a":1}', 0);
  bytes[10] = 0xff;
  rejects(bytes, "not valid JSON");
  rejects(fileOf("[]", 0), "not a JSON object");
  rejects(fileOf("null", 0), "not a JSON object");
});
Deno.test("safetensors: a name given twice", () => {
  const one = JSON.stringify(f32(0, 4));
  rejects(fileOf(`{"w": ${one}, "\\u0077" : ${one}}`, 4), "has the key w twice");
});
Deno.test("safetensors: a key inside an entry may repeat a tensor's name", () => {
  const text =
    '{"__metadata__":{"shape":"a \\"quoted\\": {","w":"1"},"shape":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}';
  assertEquals([...parseSafetensors(fileOf(text, 4), "x").tensors.keys()], ["shape"]);
});
Deno.test("safetensors: names with quotes and backslashes", () => {
  const one = JSON.stringify(f32(0, 4));
  const two = JSON.stringify(f32(4, 8));
  rejects(fileOf(`{"a\\"b": ${one}, "a\\"b": ${two}}`, 8), 'has the key a"b twice');
  const read = parseSafetensors(fileOf(`{"b": ${one}, "a\\\\\\"b": ${two}}`, 8), "x");
  assertEquals([...read.tensors.keys()], ["b", 'a\\"b']);
});
Deno.test("safetensors: entries that are malformed are named", () => {
  rejects(fileOf({ w: 3 }, 0), "Tensor w");
  rejects(fileOf({ w: { dtype: "F32", shape: [1] } }, 4), "Tensor w", "data_offsets");
  rejects(fileOf({ w: f32(0, 4, [-1]) }, 4), "Tensor w", "shape");
  rejects(fileOf({ w: f32(0, 4, [1.5]) }, 4), "Tensor w", "shape");
  rejects(fileOf({ w: { ...f32(0, 4), data_offsets: [-4, 0] } }, 4), "Tensor w", "data_offsets");
  rejects(fileOf({ w: { ...f32(0, 4), extra: 1 } }, 4), "Tensor w");
  rejects(fileOf({ __metadata__: { a: 1 } }, 0), "__metadata__");
});
Deno.test("safetensors: an unsupported dtype", () => {
  rejects(fileOf({ w: { ...f32(0, 4), dtype: "BF16" } }, 4), "Tensor w", "BF16", "F32");
  rejects(fileOf({ w: { ...f32(0, 4), dtype: "constructor" } }, 4), "unsupported dtype");
});
Deno.test("safetensors: a size that is not that of shape and dtype", () => {
  rejects(fileOf({ w: f32(0, 8, [3]) }, 8), "Tensor w", "8 bytes", "takes 12");
  rejects(fileOf({ w: f32(4, 0, [0]) }, 0), "Tensor w");
  rejects(fileOf({ w: f32(0, 4, [2 ** 31, 2 ** 31]) }, 4), "Tensor w");
});
Deno.test("safetensors: overlapping and out-of-range offsets, holes, trailing bytes", () => {
  rejects(fileOf({ a: f32(0, 8), b: f32(4, 12) }, 12), "a and b", "overlap");
  rejects(fileOf({ a: f32(0, 8), b: f32(0, 8) }, 8), "overlap");
  rejects(fileOf({ a: f32(0, 8) }, 4), "Tensor a", "truncated");
  rejects(fileOf({ a: f32(100, 108), b: f32(8, 16) }, 16), "Tensor a", "100 to 108 of 16");
  rejects(fileOf({ a: f32(0, 4), b: f32(8, 12) }, 12), "hole of 4 bytes before tensor b");
  rejects(fileOf({ a: f32(0, 4) }, 6), "2 bytes that belong to no tensor");
});

Deno.test("safetensors: expectTensor names what is missing or differs", () => {
  const file = parseSafetensors(join(encodeSafetensors(tensors)), "m.safetensors");
  assertEquals(expectTensor(file, "weight", [2, 2]).data[0], 1.5);
  assertEquals(expectTensor(file, "labels", [2], "I32").data[1], 2 ** 31 - 1);
  assertDataError(
    () => expectTensor(file, "stem.0.weight", [2]),
    "m.safetensors has no tensor stem.0.weight",
  );
  assertDataError(() => expectTensor(file, "weight", [4]), "Tensor weight", "[2,2]", "[4] is needed");
  assertDataError(() => expectTensor(file, "labels", [2]), "Tensor labels", "I32", "F32 is needed");
  const wide = new Map<string, Tensor>([["a", { dtype: "F32", shape: [2, 3], data: new Float32Array(6) }]]);
  const transposed = parseSafetensors(join(encodeSafetensors(wide)), "m.safetensors");
  assertDataError(() => expectTensor(transposed, "a", [3, 2]), "[2,3]", "[3,2] is needed");
});

Deno.test("safetensors: a large header is read in good time", () => {
  const many = new Map(Array.from({ length: 5000 }, (_, i): [string, Tensor] => [
    `cells.${i}.weight`,
    { dtype: "F32", shape: [1], data: Float32Array.of(i) },
  ]));
  const bytes = join(encodeSafetensors(many));
  const start = performance.now();
  assertEquals(parseSafetensors(bytes, "x").tensors.size, 5000);
  assert(performance.now() - start < 2000);
});
