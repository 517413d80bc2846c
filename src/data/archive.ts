/** Members of a .tar or .tar.gz, read into memory. Nothing is unpacked to disk. */
import { unpackTar } from "modern-tar";
import { dataError } from "../errors.ts";
import { basename } from "../io/paths.ts";
import { readReason } from "../io/read.ts";
import { MAX_PIXEL_BYTES } from "./dataset.ts";

/**
 * The files of an archive whose base name is in `wanted`, by base name. Raises a data error for an archive that
 * is missing, damaged or truncated, or whose wanted members are unbelievably large.
 */
export async function readArchive(
  path: string,
  wanted: ReadonlySet<string>,
): Promise<Map<string, Uint8Array>> {
  let total = 0;
  const filter = ({ name, type, size }: { name: string; type?: string; size: number }) => {
    if (type !== "file" || !wanted.has(basename(name))) return false;
    total += size;
    if (total > MAX_PIXEL_BYTES) throw new RangeError(`${name} is too large`);
    return true;
  };
  try {
    const raw = await Deno.open(path);
    const magic = new Uint8Array(2);
    await raw.read(magic);
    await raw.seek(0, Deno.SeekMode.Start);
    const zipped = magic[0] === 0x1f && magic[1] === 0x8b;
    const tar = zipped ? raw.readable.pipeThrough(new DecompressionStream("gzip")) : raw.readable;
    const entries = await unpackTar(tar, { filter, strict: true });
    return new Map(entries.map(({ header, data }) => [basename(header.name), data ?? new Uint8Array()]));
  } catch (cause) {
    throw dataError(`Cannot read the archive ${path}: ${readReason(cause)}.`, { cause });
  }
}
