/** Loads images: from a name or path to a data set in memory. */
import { cacheFolder } from "../../src/environment.ts";
import type { Context } from "../../src/cli/main.ts";
import type { EvaluateConfig } from "../../src/config/derive.ts";
import { orderedByContent } from "../../src/data/content_order.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { openDataset } from "../../src/data/mod.ts";
import { limit } from "../../src/data/splits.ts";

/** Where downloads and decoded images are kept. */
export const cacheDir = cacheFolder();

type DataConfig = Pick<EvaluateConfig, "data" | "size" | "trainLimit" | "testLimit" | "imageOrder" | "flip">;

/** Opens the data set, brings its images into their order and cuts it to the limits. */
export async function load(
  { data, size, trainLimit, testLimit, imageOrder, flip }: DataConfig,
  { progress, signal }: Context,
): Promise<Dataset> {
  const opened = await openDataset(data, { size, cacheDir, download: true, log: progress.note, signal });
  signal.throwIfAborted();
  opened.notes.forEach(progress.note);
  const caps = { train: trainLimit || undefined, test: testLimit || undefined };
  const limited = imageOrder === "content"
    ? await orderedByContent(opened, caps, signal)
    : limit(opened, caps);
  if (flip === undefined) return limited;
  return { ...limited, augmentation: { ...limited.augmentation, flip: flip === "on" } };
}
