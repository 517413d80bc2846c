/**
 * Makes the embedded subset from the standard Fashion-MNIST files:
 *
 *     deno run -A scripts/make-fashion-mnist-small.ts FOLDER
 *
 * FOLDER holds the four files of https://github.com/zalandoresearch/fashion-mnist (or Debian's
 * dataset-fashion-mnist). Written are the first 10,000 training and first 2,000 test images and labels.
 */
import { gzipSync } from "node:zlib";
import { type IdxArray, readIdx } from "../src/data/idx.ts";

const counts = { train: 10_000, t10k: 2_000 };

/** The first `count` items as the bytes of an IDX file. */
function encodeFirst(array: IdxArray, count: number): Uint8Array {
  const shape = [count, ...array.shape.slice(1)];
  const values = array.data.subarray(0, shape.reduce((a, b) => a * b, 1));
  const bytes = new Uint8Array(4 + 4 * shape.length + values.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(values, 4 + 4 * shape.length);
  return bytes;
}

const [source] = Deno.args;
if (source === undefined) {
  console.error("Usage: deno run -A scripts/make-fashion-mnist-small.ts FOLDER");
  Deno.exit(2);
}
const target = new URL("../data/fashion-mnist-small/", import.meta.url);
Deno.mkdirSync(target, { recursive: true });
for (const [split, count] of Object.entries(counts)) {
  for (const [kind, rank] of [["images-idx3", 3], ["labels-idx1", 1]] as const) {
    const name = `${split}-${kind}-ubyte.gz`;
    const bytes = gzipSync(encodeFirst(readIdx(`${source}/${name}`, rank), count), { level: 9 });
    Deno.writeFileSync(new URL(name, target), bytes);
    console.log(`${name}: ${count} items, ${bytes.length} bytes`);
  }
}
