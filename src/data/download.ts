/** Fetching published files once, checked against their published MD5, into the cache. */
import { createHash } from "node:crypto";
import { dataError } from "../errors.ts";
import { concatBytes } from "../io/bytes.ts";
import { attempt, makeFolder, tryWriting, writeFileAtomic } from "../io/files.ts";
import { join } from "../io/paths.ts";
import type { OpenOptions } from "./dataset.ts";
import { noteFetched } from "./fetched.ts";
import { kindOf } from "./read.ts";

/** A file at its official address. MD5 is what its publishers give; it guards against damage, not malice. */
export interface Published {
  readonly url: string;
  readonly md5: string;
  readonly name: string;
}

/** MD5 in hexadecimal. */
export const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

/**
 * Makes sure that `file` lies in `folder` and returns its path. What was fetched before is taken as it is: it was
 * checked then and written whole. `otherwise` tells the user what else can be done when the network fails.
 */
export async function fetchOnce(
  file: Published,
  folder: string,
  options: OpenOptions,
  otherwise: string,
): Promise<string> {
  const { download, log } = options;
  const path = join(folder, file.name);
  if (kindOf(path) === "file") return path;
  if (!download) throw dataError(`${file.name} is not in ${folder} and downloads are off; ${otherwise}.`);
  makeFolder(folder);
  attempt(`Cannot keep ${file.name} in ${folder}, below XDG_CACHE_HOME`, () => tryWriting(folder));
  log(`downloading ${file.url}`);
  const bytes = await get(file.url, options, otherwise);
  const found = md5(bytes);
  if (found !== file.md5) {
    throw dataError(
      `${file.url} was damaged on the way: its MD5 is ${found}, not ${file.md5}; ${otherwise}.`,
    );
  }
  writeFileAtomic(path, [bytes]);
  noteFetched(path);
  return path;
}

/**
 * The body of a response. No data for `patienceMs` counts as a network that is not there. Throws the signal's reason as
 * soon as that is aborted.
 */
async function get(url: string, { log, signal }: OpenOptions, otherwise: string): Promise<Uint8Array> {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(), patienceMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([abort.signal, ...(signal ? [signal] : [])]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`the server answered ${response.status} ${response.statusText}`);
    }
    const total = Number(response.headers.get("content-length") ?? 0);
    const chunks: Uint8Array[] = [];
    let length = 0;
    let told = 0;
    for await (const chunk of response.body!) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(), patienceMs);
      chunks.push(chunk);
      length += chunk.length;
      if (length > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
      if (total > 0 && length >= told + total / 10) {
        told = length;
        log(`  ${(length / 1e6).toFixed(1)} of ${(total / 1e6).toFixed(1)} MB`);
      }
    }
    return concatBytes(chunks);
  } catch (cause) {
    signal?.throwIfAborted();
    const why = abort.signal.aborted ? "no answer in time" : (cause as Error).message;
    throw dataError(`Cannot download ${url} (${why}); ${otherwise}.`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

const patienceMs = 30_000;
/** No published file is as large; a server that does not stop is left there. */
const maxBytes = 2 ** 29;
