/** The load stage: from a name or path to images in memory. */
import { cacheFolder } from "../../src/environment.ts";
import type { Context } from "../../src/cli/main.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { openDataset } from "../../src/data/mod.ts";
import { limit } from "../../src/data/splits.ts";

/** Where downloads and decoded images are kept. */
export const cacheDir = cacheFolder();

interface DataConfig {
  readonly data: string;
  readonly size?: number | undefined;
  readonly trainLimit: number;
  readonly testLimit: number;
}

/** Opens the data set and cuts it to the limits. */
export async function load(
  { data, size, trainLimit, testLimit }: DataConfig,
  { progress, signal }: Context,
): Promise<Dataset> {
  const opened = await openDataset(data, { size, cacheDir, download: true, log: progress.note, signal });
  signal.throwIfAborted();
  opened.notes.forEach(progress.note);
  return limit(opened, { train: trainLimit || undefined, test: testLimit || undefined });
}
