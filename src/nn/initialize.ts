/** The vectors a network starts with. */
import { elements } from "../graph/node.ts";
import { fold, type Key, uniform } from "../random.ts";
import type { Layout } from "./parameters.ts";

/** Fresh parameters. Each has a key of its own name, so it starts alike in whatever network it stands. */
export function initialParameters(layout: Layout, key: Key): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(layout.parameterFloats);
  for (const { name, shape, init, offset } of layout.parameters) {
    const values = flat.subarray(offset, offset + elements(shape));
    if (init.kind === "constant") {
      values.fill(init.value);
      continue;
    }
    const own = fold(key, name);
    for (let i = 0; i < values.length; i++) values[i] = init.bound * (2 * uniform(own, i) - 1);
  }
  return flat;
}

/** Running statistics before the first batch: mean 0, variance 1. */
export function initialStatistics(layout: Layout): Float32Array<ArrayBuffer> {
  const flat = new Float32Array(layout.statisticsFloats);
  for (const { channels, offset } of layout.batchNorms) {
    flat.fill(1, offset + channels, offset + 2 * channels);
  }
  return flat;
}
