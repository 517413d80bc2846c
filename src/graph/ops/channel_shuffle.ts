/** Reordering the channels of a feature map: the channel shuffle of ShuffleNet (Zhang et al. 2018). */
import source from "../../../shaders/channel_shuffle.wgsl" with { type: "text" };
import { eachBound, featureMap, type Node, node, type Op } from "../node.ts";
import { channelBlocks } from "./grid.ts";

interface ShuffleAttrs {
  readonly groups: number;
}

const channelShuffleOp: Op<ShuffleAttrs> = {
  name: "channel_shuffle",
  // A transposition of [groups, channels of a group]: transposed back, it is the inverse permutation.
  gradient: (n, dy) => [channelShuffle(dy, n.shape[0]! / n.attrs.groups)],
  call: (n, { threads: THREADS, stream: { blocks: BLOCKS } }) => {
    const channels = n.shape[0]!;
    const blocks = channelBlocks(n.shape);
    return {
      kernel: { label: "channel_shuffle", source, defines: { THREADS, BLOCKS } },
      bindings: ["x"],
      operands: eachBound(n.inputs),
      params: { channels, blocks, groups: n.attrs.groups },
      grid: [Math.ceil(blocks / (BLOCKS * THREADS)), channels],
    };
  },
};

/**
 * Takes one channel of each of `groups` equal groups in turn: channel c of the result is channel ⌊c/groups⌋ of group
 * c mod groups. Throws a RangeError where the channels cannot be divided.
 */
export function channelShuffle(x: Node, groups: number): Node {
  const [channels] = featureMap("channel_shuffle", x);
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new RangeError(`Cannot build channel_shuffle: ${channels} channels in ${groups} groups`);
  }
  return groups === 1 || groups === channels ? x : node(channelShuffleOp, [x], { groups }, x.shape);
}
