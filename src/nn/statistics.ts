/** Running BatchNorm statistics: how a training step moves them. */
import type { Node } from "../graph/node.ts";
import { add, constant, mul, pack } from "../graph/ops/mod.ts";
import type { Layout } from "./parameters.ts";

/**
 * New running statistics [statisticsFloats] from the old and the batch's moments: running ← (1 − m)·running +
 * m·batch, the variance unbiased (times M/(M − 1) for M elements a channel), as PyTorch does.
 *
 * @param moments [2, C] of each BatchNorm in the order of the layout
 */
export function updateStatistics(running: Node, moments: readonly Node[], layout: Layout): Node {
  const { batchNorms, statisticsFloats } = layout;
  const keep = new Float32Array(statisticsFloats);
  const take = new Float32Array(statisticsFloats);
  batchNorms.forEach(({ offset, channels, momentum }, i) => {
    const [, n, h, w] = moments[i]!.inputs[0]!.shape as [number, number, number, number];
    const count = n * h * w;
    keep.fill(1 - momentum, offset, offset + 2 * channels);
    take.fill(momentum, offset, offset + channels);
    take.fill((momentum * count) / Math.max(1, count - 1), offset + channels, offset + 2 * channels);
  });
  const batch = pack(moments, batchNorms.map(({ offset }) => offset), [statisticsFloats]);
  const vector = (values: Float32Array): Node => constant(values, [statisticsFloats]);
  return add(mul(running, vector(keep)), mul(batch, vector(take)));
}

/** Fresh statistics: mean 0, variance 1. */
export function freshStatistics({ batchNorms, statisticsFloats }: Layout): Float32Array {
  const statistics = new Float32Array(statisticsFloats);
  for (const { offset, channels } of batchNorms) statistics.fill(1, offset + channels, offset + 2 * channels);
  return statistics;
}
