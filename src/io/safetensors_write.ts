/** Writing safetensors; see `safetensors.ts` for the format. */
import { writeFileAtomic } from "./files.ts";
import { type Tensor, tensorElements } from "./tensor.ts";

/**
 * Writes a file, whole or not at all. Tensors are laid out by falling element size, as the reference writer
 * does, so that each is aligned; the header keeps that order. Throws a RangeError for a tensor whose data do not
 * fit its shape and a data error if the file cannot be written.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  writeFileAtomic(path, encodeSafetensors(tensors, metadata));
}

/** The bytes of a file in pieces: the header, then each tensor's own bytes, uncopied. */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array[] {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: [string, unknown][] = Object.keys(metadata).length > 0 ? [["__metadata__", metadata]] : [];
  let offset = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (tensorElements(shape) !== data.length) {
      throw new RangeError(
        `Cannot write tensor ${name}: ${data.length} elements do not fit the shape [${shape}]`,
      );
    }
    header.push([name, { dtype, shape, data_offsets: [offset, offset + data.byteLength] }]);
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(json.length / 8) * 8;
  const head = new Uint8Array(8 + padded).fill(0x20);
  new DataView(head.buffer).setBigUint64(0, BigInt(padded), true);
  head.set(json, 8);
  const bytes = ordered.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return [head, ...bytes];
}
