/** Drop-path in the supernet: which row of the scales belongs to which edge, and which column to which image. */
import { assert, assertEquals } from "deno-std/assert";
import { elements, type Node } from "../../src/graph/node.ts";
import { constant, input } from "../../src/graph/ops/mod.ts";
import { flatten } from "../../src/network/alphas.ts";
import { supernet } from "../../src/network/supernet.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { distance, norm } from "../golden/distance.ts";
import { interpret } from "../reference/interpreter.ts";

const samples = 3;
const imageShape = [3, samples, 8, 8] as const;
const gaussian = (seed: number, count: number) =>
  Float64Array.from({ length: count }, (_, i) => normal([seed, 0], i));

/** Logits [classes, N] of the s3 supernet. Statistics are running ones where images must not see each other. */
function logits(
  layers: number,
  mode: "train" | "eval",
  mixing: number[][],
  dropPath?: number[][],
): Float64Array {
  const net = supernet(spaceByName("s3"), { channels: 2, layers, classes: 4 });
  const matrix = (rows: readonly (readonly number[])[]): Node =>
    constant(Float32Array.from(rows.flat()), [rows.length, rows[0]!.length]);
  const { parameterFloats, statisticsFloats } = net.layout;
  if (dropPath) assertEquals(dropPath.length, net.dropPaths);
  const built = net.build({
    images: input("images", imageShape),
    parameters: input("weights", [parameterFloats]),
    statistics: input("statistics", [statisticsFloats]),
    mode,
    mixing: flatten([matrix(mixing), matrix(mixing)], net.alphas),
    dropPath: dropPath && matrix(dropPath),
  });
  return interpret([built.logits], {
    images: gaussian(1, elements(imageShape)),
    weights: gaussian(2, parameterFloats),
    statistics: gaussian(3, statisticsFloats).map((x) => 1 + x ** 2),
  })[0]!;
}

const edges = 14;
/** Exact in float32, so that products of them are too. */
const mixing = Array.from({ length: edges }, (_, e) => [0, 1, 2].map((k) => (1 + ((3 * e + k) % 7)) / 8));
const scales = Array.from({ length: edges }, (_, e) => (e % 5) / 2);
const ones = (rows: number) => Array.from({ length: rows }, () => new Array<number>(samples).fill(1));

Deno.test("supernet drop-path: scales of one change nothing", () => {
  const [want, got] = [logits(3, "train", mixing), logits(3, "train", mixing, ones(3 * edges))];
  assert(distance(got, want) < 1e-12 * norm(want));
});

Deno.test("supernet drop-path: a row scales its edge", () => {
  const got = logits(1, "train", mixing, scales.map((s) => new Array<number>(samples).fill(s)));
  const want = logits(1, "train", mixing.map((row, e) => row.map((x) => x * scales[e]!)));
  assert(distance(got, want) < 1e-12 * norm(want), `${distance(got, want)} of ${norm(want)}`);
});

Deno.test("supernet drop-path: a column is an image, rows of the last cell come last", () => {
  const dropped = ones(2 * edges);
  for (let e = 0; e < edges; e++) dropped[edges + e]![1] = 0;
  const [plain, got] = [logits(2, "eval", mixing), logits(2, "eval", mixing, dropped)];
  const net = supernet(spaceByName("s3"), { channels: 2, layers: 2, classes: 4 });
  const { offset } = net.layout.parameters.find(({ name }) => name === "classifier.bias")!;
  const bias = gaussian(2, offset + 4).subarray(offset);
  // Nothing of image 1 passes the last cell: its logits are the classifier's bias. The others are as they were.
  const want = plain.map((x, i) => (i % samples === 1 ? bias[Math.floor(i / samples)]! : x));
  assert(distance(got, want) < 1e-12 * norm(want), `[${got}], wants [${want}]`);
});
