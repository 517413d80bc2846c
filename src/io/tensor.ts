/** Named arrays as they stand in files. */

/** Array type and bytes per element of each dtype that is supported. */
export const dtypes = {
  F32: Float32Array,
  F64: Float64Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U32: Uint32Array,
  U8: Uint8Array,
} as const;

export type TensorDType = keyof typeof dtypes;

interface Arrays {
  readonly F32: Float32Array;
  readonly F64: Float64Array;
  readonly I32: Int32Array;
  readonly I64: BigInt64Array;
  readonly U32: Uint32Array;
  readonly U8: Uint8Array;
}

export interface TensorOf<D extends TensorDType> {
  readonly dtype: D;
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Arrays[D];
}

/** A named array's value; I64 is a BigInt64Array. */
export type Tensor = { [D in TensorDType]: TensorOf<D> }[TensorDType];

/** What a file holds. */
export interface SafetensorsContent {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file as read. */
export interface SafetensorsFile extends SafetensorsContent {
  /** Its name in messages. */
  readonly file: string;
}

/** Number of elements of a shape. */
export const tensorElements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
