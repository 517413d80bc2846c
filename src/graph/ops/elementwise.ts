/** Elementwise operations on dense tensors of rank up to 3, with numpy broadcasting. */
import addAllSource from "../../../shaders/add_all.wgsl" with { type: "text" };
import { runs } from "../../lists.ts";
import { type Call, elements, type Node, node, type Op, sameShape, type Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";
import { type Code, elementwiseCall, lightly, type Numbers, strided } from "./elementwise_call.ts";
import { sumTo } from "./reduce.ts";

/** Shape of a numpy-broadcast result; throws with both shapes where they do not fit. */
function broadcastShape(name: string, a: Node, b: Node): Shape {
  const rank = Math.max(a.shape.length, b.shape.length);
  const shape = Array.from({ length: rank }, (_, i) => {
    const x = a.shape[a.shape.length - rank + i] ?? 1;
    const y = b.shape[b.shape.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new TypeError(`Cannot ${name}: shapes [${a.shape}] and [${b.shape}] do not broadcast`);
    }
    return Math.max(x, y);
  });
  return shape;
}

function dense(name: string, x: Node): void {
  if (x.shape.length > 3) {
    throw new TypeError(
      `Cannot ${name}: [${x.shape}] is a feature map, ${name} takes dense tensors (use combine)`,
    );
  }
}

/** An operation on every element of a dense tensor. */
export type Unary = (x: Node) => Node;
/**
 * An operation on pairs of elements; shapes broadcast as in numpy. Throws a TypeError with both shapes where they do
 * not.
 */
export type Binary = (a: Node, b: Node) => Node;

/** The operation of one operand with that code. `gradient` gets dy, the node itself and its operand. */
function numbered(name: Code, gradient: "none" | ((dy: Node, y: Node<Numbers>, x: Node) => Node)) {
  const op: Op<Numbers> = {
    name,
    gradient: gradient === "none" ? "none" : (y, dy) => [gradient(dy, y, y.inputs[0]!)],
    call: (n, tuning) => elementwiseCall(name, n.shape, [n.inputs[0]!], tuning, n.attrs),
  };
  return (x: Node, numbers: Numbers): Node => {
    dense(name, x);
    return node(op, [x], numbers, x.shape);
  };
}
function unary(...given: Parameters<typeof numbered>): Unary {
  const build = numbered(...given);
  return (x) => build(x, {});
}

const withScale = numbered("affine", (dy, y) => scale(dy, y.attrs.s!));
/** s·x + t. */
export const affine = (x: Node, s: number, t: number): Node => withScale(x, { s, t });
/** s·x. */
export const scale = (x: Node, s: number): Node => (s === 1 ? x : affine(x, s, 0));
/** x + t. */
export const shift = (x: Node, t: number): Node => affine(x, 1, t);
/** −x. */
export const neg = (x: Node): Node => scale(x, -1);
/** eˣ. */
export const exp: Unary = unary("exp", (dy, y) => mul(dy, y));
/** Natural logarithm; −∞ at 0, NaN below. */
export const log: Unary = unary("log", (dy, _, x) => div(dy, x));
/** 1/√x. */
export const rsqrt: Unary = unary("rsqrt", (dy, y) => scale(mul(dy, mul(y, square(y))), -0.5));
/** √x; its slope at 0 is infinite. */
export const sqrt: Unary = unary("sqrt", (dy, y) => scale(div(dy, y), 0.5));
/** 1/x. */
export const reciprocal: Unary = unary("reciprocal", (dy, y) => neg(mul(dy, square(y))));
/** x². */
export const square: Unary = unary("square", (dy, _, x) => scale(mul(dy, x), 2));
/** 1/(1 + e⁻ˣ). */
export const sigmoid: Unary = unary("sigmoid", (dy, y) => mul(dy, sub(y, square(y))));
const within = numbered("clamp", "none");
/** x limited to [low, high]; not differentiable here. */
export const clamp = (x: Node, low: number, high: number): Node => within(x, { s: low, t: high });
/**
 * −1, 0 or 1; the sign of 0 is 0. Not differentiable. Of a float32 below 1e-38 in size it is 0 on devices that
 * take such a number for 0, and may lie in between on others.
 */
export const sign = (x: Node): Node => clamp(scale(clamp(x, -1, 1), 1e38), -1, 1);
/** |x|, of slope 0 at 0. */
export const abs = (x: Node): Node => mul(x, stopGradient(sign(x)));
/** u32 integers as float32 (exact below 2²⁴). */
export const fromU32: Unary = unary("from_u32", "none");

/** The operation of two operands with that code. `gradient` gets dy, the operands and the node; see {@link sumTo}. */
function binary(
  name: Code,
  gradient: "none" | ((dy: Node, a: Node, b: Node, y: Node) => readonly [Node, Node]),
): Binary {
  const op: Op<null> = {
    name,
    gradient: gradient === "none" ? "none" : (y, dy) => {
      const [a, b] = y.inputs as [Node, Node];
      return gradient(dy, a, b, y).map((g, i) => sumTo(g, y.inputs[i]!.shape));
    },
    call: (n, tuning) => elementwiseCall(name, n.shape, n.inputs as [Node, Node], tuning),
  };
  return (a, b) => {
    dense(name, a);
    dense(name, b);
    return node(op, [a, b], null, broadcastShape(name, a, b));
  };
}

/** a + b. */
export const add: Binary = binary("add", (dy) => [dy, dy]);
/** a − b. */
export const sub: Binary = binary("sub", (dy) => [dy, neg(dy)]);
/** a·b, element by element; see `matmul` for matrices. */
export const mul: Binary = binary("mul", (dy, a, b) => [mul(dy, b), mul(dy, a)]);
/** a/b. */
export const div: Binary = binary("div", (dy, _, b, y) => [div(dy, b), neg(div(mul(dy, y), b))]);
/** 1 where equal, else 0; not differentiable. */
export const equal: Binary = binary("equal", "none");
/** `a` where `mask` is one, `b` where it is zero, bit for bit where both are finite. Broadcast as a·b is. */
export const where = (mask: Node, a: Node, b: Node): Node => add(mul(mask, a), mul(affine(mask, -1, 1), b));
/** The smaller of two; not differentiable here. */
export const min: Binary = binary("min", "none");
/** a − b², and 0 where that is negative: the variance, from the mean of squares and the mean. Not differentiable here. */
export const variance: Binary = binary("variance", "none");

const addAllOp: Op<null> = {
  name: "add_all",
  gradient: (n, dy) => n.inputs.map(() => dy),
  // Large tensors may lie in several bindings, which only a chain of sums of two can read.
  lower: (n, { sum }) => elements(n.shape) > sum.together ? n.inputs.reduce((a, b) => add(a, b)) : n,
  call: (n, tuning) => {
    const count = elements(n.shape);
    return {
      ...addAllCall(n.inputs, count, false, tuning),
      // A small term may be a range of a large tensor, which lies in another binding.
      split: (parts) =>
        runs(parts).map((part, i) => addAllCall(part.map((k) => n.inputs[k]!), count, i > 0, tuning)),
      ...lightly(
        "addAll",
        { elements: count, touched: n.inputs.length * count, inOrder: n.inputs.map(() => true) },
        {},
        tuning,
        true,
      ),
    };
  },
};

/** The sum of `terms` of `n` elements; `resume` adds it to what an earlier call left. */
const addAllCall = (terms: readonly Node[], n: number, resume: boolean, tuning: Tuning): Call => ({
  kernel: {
    label: "add_all",
    source: addAllSource,
    defines: { THREADS: tuning.threads },
    floats: true,
    variadic: true,
  },
  bindings: ["x"],
  operands: terms.map((node) => ({ slot: 0, node })),
  params: { resume: Number(resume), terms: terms.length, n },
  grid: strided(n, tuning),
  flop: terms.length * n,
});

/** The sum of dense tensors of one shape. */
export function addAll(terms: readonly Node[]): Node {
  const first = terms[0]!;
  if (terms.length === 1) return first;
  for (const x of terms) {
    dense("add_all", x);
    if (!sameShape(x.shape, first.shape)) {
      throw new TypeError(`Cannot add_all: shapes [${first.shape}] and [${x.shape}] differ`);
    }
  }
  return node(addAllOp, terms, null, first.shape);
}

const stopGradientOp: Op<null> = {
  name: "stop_gradient",
  gradient: () => [null],
  placement: () => ({ kind: "view", offset: 0 }),
};
/** x as a constant of differentiation. */
export const stopGradient = (x: Node): Node => node(stopGradientOp, [x], null, x.shape);
