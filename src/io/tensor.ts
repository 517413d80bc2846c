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

/** Element type of a tensor in a file, in the format's names. */
export type TensorDType = keyof typeof dtypes;

/** The typed array of each element type. */
export interface TensorArrays {
  /** 32-bit floats. */
  readonly F32: Float32Array;
  /** 64-bit floats. */
  readonly F64: Float64Array;
  /** 32-bit integers. */
  readonly I32: Int32Array;
  /** 64-bit integers. */
  readonly I64: BigInt64Array;
  /** Unsigned 32-bit integers. */
  readonly U32: Uint32Array;
  /** Bytes. */
  readonly U8: Uint8Array;
}

/** A named array's value, of one element type. */
export interface TensorOf<D extends TensorDType> {
  /** Of the elements. */
  readonly dtype: D;
  /** Sizes of the axes, outermost first; empty for a single number. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: TensorArrays[D];
}

/** A named array's value; I64 is a BigInt64Array. */
export type Tensor = { [D in TensorDType]: TensorOf<D> }[TensorDType];

/** What a file holds. */
export interface SafetensorsContent {
  /** By name, in the order of the file. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** The texts of `__metadata__`; empty where the file has none. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file as read. */
export interface SafetensorsFile extends SafetensorsContent {
  /** Its name in messages. */
  readonly file: string;
}

/** Number of elements of a shape. */
export const tensorElements = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
