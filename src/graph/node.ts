/**
 * The graph layer: a tensor expression is an immutable value. A node names its operation, inputs, attributes
 * and shape; nothing here knows a device.
 *
 * Layout rule, the same everywhere: a tensor of rank 4 is a *feature map* [C, N, H, W], channels outermost,
 * each row padded with zeros to a multiple of 4 floats (`rowPitch`); every kernel that writes one keeps the
 * padding zero. Every other tensor is dense, row-major. Channels outermost makes concatenation over channels a
 * matter of placement, a pointwise convolution one matrix product over N·H·W columns, and every per-channel
 * reduction one contiguous range.
 */
import type { Tuning } from "./tuning.ts";

/** Sizes of the axes, outermost first; the empty shape is a single number. */
export type Shape = readonly number[];
/** Type of the elements: 32-bit floats, or unsigned integers (labels, random keys, packed bytes). */
export type DType = "f32" | "u32";

/** A tensor expression: an operation, what it is applied to, and the shape of the result. Immutable. */
export interface Node<A = unknown> {
  /** What computes it. */
  readonly op: Op<A>;
  /** The operands, in the order of the operation. */
  readonly inputs: readonly Node[];
  /** What the operation knows besides its operands: strides, axes, factors. */
  readonly attrs: A;
  /** [C, N, H, W] of a feature map; everything else is dense. */
  readonly shape: Shape;
  /** Of its elements. */
  readonly dtype: DType;
}

/**
 * A kernel: one shader file and what specialises it. Pipelines are cached by all of this together. A kernel does
 * nothing in workgroups past its instance's size, so that calls of different sizes can share a dispatch.
 */
export interface Kernel {
  /** Shown in errors, profiles and explanations. */
  readonly label: string;
  /** WGSL text as in the file; `//:` directives are expanded with `defines`. */
  readonly source: string;
  /** Constants of the source expander (tile sizes, filter sizes, unrolled loops). */
  readonly defines?: Readonly<Record<string, number>>;
  /** WGSL `override` constants. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Offsets in its record count floats, so that its operands may start anywhere; others count vec4. */
  readonly floats?: boolean;
  /** The number of operands varies, so the output and the parameters are found from the record's end. */
  readonly variadic?: boolean;
}

/**
 * One kernel's work for one node, as data. Calls of the same kernel that do not depend on each other become one
 * dispatch: the instance is the grid's z, and its offsets and parameters stand in its record of the table.
 */
export interface Call {
  /** What runs; calls of one kernel may share a dispatch. */
  readonly kernel: Kernel;
  /** Which of the bindings each operand is read through, in the order their offsets stand in the record. */
  readonly operands: readonly { readonly slot: number; readonly node: Node }[];
  /** What the shader calls the bindings of its inputs, from binding 1 on; the output is bound after them. */
  readonly bindings: readonly string[];
  /** u32 words that follow the offsets in the record, as the shader calls them. Floats go in as bits (`floatBits`). */
  readonly params: Readonly<Record<string, number>>;
  /** Workgroups in x and y. */
  readonly grid: readonly [number, number];
  /** Multiply-adds times two, for explanations and benchmarks. */
  readonly flop?: number;
  /**
   * The same computation as an instruction of a program (`shaders/elementwise.wgsl`): its code, the number of
   * elements it writes, and the words after its operands, which are counted where their number varies. Only for what
   * costs less than a dispatch.
   */
  readonly light?: {
    readonly code: number;
    readonly elements: number;
    readonly params: Readonly<Record<string, number>>;
    readonly counted?: boolean;
    /** Whether element i of an operand is read for element i of the output alone. */
    readonly inOrder: readonly boolean[];
  };
  /**
   * The same computation as one call after the other, each reading only some of slot 0's operands (by index): for
   * operands that do not all lie in one binding.
   */
  readonly split?: (parts: readonly (readonly number[])[]) => readonly Call[];
}

/** Operands that have a binding each. */
export const eachBound = (nodes: readonly Node[]): Call["operands"] =>
  nodes.map((node, slot) => ({ slot, node }));

/**
 * What a call has whose kernel reads each input of a node through a binding of its own: `bindings` are their names. The
 * kernel is named like the operation and has the tuning's threads, but for what is given of it.
 */
export const plainCall = (
  { op, inputs }: Node,
  bindings: readonly string[],
  kernel: Partial<Kernel> & Pick<Kernel, "source">,
  { threads: THREADS }: Tuning,
): Pick<Call, "kernel" | "bindings" | "operands"> => ({
  kernel: { label: op.name, ...kernel, defines: { THREADS, ...kernel.defines } },
  bindings,
  operands: eachBound(inputs),
});

/** One text for equal kernels: source, expansion and constants. */
export const kernelKey = ({ source, defines = {}, constants = {} }: Kernel): string =>
  `${source}\u0000${JSON.stringify(defines)}${JSON.stringify(constants)}`;

/** How a node that moves no data lies in another: a range of its input, or its inputs as ranges of it. */
export type Placement =
  | { readonly kind: "view"; readonly offset: number } // floats into input 0
  | { readonly kind: "pack"; readonly offsets: readonly number[] }; // floats of each input in the node

/** How an operation is differentiated. A method, so that `Op<A>` is an `Op` (bivariant in A). */
export interface GradientRule<A> {
  /** One gradient for each input, or null where there is none (or it is zero almost everywhere). */
  gradient(node: Node<A>, dy: Node): readonly (Node | null)[];
}

/** An operation: a shape rule (in its builder), a gradient in terms of operations, and a kernel. */
export interface Op<A = unknown> {
  /** As errors and explanations have it: `max_pool`. */
  readonly name: string;
  /** "none": not differentiable, and differentiating through it is an error. */
  readonly gradient: "none" | GradientRule<A>["gradient"];
  /** The kernel call that computes a node. Absent for leaves, placements and operations that are lowered. */
  call?(node: Node<A>, tuning: Tuning): Call;
  /** Rewrites a node into operations nearer to kernels (for example a reduction in two steps). */
  lower?(node: Node<A>, tuning: Tuning): Node;
  /** Where the node's data lies, if nothing has to be computed for it. */
  placement?(node: Node<A>): Placement;
}

/** A node of `op`, for the builders of operations. Throws a RangeError for a size that is no positive whole number. */
export function node<A>(
  op: Op<A>,
  inputs: readonly Node[],
  attrs: A,
  shape: Shape,
  dtype: DType = "f32",
): Node<A> {
  for (const d of shape) {
    if (!Number.isInteger(d) || d < 1) {
      throw new RangeError(
        `Cannot build ${op.name}: shape [${shape}] has a size that is not a positive integer`,
      );
    }
  }
  return { op, inputs, attrs, shape, dtype };
}

/** Floats between the starts of two rows of a feature map of width `w`. */
export const rowPitch = (w: number): number => (w + 3) & ~3;

/** Logical number of elements. */
export const elements = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** Floats a tensor takes in memory, row padding included. */
export function storedFloats(shape: Shape): number {
  return shape.length === 4 ? shape[0]! * shape[1]! * shape[2]! * rowPitch(shape[3]!) : elements(shape);
}

/** Whether two shapes are equal, axis by axis. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((d, i) => d === b[i]);

const bits = new DataView(new ArrayBuffer(4));
/** The bits of a float32 as a u32, for a call's parameters. */
export function floatBits(value: number): number {
  bits.setFloat32(0, value);
  return bits.getUint32(0);
}

/** Throws unless `x` is a feature map, naming the operation and the shape. */
export function featureMap(opName: string, x: Node): readonly [number, number, number, number] {
  if (x.shape.length !== 4) {
    throw new TypeError(`Cannot build ${opName}: needs a feature map [C, N, H, W], got [${x.shape}]`);
  }
  return x.shape as unknown as readonly [number, number, number, number];
}
