/** The parameters a network starts with; its statistics are in `statistics.ts`. */
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
