/** A search of the smallest size: its nodes, and numbers for all of them. */
import { elements, type Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { softmaxRows } from "../../src/network/alphas.ts";
import { supernet } from "../../src/network/supernet.ts";
import { fold, keyFromSeed, normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { distance, norm } from "../golden/distance.ts";

export type Numbers = ArrayLike<number>;
type Feeds = Readonly<Record<string, Numbers>>;

export const gaussian = (name: string, count: number): Float64Array => {
  const key = fold(keyFromSeed(2), name);
  return Float64Array.from({ length: count }, (_, i) => normal(key, i));
};

const images = [3, 4, 8, 8] as const;
const batch = (name: string) => ({
  images: input(`${name}_images`, images),
  labels: input(`${name}_labels`, [images[1]], "u32"),
});

/** A tiny search: its nodes, and numbers for all of them. */
export function search(space: string, layers = 2) {
  const net = supernet(spaceByName(space), { channels: 2, layers, classes: 3 });
  const layout = net.alphas;
  const { parameterFloats, statisticsFloats } = net.layout;
  const nodes = {
    weights: input("weights", [parameterFloats]),
    velocity: input("velocity", [parameterFloats]),
    statistics: input("statistics", [statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
    alphas: input("alphas", [layout.floats]),
    alphaMean: input("alphaMean", [layout.floats]),
    alphaVariance: input("alphaVariance", [layout.floats]),
    schedule: input("schedule", [2]),
    lr: input("lr", [1]),
  };
  const feeds: Feeds = {
    train_images: gaussian("train", elements(images)),
    train_labels: [2, 0, 1, 1],
    search_images: gaussian("valid", elements(images)),
    search_labels: [0, 1, 2, 0],
    weights: gaussian("weights", parameterFloats).map((x) => 0.5 * x),
    velocity: gaussian("velocity", parameterFloats).map((x) => 0.1 * x),
    statistics: gaussian("statistics", statisticsFloats).map((x) => 1 + x ** 2),
    noiseKey: [3, 4],
    alphas: gaussian("alphas", layout.floats).map((x) => 0.5 * x),
    alphaMean: new Float64Array(layout.floats),
    alphaVariance: new Float64Array(layout.floats),
    schedule: [1e-3, 1],
    lr: [0.2],
  };
  const relax = (alphas: Node): Node => softmaxRows(alphas, layout);
  return { net, relax, nodes, feeds, batches: { train: batch("train"), search: batch("search") } };
}

/** The same numbers as a device has them. */
export const singles = (feeds: Feeds): Record<string, Float32Array | Uint32Array> =>
  Object.fromEntries(
    Object.entries(feeds).map(([name, x]) => [
      name,
      /labels|Key/.test(name) ? Uint32Array.from(x) : Float32Array.from(x),
    ]),
  );

/** Relative error of `got`. */
export const off = (got: Numbers, want: Numbers): number => distance(got, want) / norm(want);
