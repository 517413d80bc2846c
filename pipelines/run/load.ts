/** Loads images: from a name or path to a data set in memory. */
import type { SearchConfig } from "../../src/config/search_config.ts";
import { orderedByContent } from "../../src/data/content_order.ts";
import type { Dataset, OpenOptions } from "../../src/data/dataset.ts";
import { openDataset } from "../../src/data/mod.ts";
import { limit } from "../../src/data/splits.ts";
import { type Listeners, silent } from "./hooks.ts";

/** The settings of data, of `search` and `evaluate` alike, and what only tests of a network have. */
export type DataConfig =
  & Pick<
    SearchConfig,
    "data" | "resizing" | "trainLimit" | "testLimit" | "imageOrder" | "flip"
  >
  & Pick<OpenOptions, "size" | "tested">;

/**
 * Opens the data set that the settings name, brings its images into their order and cuts it to the limits. What is not
 * embedded is downloaded once, into the cache.
 *
 * @throws UserError (exit 4) for data that are missing or damaged
 */
export async function load(
  { data, size, tested, resizing, trainLimit, testLimit, imageOrder, flip }: DataConfig,
  { note, signal }: Pick<Listeners, "note" | "signal"> = silent,
): Promise<Dataset> {
  const opened = await openDataset(data, { size, tested, resizing, log: note, signal });
  signal.throwIfAborted();
  opened.notes.forEach(note);
  const caps = { train: trainLimit || undefined, test: testLimit || undefined };
  const limited = imageOrder === "content"
    ? await orderedByContent(opened, caps, signal)
    : limit(opened, caps);
  if (flip === undefined) return limited;
  return { ...limited, augmentation: { ...limited.augmentation, flip: flip === "on" } };
}
