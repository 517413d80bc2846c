/** Decoded image folders on disk, as safetensors, so that only the first run over a folder decodes it. */
import { z } from "zod";
import { breathe } from "../breathe.ts";
import { UserError } from "../errors.ts";
import { makeFolder } from "../io/files.ts";
import { join, resolve } from "../io/paths.ts";
import { readSafetensors, type SafetensorsFile, type Tensor, writeSafetensors } from "../io/safetensors.ts";
import { type Images, type OpenOptions, sizeOf } from "./dataset.ts";
import type { Failure } from "./image_decoding.ts";
import type { ImageListing } from "./image_listing.ts";
import { kindOf } from "./read.ts";

/** Both splits, decoded, and what there is to say about it. */
export interface Decoded {
  readonly train: Images;
  readonly test: Images;
  readonly notes: readonly string[];
  /** Files left out. Who takes the splits from the cache tries these again. */
  readonly failures: readonly Failure[];
}

/** Incremented when decoding, resizing or ordering changes, so that older caches are not taken. */
const cacheVersion = 3;

/** The cache's name: path, files with sizes and times of change, the size asked for, and how images come to it. */
export async function cacheKey(
  path: string,
  listing: ImageListing,
  { size, resizing = "bilinear", signal }: OpenOptions,
): Promise<string> {
  const { height, width } = size === undefined ? { height: "auto", width: "auto" } : sizeOf(size);
  const shape = height === width ? height : `${height}×${width}`;
  const how = `${cacheVersion} ${shape} ${resizing}`;
  const lines = [`${how} ${resolve(path)} ${listing.classes.join("/")}`];
  for (const split of [listing.train, listing.test]) {
    for (const file of split) {
      if (lines.push(`${file.path} ${file.label} ${version(file.path)}`) % stride === 0) {
        await breathe(signal);
      }
    }
    lines.push("");
  }
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(lines.join("\n")));
  return Array.from(new Uint8Array(digest, 0, 16), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Files that are looked at in one go; a network disk takes a moment for these. */
const stride = 1000;

/** Size and time of change of a file; a link that leads nowhere has none and will be named when it is decoded. */
function version(path: string): string {
  try {
    const { size, mtime } = Deno.statSync(path);
    return `${size} ${mtime?.getTime()}`;
  } catch {
    return "unreadable";
  }
}

/** How the file is called. */
export const decodedName = /^images-[0-9a-f]{32}\.safetensors$/;

const fileOf = (key: string, cacheDir: string): string => join(cacheDir, `images-${key}.safetensors`);

const metadataSchema = z.object({
  notes: z.array(z.string()),
  failures: z.array(z.object({ path: z.string(), why: z.string() })),
});

/** What was saved under a key; undefined if nothing was, or if it is damaged. */
export function loadDecoded(key: string, { cacheDir, log }: OpenOptions): Decoded | undefined {
  const path = fileOf(key, cacheDir);
  if (kindOf(path) !== "file") return undefined;
  try {
    const file = readSafetensors(path);
    const { data } = metadataSchema.safeParse(JSON.parse(file.metadata["about"] ?? "null"));
    if (data === undefined) throw new Error("unlike a cache");
    const decoded = { train: loadSplit(file, "train"), test: loadSplit(file, "test"), ...data };
    log(`decoded images from ${path}`);
    return decoded;
  } catch (cause) {
    log(`the cache ${path} is damaged and will be made again (${(cause as Error).message})`);
    return undefined;
  }
}

/** Saves both splits. A cache that cannot be written costs time, not the run: it is only reported. */
export function saveDecoded(
  key: string,
  { train, test, notes, failures }: Decoded,
  { cacheDir, log }: OpenOptions,
): void {
  const tensors = new Map([...saveSplit("train", train), ...saveSplit("test", test)]);
  const metadata = { about: JSON.stringify({ notes, failures }), train: train.name, test: test.name };
  try {
    makeFolder(cacheDir);
    writeSafetensors(fileOf(key, cacheDir), tensors, metadata);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    log(`the decoded images were not kept: ${cause.message}`);
  }
}

function saveSplit(split: string, images: Images): [string, Tensor][] {
  const { pixels, labels, count, channels, height, width } = images;
  return [
    [`${split}.pixels`, { dtype: "U8", shape: [count, channels, height, width], data: pixels }],
    [`${split}.labels`, { dtype: "I32", shape: [count], data: Int32Array.from(labels) }],
  ];
}

function loadSplit({ tensors, metadata }: SafetensorsFile, split: "train" | "test"): Images {
  const pixels = tensors.get(`${split}.pixels`);
  const labels = tensors.get(`${split}.labels`);
  if (pixels?.dtype !== "U8" || labels?.dtype !== "I32" || pixels.shape.length !== 4) {
    throw new Error("unlike a cache");
  }
  const [count, channels, height, width] = pixels.shape as [number, number, number, number];
  const narrow = labels.data.every((label) => label < 256);
  return {
    name: metadata[split] ?? split,
    pixels: pixels.data,
    labels: (narrow ? Uint8Array : Uint16Array).from(labels.data),
    count,
    channels,
    height,
    width,
  };
}
