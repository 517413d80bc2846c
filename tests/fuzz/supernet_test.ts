/** The file in which a search saves its supernet. */
import { concatBytes } from "../../src/io/bytes.ts";
import { encodeSafetensors, parseSafetensors } from "../../src/io/safetensors.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { supernetFile, supernetVectors } from "../../src/search/supernet_file.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { fuzz } from "./fuzz.ts";

const net = supernet(spaceByName("s3"), { channels: 2, layers: 2, classes: 3, imageChannels: 1 });
const { tensors, metadata } = supernetFile(net, {
  weights: initialParameters(net.layout, [1, 2]),
  statistics: freshStatistics(net.layout),
  alphas: new Float32Array(net.alphas.floats),
  decisions: Object.fromEntries(
    net.alphas.matrices.map(({ name, shape }) => [name, Array(shape[0]).fill("open")]),
  ),
  step: 12,
  batches: 20,
});
const whole = concatBytes(encodeSafetensors(tensors, metadata));
const start = 8 + Number(new DataView(whole.buffer).getBigUint64(0, true));
const header = JSON.parse(new TextDecoder().decode(whole.subarray(8, start)));

/** The file with another header of the same values, and the same data. */
function withHeader(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(bytes.length), true);
  return concatBytes([length, bytes, whole.subarray(start)]);
}

fuzz("supernet file", {
  samples: [whole],
  json: { values: [header, { __metadata__: metadata, ...header }], file: withHeader },
  share: 0.1,
  names: "supernet.safetensors",
  read: (bytes) => supernetVectors(net, parseSafetensors(bytes, "supernet.safetensors")),
});

fuzz("supernet file: metadata", {
  samples: [new TextEncoder().encode(JSON.stringify(metadata))],
  words: ["-1", "1e999", "open", "\\u0000"],
  json: { values: [metadata] },
  share: 0.2,
  names: "supernet.safetensors",
  read: (bytes) => supernetVectors(net, { file: "supernet.safetensors", tensors, metadata: textsOf(bytes) }),
});

/** The texts in JSON; none where it is none. */
function textsOf(bytes: Uint8Array): Record<string, string> {
  try {
    const values: object = JSON.parse(new TextDecoder().decode(bytes)) ?? {};
    return Object.fromEntries(Object.entries(values).filter(([, value]) => typeof value === "string"));
  } catch {
    return {};
  }
}
