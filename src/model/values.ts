/**
 * What expressions of a shader come to, for one thread: numbers, true as 1, and vectors as arrays. Only what addresses
 * and loops depend on is computed, so floats need not be exact to the last bit.
 */

export type Value = number | readonly number[];

/** f32, u32, i32, bool or a number without a suffix, and how many of them. */
export interface Type {
  readonly kind: "f" | "u" | "i" | "b" | "abstract";
  readonly width: number;
}

export const numberOfType = (name: string): Type => {
  const [, width = "1", suffix] = name.match(/^vec(\d)(?:<(?=.*>$))?(.*?)>?$/) ?? [, "1", name];
  return { kind: suffix![0] as Type["kind"], width: Number(width) };
};

/** What two operands give: a number without a suffix is what the other is. */
export function joined(a: Type, b: Type): Type {
  const kind = a.kind === "abstract" ? b.kind : a.kind;
  return { kind, width: Math.max(a.width, b.width) };
}

export const lanes = (value: Value, width: number): readonly number[] =>
  typeof value === "number" ? new Array<number>(width).fill(value) : value;

/** Applies a function of numbers to each lane. */
export function each(f: (...numbers: number[]) => number, ...values: readonly Value[]): Value {
  const vector = values.find((value) => typeof value !== "number") as readonly number[] | undefined;
  if (vector === undefined) return f(...values as number[]);
  return vector.map((_, i) => f(...values.map((value) => typeof value === "number" ? value : value[i]!)));
}

const wrap = (kind: Type["kind"], value: number): number =>
  kind === "u" ? value >>> 0 : kind === "i" ? value | 0 : value;

type Binary = (a: number, b: number) => number;
const compared: Readonly<Record<string, Binary>> = {
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
  "<": (a, b) => Number(a < b),
  "<=": (a, b) => Number(a <= b),
  ">": (a, b) => Number(a > b),
  ">=": (a, b) => Number(a >= b),
  "&&": (a, b) => a && b,
  "||": (a, b) => a || b,
};
const whole: Readonly<Record<string, Binary>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": Math.imul,
  "/": (a, b) => b === 0 ? a : Math.trunc(a / b),
  "%": (a, b) => b === 0 ? 0 : a % b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "<<": (a, b) => a << b,
};
const broken: Readonly<Record<string, Binary>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
};

export const isComparison = (operator: string): boolean => operator in compared;

/** An operator on operands of that type. */
export function binary(operator: string, { kind }: Type): Binary {
  const comparison = compared[operator];
  if (comparison) return comparison;
  if (operator === ">>") return kind === "u" ? (a, b) => a >>> b : (a, b) => a >> b;
  const f = (kind === "f" ? broken : whole)[operator];
  if (f === undefined) throw new SyntaxError(`Cannot read shader: ${operator} on ${kind}`);
  return (a, b) => wrap(kind, f(a, b));
}

const words = new DataView(new ArrayBuffer(4));
/** The same bits as another type. */
export function bitcast(value: number, from: Type["kind"], to: Type["kind"]): number {
  if (from === "f") words.setFloat32(0, value);
  else words.setUint32(0, value >>> 0);
  return to === "f" ? words.getFloat32(0) : to === "i" ? words.getInt32(0) : words.getUint32(0);
}

export const converted = (value: number, { kind }: Type): number =>
  kind === "f" ? value : kind === "b" ? Number(value !== 0) : wrap(kind, Math.trunc(value));

/** Built-in functions that work lane by lane on numbers of one type. */
export const builtins: Readonly<Record<string, (...numbers: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  clamp: (x, low, high) => Math.min(Math.max(x!, low!), high!),
  fma: (a, b, c) => a! * b! + c!,
  select: (otherwise, then, test) => test ? then! : otherwise!,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  cos: Math.cos,
  round: Math.round,
  floor: Math.floor,
};
