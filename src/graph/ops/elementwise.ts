/** Elementwise operations on dense tensors of rank up to 3, with numpy broadcasting. */
import addAllSource from "../../../shaders/add_all.wgsl" with { type: "text" };
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

function unaryOp(name: string, code: Code, gradient: Op<Numbers>["gradient"]): Op<Numbers> {
  return {
    name,
    gradient,
    call: (n, tuning) => elementwiseCall(code, n.shape, [n.inputs[0]!], tuning, n.attrs),
  };
}
function unary(op: Op<Numbers>, x: Node, attrs: Numbers = {}): Node {
  dense(op.name, x);
  return node(op, [x], attrs, x.shape);
}

const affineOp = unaryOp("affine", "affine", (n, dy) => [scale(dy, n.attrs.s!)]);
const expOp = unaryOp("exp", "exp", (n, dy) => [mul(dy, n)]);
const logOp = unaryOp("log", "log", (n, dy) => [div(dy, n.inputs[0]!)]);
const rsqrtOp = unaryOp("rsqrt", "rsqrt", (n, dy) => [scale(mul(dy, mul(n, square(n))), -0.5)]);
const sqrtOp = unaryOp("sqrt", "sqrt", (n, dy) => [scale(div(dy, n), 0.5)]);
const reciprocalOp = unaryOp("reciprocal", "reciprocal", (n, dy) => [neg(mul(dy, square(n)))]);
const squareOp = unaryOp("square", "square", (n, dy) => [scale(mul(dy, n.inputs[0]!), 2)]);
const sigmoidOp = unaryOp("sigmoid", "sigmoid", (n, dy) => [mul(dy, sub(n, square(n)))]);
const clampOp = unaryOp("clamp", "clamp", "none");
const fromU32Op = unaryOp("from_u32", "fromU32", "none");

/** s·x + t. */
export const affine = (x: Node, s: number, t: number): Node => unary(affineOp, x, { s, t });
/** s·x. */
export const scale = (x: Node, s: number): Node => (s === 1 ? x : affine(x, s, 0));
/** x + t. */
export const shift = (x: Node, t: number): Node => affine(x, 1, t);
export const neg = (x: Node): Node => scale(x, -1);
export const exp = (x: Node): Node => unary(expOp, x);
export const log = (x: Node): Node => unary(logOp, x);
/** 1/√x. */
export const rsqrt = (x: Node): Node => unary(rsqrtOp, x);
export const sqrt = (x: Node): Node => unary(sqrtOp, x);
export const reciprocal = (x: Node): Node => unary(reciprocalOp, x);
export const square = (x: Node): Node => unary(squareOp, x);
export const sigmoid = (x: Node): Node => unary(sigmoidOp, x);
/** x limited to [low, high]; not differentiable here. */
export const clamp = (x: Node, low: number, high: number): Node => unary(clampOp, x, { s: low, t: high });
/** −1, 0 or 1; the sign of 0 is 0. Not differentiable. A float32 below 1e-38 in size is 0 on devices. */
export const sign = (x: Node): Node => clamp(scale(clamp(x, -1, 1), 1e38), -1, 1);
/** |x|, of slope 0 at 0. */
export const abs = (x: Node): Node => mul(x, stopGradient(sign(x)));
/** u32 integers as float32 (exact below 2²⁴). */
export const fromU32 = (x: Node): Node => unary(fromU32Op, x);

function binaryOp(name: string, code: Code, gradient: Op<null>["gradient"]): Op<null> {
  return {
    name,
    gradient,
    call: (n, tuning) => elementwiseCall(code, n.shape, n.inputs as [Node, Node], tuning),
  };
}
function binary(op: Op<null>, a: Node, b: Node): Node {
  dense(op.name, a);
  dense(op.name, b);
  return node(op, [a, b], null, broadcastShape(op.name, a, b));
}

const addOp = binaryOp("add", "add", (n, dy) => n.inputs.map((x) => sumTo(dy, x.shape)));
const subOp = binaryOp("sub", "sub", (n, dy) => {
  const [a, b] = n.inputs as [Node, Node];
  return [sumTo(dy, a.shape), sumTo(neg(dy), b.shape)];
});
const mulOp = binaryOp("mul", "mul", (n, dy) => {
  const [a, b] = n.inputs as [Node, Node];
  return [sumTo(mul(dy, b), a.shape), sumTo(mul(dy, a), b.shape)];
});
const divOp = binaryOp("div", "div", (n, dy) => {
  const [a, b] = n.inputs as [Node, Node];
  return [sumTo(div(dy, b), a.shape), sumTo(neg(div(mul(dy, n), b)), b.shape)];
});
const equalOp = binaryOp("equal", "equal", "none");
const minOp = binaryOp("min", "min", "none");

export const add = (a: Node, b: Node): Node => binary(addOp, a, b);
export const sub = (a: Node, b: Node): Node => binary(subOp, a, b);
export const mul = (a: Node, b: Node): Node => binary(mulOp, a, b);
export const div = (a: Node, b: Node): Node => binary(divOp, a, b);
/** 1 where equal, else 0; not differentiable. */
export const equal = (a: Node, b: Node): Node => binary(equalOp, a, b);
/** The smaller of two; not differentiable here. */
export const min = (a: Node, b: Node): Node => binary(minOp, a, b);

const addAllOp: Op<null> = {
  name: "add_all",
  gradient: (n, dy) => n.inputs.map(() => dy),
  // Large tensors may lie in several bindings, which only a chain of sums of two can read.
  lower: (n, { sum }) => elements(n.shape) > sum.together ? n.inputs.reduce(add) : n,
  call: (n, tuning) => {
    const count = elements(n.shape);
    return {
      ...addAllCall(n.inputs, count, false, tuning),
      // A small term may be a range of a large tensor, which lies in another binding.
      split: (parts) =>
        parts.map((part, i) => addAllCall(part.map((k) => n.inputs[k]!), count, i > 0, tuning)),
      ...lightly("addAll", { elements: count, touched: n.inputs.length * count }, {}, tuning, true),
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
