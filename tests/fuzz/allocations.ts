/** Measures what a call asks memory for in typed arrays: what a damaged file claims must not be believed unchecked. */

const names = [
  "Uint8Array",
  "Uint16Array",
  "Uint32Array",
  "Int32Array",
  "Float32Array",
  "Float64Array",
] as const;
type AnyArray = { new (first: unknown, ...others: unknown[]): object; readonly BYTES_PER_ELEMENT: number };

let bytes = 0;
const originals = names.map((name) => globalThis[name] as unknown as AnyArray);
const watched = originals.map((array): AnyArray =>
  new Proxy(array, {
    construct(target, [first, ...others]: [unknown, ...unknown[]]): object {
      if (typeof first === "number") bytes += (Math.trunc(first) || 0) * target.BYTES_PER_ELEMENT; // NaN makes none
      return new target(first, ...others);
    },
  })
);
const use = (arrays: readonly AnyArray[]) =>
  names.forEach((name, i) => Reflect.set(globalThis, name, arrays[i]));

/** The bytes of all typed arrays that are made by their length during `call`. */
export async function allocatedDuring(call: () => Promise<void>): Promise<number> {
  bytes = 0;
  use(watched);
  try {
    await call();
  } finally {
    use(originals);
  }
  return bytes;
}
