/** Operations that only say where a tensor lies in another: no data moves unless it must. */
import { elements, type Node, node, type Op, sameShape, type Shape, storedFloats } from "../node.ts";

const reshapeOp: Op<null> = {
  name: "reshape",
  gradient: (n, dy) => [reshape(dy, n.inputs[0]!.shape)],
  placement: () => ({ kind: "view", offset: 0 }),
};

/** The same elements in another dense shape. */
export function reshape(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  if (elements(shape) !== elements(x.shape) || x.shape.length === 4 || shape.length === 4) {
    throw new TypeError(`Cannot reshape [${x.shape}] to [${shape}]`);
  }
  // A chain of reshapes is one: fewer nodes and more of them alike.
  const source = x.op === reshapeOp ? x.inputs[0]! : x;
  return sameShape(source.shape, shape) ? source : node(reshapeOp, [source], null, shape, x.dtype);
}

interface SliceAttrs {
  /** Floats from the start of the input. */
  readonly offset: number;
}
const sliceOp: Op<SliceAttrs> = {
  name: "slice",
  gradient: (n, dy) => [embed(dy, n.attrs.offset, n.inputs[0]!.shape)],
  placement: (n) => ({ kind: "view", offset: n.attrs.offset }),
};

/** `shape` consecutive elements of a dense tensor, from element `offset` on. */
export function slice(x: Node, offset: number, shape: Shape): Node {
  if (
    x.shape.length === 4 || shape.length === 4 || offset < 0 || offset + elements(shape) > elements(x.shape)
  ) {
    throw new RangeError(`Cannot slice [${shape}] at ${offset} from [${x.shape}]`);
  }
  return node(sliceOp, [x], { offset }, shape, x.dtype);
}

/** Row `r` of a dense matrix [R, C], as [C]. */
export const row = (x: Node, r: number): Node => slice(x, r * x.shape[1]!, [x.shape[1]!]);

export interface PackAttrs {
  /** Element at which each input starts. */
  readonly offsets: readonly number[];
}
export const packOp: Op<PackAttrs> = {
  name: "pack",
  gradient: (n, dy) => {
    const flat = reshape(dy, [elements(dy.shape)]);
    return n.inputs.map((x, i) => slice(flat, n.attrs.offsets[i]!, x.shape));
  },
  placement: (n) => ({ kind: "pack", offsets: n.attrs.offsets }),
};

/** A dense tensor of `shape` that holds each input at its offset and zeros elsewhere. Inputs must not overlap. */
export function pack(inputs: readonly Node[], offsets: readonly number[], shape: Shape): Node {
  const spans = inputs.map((x, i) => [offsets[i]!, offsets[i]! + storedFloats(x.shape)] as const);
  spans.toSorted((a, b) => a[0] - b[0]).forEach(([start, end], i, sorted) => {
    if (start < (sorted[i - 1]?.[1] ?? 0) || end > elements(shape)) {
      throw new RangeError(`Cannot pack: a range ${start}…${end} overlaps another or leaves [${shape}]`);
    }
  });
  return node(packOp, inputs, { offsets }, shape);
}

/** Adjoint of slice: `x` at `offset` in a tensor of zeros. */
const embed = (x: Node, offset: number, shape: Shape): Node => pack([x], [offset], shape);
