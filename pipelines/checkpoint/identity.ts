/** What a checkpoint is of: the settings that shape the run and the images it sees. */
import { createHash } from "node:crypto";
import { asides } from "../../src/config/resume.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Identity } from "./schemas.ts";

export function identityOf(config: object, data: Dataset): Identity {
  const shaping = Object.entries(config).filter(([key, value]) =>
    !asides.includes(key) && value !== undefined
  );
  const hash = createHash("sha256").update(JSON.stringify([data.name, data.classes, data.normalisation]));
  for (const { pixels, labels } of [data.train, data.test]) {
    hash.update(pixels).update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  return {
    settings: JSON.stringify(Object.fromEntries(shaping.sort(([a], [b]) => a < b ? -1 : 1))),
    images: hash.digest("hex"),
  };
}
