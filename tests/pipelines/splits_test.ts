/** Which images a training sees. */
import { assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { evaluateCommand } from "../../src/config/spec.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { UserError } from "../../src/errors.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { trainingSplit } from "../../pipelines/training/train.ts";
import { networkOf } from "../../pipelines/training/network.ts";
import { indexedImages } from "../data/files.ts";

function counts(images: number, flags: Record<string, string>): [trained: number, held: number] {
  const config = resolve(evaluateCommand, { flags: { genotype: "DARTS_V2", preset: "tiny", ...flags } });
  const data = makeDataset({
    name: "indexed",
    description: "made up",
    classes: ["a", "b"],
    train: indexedImages(Array.from({ length: images }, (_, i) => i % 2)),
    test: indexedImages([0, 1]),
    augmentation: { pad: 1, flip: true },
  });
  const net = networkOf(publishedGenotypes.DARTS_V2, config, data);
  const { trained, held } = trainingSplit({ config, data, net });
  return [trained.count, held.count];
}

Deno.test("training split: the last images are kept apart", () =>
  assertEquals(counts(200, { holdout: "30" }), [170, 30]));

Deno.test("training split: none kept apart", () => assertEquals(counts(200, { holdout: "0" }), [200, 0]));

Deno.test("training split: at most a fifth is kept apart", () =>
  assertEquals(counts(100, { holdout: "500" }), [80, 20]));

Deno.test("training split: a batch larger than what is left", () => {
  const error = assertThrows(() => counts(100, { batch: "90", holdout: "20" }), UserError);
  assertEquals(error.exitCode, 2);
});
