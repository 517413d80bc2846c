/** Sums and maxima over axes of dense tensors, and repetition along them: a sum and a broadcast are adjoint. */
import source from "../../../shaders/reduce.wgsl" with { type: "text" };
import { type Call, elements, type Node, node, type Op, sameShape, type Shape } from "../node.ts";
import { codes, elementwiseCall, lightElements } from "./elementwise_call.ts";
import { reshape } from "./view.ts";

interface ReduceAttrs {
  /** The input seen as [outer, reduced, inner]. */
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
  /** Slabs of the reduced axis, each summed into one output. */
  readonly splits: number;
}

const sumKernel = { label: "sum", source, floats: true };
const maxKernel = { label: "max", source, floats: true, constants: { MAXIMUM: 1 } };

/** Longer reductions than this run as partial sums first, so that a long vector uses the whole device. */
const longest = 16384;

const call = (kernel: Call["kernel"], code: number) => (n: Node<ReduceAttrs>): Call => {
  const { outer, reduced, inner, splits } = n.attrs;
  const outputs = outer * splits * inner;
  return {
    kernel,
    slots: 1,
    operands: [{ slot: 0, node: n.inputs[0]! }],
    params: [outer, reduced, inner, splits],
    grid: [Math.min(outputs, 65535), Math.ceil(outputs / 65535)],
    flop: outer * reduced * inner,
    ...(splits === 1 && outer * reduced * inner <= lightElements &&
      { light: { code, elements: outputs, params: [reduced, inner] } }),
  };
};

const sumAxisOp: Op<ReduceAttrs> = {
  name: "sum",
  gradient: (n, dy) => [broadcastTo(dy, n.inputs[0]!.shape)],
  call: call(sumKernel, codes.sum),
  lower: (n) => {
    const { outer, reduced, inner, splits } = n.attrs;
    if (splits > 1 || reduced <= longest) return n;
    const parts = Math.min(256, Math.ceil(reduced / 4096));
    const partial = node(sumAxisOp, n.inputs, { outer, reduced, inner, splits: parts }, [
      outer,
      parts,
      inner,
    ]);
    return node(sumAxisOp, [partial], { outer, reduced: parts, inner, splits: 1 }, n.shape);
  },
};
const maxAxisOp: Op<ReduceAttrs> = { name: "max", gradient: "none", call: call(maxKernel, codes.max) };

function alongAxis(op: Op<ReduceAttrs>, x: Node, axis: number): Node {
  if (x.shape.length > 3) {
    throw new TypeError(`Cannot ${op.name}: [${x.shape}] is a feature map, use channelDot or spatialMean`);
  }
  const outer = elements(x.shape.slice(0, axis));
  const inner = elements(x.shape.slice(axis + 1));
  const reduced = x.shape[axis];
  if (reduced === undefined) throw new RangeError(`Cannot ${op.name}: [${x.shape}] has no axis ${axis}`);
  const shape = x.shape.map((d, i) => (i === axis ? 1 : d));
  return node(op, [x], { outer, reduced, inner, splits: 1 }, shape);
}

/** Sum over `axes` (all when left out), which stay with size 1; with no axes named the result has shape [1]. */
export function sum(x: Node, axes?: readonly number[]): Node {
  if (axes === undefined) return reshape(alongAxis(sumAxisOp, reshape(x, [elements(x.shape)]), 0), [1]);
  return axes.reduce((y, axis) => (y.shape[axis] === 1 ? y : alongAxis(sumAxisOp, y, axis)), x);
}

/** Maximum over one axis, which stays with size 1. Not differentiable: stop its gradient where it only shifts. */
export const max = (x: Node, axis: number): Node => alongAxis(maxAxisOp, x, axis);

/** Adjoint of broadcasting: sums `x` down to `shape`. */
export function sumTo(x: Node, shape: Shape): Node {
  if (sameShape(x.shape, shape)) return x;
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((d, i) => (d !== (i < lead ? 1 : shape[i - lead]) ? [i] : []));
  const all = axes.length === x.shape.length && elements(shape) === 1;
  return reshape(all ? sum(x) : sum(x, axes), shape);
}

const broadcastOp: Op<null> = {
  name: "broadcast",
  gradient: (n, dy) => [sumTo(dy, n.inputs[0]!.shape)],
  call: (n) => elementwiseCall(codes.affine, n.inputs[0]!, n.inputs[0]!, n.shape, { s: 1 }),
};
/** x repeated along axes of size 1 (or new leading axes) to `shape`. */
export function broadcastTo(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : node(broadcastOp, [x], null, shape);
}
