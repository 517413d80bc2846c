/** Calls of the elementwise kernel, and of the programs that the planner makes of light ones. */
import source from "../../../shaders/elementwise.wgsl" with { type: "text" };
import { type Call, elements, floatBits, type Kernel, type Node, type Shape, storedFloats } from "../node.ts";

const kernel: Kernel = { label: "elementwise", source, defines: { PROGRAM: 0 }, floats: true };
/** Runs programs of light calls; the planner makes them. */
export const programKernel: Kernel = { label: "program", source, defines: { PROGRAM: 1 } };

/** Codes of `shaders/elementwise.wgsl`. */
export const codes = {
  affine: 0,
  exp: 1,
  log: 2,
  rsqrt: 3,
  sqrt: 4,
  reciprocal: 5,
  square: 6,
  add: 7,
  sub: 8,
  mul: 9,
  div: 10,
  equal: 11,
  clamp: 12,
  min: 13,
  fromU32: 14,
  sigmoid: 15,
  fill: 16,
  // Only in programs:
  addAll: 32,
  sum: 33,
  max: 34,
} as const;

/** Up to this many elements (read or written) a call is light: it costs less than a dispatch. */
export const lightElements = 2048;

/** Strides of a dense `shape` seen as `target` (both right-aligned to 3 axes); 0 where it is broadcast. */
function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = 1; axis <= 3; axis++) {
    const d = shape[shape.length - axis] ?? 1;
    const wanted = target[target.length - axis] ?? 1;
    strides.unshift(d === 1 && wanted !== 1 ? 0 : stride);
    stride *= d;
  }
  return strides;
}

export interface Numbers {
  readonly s?: number;
  readonly t?: number;
}

/** The call of one elementwise computation of `shape`. */
export function elementwiseCall(
  code: number,
  a: Node,
  b: Node,
  shape: Shape,
  { s = 0, t = 0 }: Numbers = {},
): Call {
  const strides = [...broadcastStrides(a.shape, shape), ...broadcastStrides(b.shape, shape)];
  return record(code, a, b, [1, 1, 1, ...shape].slice(-3), strides, [floatBits(s), floatBits(t)]);
}

/** Copies the stored floats of a tensor. */
export function copyCall(x: Node): Call {
  return record(codes.affine, x, x, [1, 1, storedFloats(x.shape)], [0, 0, 1, 0, 0, 1], [floatBits(1), 0]);
}

/** Writes `count` zeros; `any` only fills the operand slots. */
export const zeroCall = (any: Node, count: number): Call =>
  record(codes.fill, any, any, [1, 1, count], [0, 0, 0, 0, 0, 0], [0, 0]);

function record(code: number, a: Node, b: Node, dims: number[], strides: number[], numbers: number[]): Call {
  const n = elements(dims);
  const params = [...dims.slice(1), ...strides, ...numbers];
  return {
    kernel,
    slots: 2,
    operands: [{ slot: 0, node: a }, { slot: 1, node: b }],
    params: [n, code, ...params],
    grid: [Math.min(1024, Math.ceil(n / 64)), 1],
    flop: n,
    ...(n <= lightElements && { light: { code, elements: n, params } }),
  };
}
