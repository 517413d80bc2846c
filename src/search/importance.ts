/** How much the operations of a supernet matter, by their outputs alone (IS-DARTS). */
import type { Node } from "../graph/node.ts";
import {
  addAll,
  constant,
  inverseSquaredVariance,
  leastVariance,
  pack,
  scale,
  spatialMean,
  sum,
} from "../graph/ops/mod.ts";
import type { Supernet, SupernetInputs } from "../network/supernet.ts";
import { apply } from "../nn/affine.ts";

/** 3(C − 1)/C: what the mean over channels of 3(x − μ)²/σ⁶ is times 1/σ⁴. */
const perChannels = (channels: number): number => 3 * (channels - 1) / channels;

/**
 * The importance [1] of a feature map: 3(x − μ)²/σ⁶ as a mean over channels, pixels and images, with the mean μ of a
 * pixel over its channels, and its variance σ² without bias. It is small where the channels of a pixel differ much.
 */
export function importance(x: Node): Node {
  const [channels, images] = x.shape as [number, number];
  return scale(sum(spatialMean(inverseSquaredVariance(x))), perChannels(channels) / images);
}

/**
 * The importance of every operation on a batch, as a mean over the cells of a type: flat [alphas.floats]. An operation
 * without an output has what a map of zeros has, which is more than any that differs. BatchNorm takes the statistics
 * of the batch.
 */
export function importances(net: Supernet, inputs: Omit<SupernetInputs, "mode" | "shown">): Node {
  const seen = new Map<number, Node[]>();
  const { matrices, floats } = net.alphas;
  net.build({
    ...inputs,
    mode: "train",
    shown: (_, { matrix, row, column }, output) => {
      const { offset, shape } = matrices.find(({ name }) => name === matrix)!;
      const at = offset + row * shape[1] + column;
      seen.set(at, [...seen.get(at) ?? [], importance(apply(output))]);
    },
  });
  const places = matrices.flatMap(({ offset, shape: [rows, columns] }) =>
    Array.from({ length: rows * columns }, (_, i) => offset + i)
  );
  const none = constant(perChannels(net.size.channels) / leastVariance ** 2, [1]);
  const means = places.map((at) => {
    const cells = seen.get(at);
    return cells ? scale(addAll(cells), 1 / cells.length) : none;
  });
  return pack(means, places, [floats]);
}
