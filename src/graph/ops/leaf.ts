import { type DType, type Node, node, type Op, type Shape, storedFloats } from "../node.ts";

/** A value given at each run, by name. */
export interface InputAttrs {
  /** The key of its value among the feeds of a run. */
  readonly name: string;
}
/** A value known when the plan is made: one number everywhere, or all elements. */
export interface ConstantAttrs {
  /** The number, or the elements in stored form. */
  readonly fill: number | Float32Array;
}

export const inputOp: Op<InputAttrs> = { name: "input", gradient: () => [] };
export const constantOp: Op<ConstantAttrs> = { name: "constant", gradient: () => [] };

/** A named input of a plan. Inputs of rank 4 are given in stored form (rows padded); see {@link storedFloats}. */
export function input(name: string, shape: Shape, dtype: DType = "f32"): Node<InputAttrs> {
  return node(inputOp, [], { name }, shape, dtype);
}

/** A constant: `fill` everywhere, or an array of all elements (stored form for feature maps). */
export function constant(fill: number | Float32Array, shape: Shape): Node<ConstantAttrs> {
  if (typeof fill !== "number" && fill.length !== storedFloats(shape)) {
    throw new RangeError(`Cannot build constant: ${fill.length} numbers for shape [${shape}]`);
  }
  if (shape.length === 4 && typeof fill === "number" && fill !== 0) {
    throw new RangeError(
      `Cannot build constant: a feature map [${shape}] of ${fill} would break the zero row padding`,
    );
  }
  return node(constantOp, [], { fill }, shape);
}

/** A dense vector from plain numbers. */
export const vector = (values: readonly number[]): Node =>
  constant(Float32Array.from(values), [values.length]);
