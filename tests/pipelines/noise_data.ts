/** A small data set of random pixels, for pipelines that only have to run. */
import { makeDataset } from "../../src/data/dataset.ts";
import { word } from "../../src/random.ts";

/** Height and width. */
export const side = 12;

const images = (name: string, count: number) => ({
  name,
  count,
  channels: 1,
  height: side,
  width: side,
  pixels: Uint8Array.from({ length: count * side * side }, (_, i) => word([3, 3], i) & 255),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
});
export const noiseData = makeDataset({
  name: "noise",
  description: "made up",
  classes: ["a", "b", "c"],
  train: images("train", 32),
  test: images("test", 8),
  augmentation: { pad: 1, flip: true },
});
