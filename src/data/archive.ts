/** Members of a .tar or .tar.gz, read into memory. Nothing is unpacked to disk. */
import { unpackTar } from "modern-tar";
import { dataError } from "../errors.ts";
import { basename } from "../io/paths.ts";
import { checkFinite, readReason } from "../io/read.ts";

/** Unzipped, the largest archive that is read has 190 MB. */
const maxUnzippedBytes = 2 ** 29;

/**
 * The files of an archive whose base name is in `wanted`, by base name; links and whatever else are passed over. Throws
 * a data error for an archive that is missing, damaged or truncated, or that unzips to more than `most` bytes.
 */
export async function readArchive(
  path: string,
  wanted: ReadonlySet<string>,
  most = maxUnzippedBytes,
): Promise<Map<string, Uint8Array>> {
  const filter = ({ name, type }: { name: string; type?: string }) =>
    type === "file" && wanted.has(basename(name));
  try {
    checkFinite(path);
    const raw = await Deno.open(path);
    const magic = new Uint8Array(2);
    await raw.read(magic);
    await raw.seek(0, Deno.SeekMode.Start);
    const zipped = magic[0] === 0x1f && magic[1] === 0x8b;
    const tar = zipped ? raw.readable.pipeThrough(new DecompressionStream("gzip")) : raw.readable;
    const entries = await unpackTar(tar.pipeThrough(atMost(most)), { filter, strict: true });
    return new Map(entries.map(({ header, data }) => [basename(header.name), data ?? new Uint8Array()]));
  } catch (cause) {
    // The decompressor throws TypeErrors with words of its own.
    const why = cause instanceof TypeError ? "its gzip data are truncated or damaged" : readReason(cause);
    throw dataError(`Cannot read the archive ${path}: ${why}.`, { cause });
  }
}

/** Passes bytes on, up to a limit: a small file can unzip to any length. */
function atMost(limit: number): TransformStream<Uint8Array, Uint8Array> {
  let seen = 0;
  return new TransformStream({
    transform(chunk, controller) {
      seen += chunk.length;
      if (seen > limit) throw new RangeError(`it unzips to more than ${limit} bytes`);
      controller.enqueue(chunk);
    },
  });
}
