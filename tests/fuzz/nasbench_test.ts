import { gunzipSync } from "node:zlib";
import { loadNasbench201 } from "../../src/benchmarks/nasbench201.ts";
import { openNasbench101 } from "../../src/benchmarks/nasbench101.ts";
import {
  encodeMetrics,
  encodeTfrecords,
  encodeTraining,
  type Training,
} from "../benchmarks/nasbench101_file.ts";
import { gzip } from "../data/files.ts";
import { fuzz, refuses } from "./fuzz.ts";

const path = Deno.makeTempFileSync();
globalThis.addEventListener("unload", () => Deno.removeSync(path));
const encoder = new TextEncoder();

/** What reads a file, given its bytes. */
const from = (open: (path: string) => Promise<unknown>) => async (bytes: Uint8Array) => {
  Deno.writeFileSync(path, bytes);
  await open(path);
};
const read201 = from(loadNasbench201);
const read101 = from(openNasbench101);

const published = Deno.readFileSync(new URL("../../data/nasbench201.csv.gz", import.meta.url));
fuzz("nasbench201: the table", { samples: [published], share: 0.02, names: path, read: read201 });

const beginning = gunzipSync(published).subarray(0, 1000);
fuzz("nasbench201: a table's first lines", {
  samples: [beginning],
  partial: true,
  words: [",", "\n", "|", "~", "+", "101", "1e1", "-1", "NaN", "none", "\r"],
  seal: gzip,
  share: 0.5,
  names: path,
  read: read201,
});
const rejects201 = (what: string, bytes: Uint8Array, ...words: string[]) =>
  refuses(`nasbench201: ${what}`, path, () => read201(bytes), ...words);
rejects201("a gzip of 40 MB of zeros", gzip(new Uint8Array(4e7)), "longer than");
rejects201("one line of 7 MB", gzip(encoder.encode("|a~0".repeat(1.7e6))), "header");

const training: Training = {
  hash: "a",
  matrix: [[0, 1, 1], [0, 0, 1], [0, 0, 0]],
  ops: ["input", "conv3x3-bn-relu", "output"],
  epochs: 108,
  parameters: 1000,
  seconds: 100,
  validation: 0.9,
  test: 0.9,
};
const row = encodeTraining(training);
fuzz("nasbench101: damaged files", {
  samples: [encodeTfrecords([row, row])],
  share: 0.15,
  names: path,
  read: read101,
});
fuzz("nasbench101: damaged records in whole files", {
  samples: [row],
  words: ['"', "[", "]", ",", "input", "output", "108", "-1", "1e999", "null", "111", "AAAA", "Cw=="],
  json: { values: [JSON.parse(new TextDecoder().decode(row))] },
  share: 0.2,
  names: path,
  read: (bytes) => read101(encodeTfrecords([bytes])),
});
fuzz("nasbench101: damaged metrics in whole records", {
  samples: [encodeMetrics(training)],
  share: 0.2,
  names: path,
  read: (bytes) => read101(encodeTfrecords([encodeTraining(training, bytes)])),
});
const rejects101 = (what: string, record: Uint8Array, ...words: string[]) => {
  const bytes = encodeTfrecords([record]);
  refuses(`nasbench101: ${what}`, path, () => read101(bytes), ...words);
};
rejects101(
  "a cell of 3,000 vertices",
  encodeTraining({ ...training, matrix: [Array(9e6).fill(0)], ops: Array(3000).fill("maxpool3x3") }),
  "operations",
);
rejects101(
  "groups nested 100,000 deep",
  encodeTraining(training, new Uint8Array(1e5).fill(0x0b)),
  "record 1",
);
rejects101("JSON nested 100,000 deep", encoder.encode("[".repeat(1e5)), "record 1");
