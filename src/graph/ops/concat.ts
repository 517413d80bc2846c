/** Joining and cutting feature maps along the channels: with channels outermost both are a matter of placement. */
import { featureMap, type Node, node, type Op, storedFloats } from "../node.ts";
import { constant } from "./leaf.ts";

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

/** Channels `from` … `from + count - 1` of a feature map. */
export function sliceChannels(x: Node, from: number, count: number): Node {
  const [channels, ...rest] = featureMap("slice_channels", x);
  if (from < 0 || from + count > channels) {
    throw new RangeError(`Cannot build slice_channels: ${count} channels from ${from} of [${x.shape}]`);
  }
  return count === channels ? x : node(sliceOp, [x], { from }, [count, ...rest]);
}
