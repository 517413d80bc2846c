/** Joining and cutting feature maps along the channels: with channels outermost both are a matter of placement. */
import { featureMap, type Node, node, type Op, storedFloats } from "../node.ts";
import { constant, constantOp } from "./leaf.ts";

const concatOp: Op<null> = {
  name: "concat_channels",
  gradient: (n, dy) => {
    let from = 0;
    return n.inputs.map(({ shape: [count] }) => {
      from += count!;
      return sliceChannels(dy, from - count!, count!);
    });
  },
  placement: (n) => {
    let end = 0;
    return {
      kind: "pack",
      offsets: n.inputs.map((x) => (end += storedFloats(x.shape)) - storedFloats(x.shape)),
    };
  },
};

interface SliceAttrs {
  /** First channel. */
  readonly from: number;
}

const sliceOp: Op<SliceAttrs> = {
  name: "slice_channels",
  gradient: (n, dy) => {
    const [channels, ...rest] = n.inputs[0]!.shape as [number, number, number, number];
    const { from } = n.attrs;
    const after = channels - from - n.shape[0]!;
    const zeros = (count: number) => (count > 0 ? [constant(0, [count, ...rest])] : []);
    return [concatChannels([...zeros(from), dy, ...zeros(after)])];
  },
  placement: (n) => ({ kind: "view", offset: n.attrs.from * (storedFloats(n.shape) / n.shape[0]!) }),
};

/** Feature maps [C_i, N, H, W] one after the other: [ΣC_i, N, H, W]. */
export function concatChannels(xs: readonly Node[]): Node {
  const [first, ...others] = xs;
  if (!first) throw new TypeError("Cannot build concat_channels: no feature maps");
  const [, images, height, width] = featureMap("concat_channels", first);
  for (const { shape } of others) {
    if (shape.length !== 4 || shape[1] !== images || shape[2] !== height || shape[3] !== width) {
      throw new TypeError(
        `Cannot build concat_channels: [${shape}] does not fit [${first.shape}] but for channels`,
      );
    }
  }
  if (others.length === 0) return first;
  const channels = xs.reduce((sum, x) => sum + x.shape[0]!, 0);
  return node(concatOp, xs, null, [channels, images, height, width]);
}

/**
 * Sums maps that are zero but for some channels (adjoints of {@link sliceChannels}): those whose channels do not overlap
 * become one map, instead of a sum of nearly empty ones. The others are returned as they are.
 */
export function mergeChannels(maps: readonly Node[]): Node[] {
  const merged: (Node | undefined)[][] = [];
  const rest: Node[] = [];
  for (const map of maps) {
    if (map.op !== concatOp) {
      rest.push(map);
      continue;
    }
    // One entry a channel: the piece it belongs to, undefined where it is zero.
    const pieces = perChannel(map);
    const home = merged.findIndex((other) => pieces.every((piece, c) => !piece || !other[c]));
    if (home < 0) merged.push(pieces);
    else pieces.forEach((piece, c) => piece && (merged[home]![c] = piece));
  }
  const shape = maps[0]!.shape.slice(1);
  return [...rest, ...merged.map((channels) => fromChannels(channels, shape))];
}

function perChannel(map: Node): (Node | undefined)[] {
  return map.inputs.flatMap((x) => {
    const empty = x.op === constantOp && (x.attrs as { fill: unknown }).fill === 0;
    return new Array<Node | undefined>(x.shape[0]!).fill(empty ? undefined : x);
  });
}

/** The pieces behind each other, zeros in between. */
function fromChannels(channels: readonly (Node | undefined)[], plane: readonly number[]): Node {
  const xs: Node[] = [];
  for (let c = 0; c < channels.length; c += xs.at(-1)!.shape[0]!) {
    const end = channels.findIndex((piece, i) => i > c && piece !== undefined);
    xs.push(channels[c] ?? constant(0, [(end < 0 ? channels.length : end) - c, ...plane]));
  }
  return concatChannels(xs);
}

/** Channels `from` … `from + count - 1` of a feature map. */
export function sliceChannels(x: Node, from: number, count: number): Node {
  const [channels, ...rest] = featureMap("slice_channels", x);
  if (from < 0 || from + count > channels) {
    throw new RangeError(`Cannot build slice_channels: ${count} channels from ${from} of [${x.shape}]`);
  }
  return count === channels ? x : node(sliceOp, [x], { from }, [count, ...rest]);
}
