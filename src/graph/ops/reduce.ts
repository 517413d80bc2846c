/** Sums and maxima over axes of dense tensors, and repetition along them: a sum and a broadcast are adjoint. */
import source from "../../../shaders/reduce.wgsl" with { type: "text" };
import { type Call, elements, type Node, node, type Op, plainCall, sameShape, type Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { elementwiseCall, lightly } from "./elementwise_call.ts";
import { mostGroups } from "./grid.ts";
import { reshape } from "./view.ts";

interface ReduceAttrs {
  /** The input seen as [outer, reduced, inner]. */
  readonly outer: number;
  readonly reduced: number;
  readonly inner: number;
  /** Slabs of the reduced axis, each summed into one output. */
  readonly splits: number;
}

const call = (code: "sum" | "max") => (n: Node<ReduceAttrs>, tuning: Tuning): Call => {
  const { outer, reduced, inner, splits } = n.attrs;
  const outputs = outer * splits * inner;
  const touched = outer * reduced * inner;
  return {
    ...plainCall(n, ["x"], {
      source,
      defines: { GROUPS: mostGroups },
      ...(code === "max" && { constants: { MAXIMUM: 1 } }),
      floats: true,
    }, tuning),
    params: { outer, reduced, inner, splits },
    grid: [Math.min(outputs, mostGroups), Math.ceil(outputs / mostGroups)],
    flop: touched,
    ...(splits === 1 &&
      lightly(code, { elements: outputs, touched, inOrder: [false] }, { reduced, inner }, tuning)),
  };
};

const sumAxisOp: Op<ReduceAttrs> = {
  name: "sum",
  gradient: (n, dy) => [broadcastTo(dy, n.inputs[0]!.shape)],
  call: call("sum"),
  lower: (n, { sum }) => {
    const { outer, reduced, inner, splits } = n.attrs;
    if (splits > 1 || reduced <= sum.longest) return n;
    const parts = Math.min(sum.parts, Math.ceil(reduced / sum.part));
    const partial = node(sumAxisOp, n.inputs, { ...n.attrs, splits: parts }, [outer, parts, inner]);
    return node(sumAxisOp, [partial], { outer, reduced: parts, inner, splits: 1 }, n.shape);
  },
};
const maxAxisOp: Op<ReduceAttrs> = { name: "max", gradient: "none", call: call("max") };

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
  call: (n, tuning) => elementwiseCall("affine", n.shape, [n.inputs[0]!], tuning, { s: 1 }),
};
/** x repeated along axes of size 1 (or new leading axes) to `shape`. */
export function broadcastTo(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : node(broadcastOp, [x], null, shape);
}
