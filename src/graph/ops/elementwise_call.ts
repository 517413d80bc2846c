/** Calls of the elementwise kernel, and of the programs that the planner makes of light ones. */
import source from "../../../shaders/elementwise.wgsl" with { type: "text" };
import {
  type Call,
  eachBound,
  elements,
  floatBits,
  type Kernel,
  type Node,
  type Shape,
  storedFloats,
} from "../node.ts";
import type { Tuning } from "../tuning.ts";

/** What `shaders/elementwise.wgsl` computes, by name, which is how the shader knows them. */
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
  from_u32: 14,
  sigmoid: 15,
  fill: 16,
  variance: 17,
  copy: 18,
  // Only in programs, where those from addAll on have records of their own:
  addAll: 32,
  sum: 33,
  max: 34,
} as const;
export type Code = keyof typeof codes;

/** Runs programs of light calls; the planner makes them. */
export const programKernel = ({ program: { threads: THREADS, together: ELEMENTS } }: Tuning): Kernel => ({
  label: "program",
  source,
  defines: { ...codes, PROGRAM: 1, THREADS, ELEMENTS },
});

/**
 * A call as an instruction of a program, where it is light: of few elements, `touched` in all.
 * `inOrder`: see {@link Call}.
 *
 * @param params the words after its operands; `counted`: their number varies and stands before them
 */
export const lightly = (
  code: Code,
  { elements, inOrder, touched = elements }: {
    elements: number;
    inOrder: readonly boolean[];
    touched?: number;
  },
  params: Readonly<Record<string, number>>,
  { program }: Tuning,
  counted = false,
): Pick<Call, "light"> =>
  touched <= program.elements ? { light: { code: codes[code], elements, inOrder, params, counted } } : {};

/** Workgroups of a kernel of one element a thread, whose threads go on where there are more. */
export const strided = (count: number, { threads, mostGroups }: Tuning): [number, number] => [
  Math.min(mostGroups.elementwise, Math.ceil(count / threads)),
  1,
];

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

/** By how much an operand's place grows from each element to the next; undefined where that is not always the same. */
function stepOf(sizes: readonly number[], strides: readonly number[]): number | undefined {
  let [step, inner]: [number | undefined, number] = [undefined, 1];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    if (sizes[axis] === 1) continue;
    step ??= strides[axis]!;
    if (strides[axis] !== inner * step) return undefined;
    inner *= sizes[axis]!;
  }
  return step ?? 0;
}

export interface Numbers {
  readonly s?: number;
  readonly t?: number;
}

/** The call of one elementwise computation of `shape`, of `a` alone or with `b`. */
export function elementwiseCall(
  code: Code,
  shape: Shape,
  [a, b = a]: readonly [Node, Node?],
  tuning: Tuning,
  { s = 0, t = 0 }: Numbers = {},
): Call {
  return record(code, [a, b], shape, [a, b].flatMap((x) => broadcastStrides(x.shape, shape)), tuning, {
    s,
    t,
  });
}

/** Copies what is stored of a tensor, bit by bit: whole numbers would not outlive arithmetic on floats everywhere. */
export const copyCall = (x: Node, tuning: Tuning): Call =>
  record("copy", [x, x], [storedFloats(x.shape)], [0, 0, 1, 0, 0, 1], tuning, { s: 0, t: 0 });

/** Writes `count` zeros; `any` only fills the operand slots. */
export const zeroCall = (any: Node, count: number, tuning: Tuning): Call =>
  record("fill", [any, any], [count], [0, 0, 0, 0, 0, 0], tuning, { s: 0, t: 0 });

/** @param strides of the first operand over 3 axes, then of the second */
function record(
  code: Code,
  operands: readonly Node[],
  shape: Shape,
  strides: readonly number[],
  tuning: Tuning,
  { s, t }: Required<Numbers>,
): Call {
  const n = elements(shape);
  const [d1, d2] = [1, 1, 1, ...shape].slice(-2) as [number, number];
  const [a0, a1, a2, b0, b1, b2] = strides as readonly [number, number, number, number, number, number];
  const numbers = { s: floatBits(s), t: floatBits(t) };
  const sizes = [n / (d1 * d2), d1, d2];
  const [aStep, bStep] = [stepOf(sizes, [a0, a1, a2]), stepOf(sizes, [b0, b1, b2])];
  const light = aStep === undefined || bStep === undefined
    ? { strided: 1, ...numbers, a2, b2, d1, d2, a0, a1, b0, b1 }
    : { strided: 0, ...numbers, aStep, bStep };
  return {
    kernel: {
      label: "elementwise",
      source,
      defines: { ...codes, PROGRAM: 0, THREADS: tuning.threads },
      floats: true,
    },
    bindings: ["a", "b"],
    operands: eachBound(operands),
    params: { n, code: codes[code], d1, d2, a0, a1, a2, b0, b1, b2, ...numbers },
    grid: strided(n, tuning),
    flop: n,
    ...lightly(
      code,
      { elements: n, inOrder: [aStep, bStep].map((step) => step === 1 || n === 1) },
      light,
      tuning,
    ),
  };
}
