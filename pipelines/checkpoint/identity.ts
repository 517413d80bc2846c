/** What a checkpoint belongs to: the settings that shape the run, and the images it sees. */
import { createHash } from "node:crypto";
import { asides, shapingKey } from "../../src/config/resume.ts";
import { dataError } from "../../src/errors.ts";
import { join } from "../../src/io/paths.ts";
import { readJson } from "../../src/io/read.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { setting } from "../../src/setting.ts";
import type { Identity } from "./schemas.ts";

type Values = Readonly<Record<string, unknown>>;

export function identityOf(config: object, data: Dataset): Identity {
  const shaping = Object.entries(config).filter(([key, value]) =>
    !asides.includes(key) && value !== undefined
  );
  return {
    settings: JSON.stringify(Object.fromEntries(shaping.sort(([a], [b]) => a < b ? -1 : 1))),
    images: imagesHash(data),
  };
}

/** A hash of the images, their labels and the classes, whatever the data set is called and wherever it lies. */
export const imagesHash = (data: Dataset): string => hashOf(data, [data.classes, data.normalisation]);

/** Throws a data error for other images than the run in a folder was of, as far as its result tells. */
export function checkImages(run: string, images: string): void {
  const before = readJson(join(run, "result.json"))?.["images"];
  if (before === undefined || before === images) return;
  throw dataError(
    `The images are other ones than those of the run ${run}; say with ${
      setting("data")
    } where its own are now.`,
  );
}

function hashOf(data: Dataset, described: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify(described));
  for (const { pixels, labels } of [data.train, data.test]) {
    hash.update(pixels).update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  return hash.digest("hex");
}

/**
 * In what the run of a checkpoint differs from this one, in words; undefined where it does not. A checkpoint of an
 * earlier version names its images by where they lay as well.
 *
 * @param understood the settings of a checkpoint as this version understands them
 */
export function otherThan(
  before: Identity,
  now: Identity,
  data: Dataset,
  understood: (settings: Values) => Values,
): string | undefined {
  const written = JSON.parse(before.settings) as Values;
  const earlier = () =>
    [data.name, written["data"]].some((name) =>
      hashOf(data, [name, data.classes, data.normalisation]) === before.images
    );
  if (before.images !== now.images && !earlier()) return "other images than the run has now";
  if (before.settings === now.settings) return undefined;
  const key = shapingKey(understood(written), JSON.parse(now.settings));
  return key === undefined ? undefined : `other settings than the run has now (${setting(key)})`;
}
