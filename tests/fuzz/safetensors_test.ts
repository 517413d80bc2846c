import { encodeSafetensors, parseSafetensors, type Tensor } from "../../src/io/safetensors.ts";
import { concatBytes } from "../../src/io/bytes.ts";
import { fuzz, refuses } from "./fuzz.ts";

const tensors = new Map<string, Tensor>([
  ["weight", { dtype: "F32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) }],
  ["count", { dtype: "I64", shape: [], data: BigInt64Array.of(7n) }],
  ["bytes", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
]);
const sample = Uint8Array.from(encodeSafetensors(tensors, { space: "s3" }).flatMap((part) => [...part]));

const read = (bytes: Uint8Array) => parseSafetensors(bytes, "m.safetensors");

/** A file with that header text and no data. */
function fileOf(text: string, claimed?: bigint): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, claimed ?? BigInt(bytes.length), true);
  return concatBytes([new Uint8Array(length.buffer), bytes]);
}
const headerBytes = Number(new DataView(sample.buffer).getBigUint64(0, true));
const header: unknown = JSON.parse(new TextDecoder().decode(sample.subarray(8, 8 + headerBytes)));
const data = sample.subarray(8 + headerBytes);

fuzz("safetensors", {
  samples: [sample],
  words: [...'{}":[],\\', "null", "-1", "1e308", "9007199254740991", "__proto__", "__metadata__"],
  json: { values: [header], file: (text) => concatBytes([fileOf(text), data]) },
  names: "m.safetensors",
  read,
});

const rejects = (what: string, bytes: Uint8Array, ...words: string[]) =>
  refuses(`safetensors: ${what}`, "m.safetensors", () => read(bytes), ...words);

rejects("a header of 2^60 bytes", fileOf("{}", 2n ** 60n), "claims a header");
rejects(
  "a tensor of 2^106 elements",
  fileOf(`{"a":{"dtype":"F32","shape":[${2 ** 53 - 1},${2 ** 53 - 1}],"data_offsets":[0,${2 ** 53 - 1}]}}`),
  "takes",
);
rejects(
  "a header nested 100,000 deep",
  fileOf(`{"a":${"[".repeat(1e5)}${"]".repeat(1e5)}}`),
  "badly described",
);
rejects(
  "a name that would clear the terminal, of a megabyte",
  fileOf(`{"\\u001b[2J${"x".repeat(1e6)}":{}}`),
  "badly described",
);
rejects(
  "a shape of 100,000 dimensions",
  fileOf(`{"a":{"dtype":"U8","shape":[${Array(1e5).fill(1)}],"data_offsets":[0,7]}}`),
  "takes",
);
