/** What a CIFAR pickle may hold: plain values, and numpy arrays of bytes, built here without numpy. */

export type PickleValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Dict
  | Global
  | DType
  | ByteArray
  | PickleValue[];

/** The only names a pickle may mention, and why. */
const known = new Set([
  "numpy.core.multiarray._reconstruct", // makes an empty array
  "numpy._core.multiarray._reconstruct", // the same since numpy 2
  "numpy.ndarray", // its class
  "numpy.dtype", // its element type
  "_codecs.encode", // how Python 3 writes bytes in protocol 2
]);

/** A name of Python, as a mere value. Throws a TypeError for any name that is not on the list. */
export class Global {
  readonly name: string;
  constructor(module: string, name: string) {
    this.name = `${module}.${name}`;
    if (!known.has(this.name)) throw new TypeError(`it refers to ${this.name}, which is not allowed`);
  }
}

/** A dict; keys are text, where Python 2 wrote bytes. */
export class Dict {
  readonly #entries = new Map<string, PickleValue>();

  set(key: PickleValue, value: PickleValue): void {
    if (typeof key === "string") this.#entries.set(key, value);
    else if (key instanceof Uint8Array) this.#entries.set(latin1(key), value);
    else throw new TypeError("it has a dict key that is not text");
  }

  get(key: string): PickleValue | undefined {
    return this.#entries.get(key);
  }
}

/** numpy's element type; only unsigned bytes are read. */
export class DType {
  constructor(code: PickleValue) {
    const text = code instanceof Uint8Array ? latin1(code) : code;
    if (text !== "u1" && text !== "|u1") {
      throw new TypeError(
        `it has an array of ${typeof text === "string" ? `type ${text}` : "no type"}, not bytes`,
      );
    }
  }
}

/** A numpy array of unsigned bytes, row-major. */
export class ByteArray {
  shape: readonly number[] = [];
  data: Uint8Array = new Uint8Array();
}

/** What the call of a known name gives. */
export function call(callee: PickleValue, args: PickleValue): PickleValue {
  if (!(callee instanceof Global) || !Array.isArray(args)) {
    throw new TypeError("it calls something that is not allowed");
  }
  if (callee.name.endsWith("._reconstruct")) return new ByteArray();
  if (callee.name === "numpy.dtype") return new DType(args[0] ?? null);
  if (callee.name === "_codecs.encode") {
    const [text, encoding] = args;
    if (typeof text === "string" && encoding === "latin1") return bytesOf(text);
  }
  throw new TypeError(`it calls ${callee.name} with arguments that are not allowed`);
}

/** Fills in an object made by `call`: an array takes (version, shape, dtype, column-major, bytes). */
export function setState(target: PickleValue, state: PickleValue): void {
  if (target instanceof DType) return; // byte order and alignment mean nothing for bytes
  if (!(target instanceof ByteArray) || !Array.isArray(state)) {
    throw new TypeError("it sets the state of something that is not an array");
  }
  const [, shape, dtype, columnMajor, data] = state;
  if (
    !isShape(shape) || !(dtype instanceof DType) || columnMajor !== false || !(data instanceof Uint8Array)
  ) {
    throw new TypeError("it has an array that is not row-major bytes");
  }
  const wanted = shape.reduce((a, b) => a * b, 1);
  if (data.length !== wanted) throw new TypeError(`it has an array [${shape}] with ${data.length} bytes`);
  target.shape = shape;
  target.data = data;
}

const isShape = (value: PickleValue | undefined): value is number[] =>
  Array.isArray(value) &&
  value.every((size) => typeof size === "number" && Number.isInteger(size) && size >= 0);

const latin1 = (bytes: Uint8Array): string => {
  if (bytes.length > 255) throw new TypeError("it has a name of more than 255 characters");
  return String.fromCharCode(...bytes);
};

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) throw new TypeError("it encodes text that is not latin1");
    bytes[i] = code;
  }
  return bytes;
}
