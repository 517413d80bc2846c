/** Small data sets of random pixels, for pipelines that only have to run. */
import { type Dataset, type Images, makeDataset } from "../../src/data/dataset.ts";
import { word } from "../../src/random.ts";

/** Height and width. */
export const side = 12;

/** Images of random pixels in three classes, one after the other. */
export const noiseImages = (name: string, count: number, side: number): Images => ({
  name,
  count,
  channels: 1,
  height: side,
  width: side,
  pixels: Uint8Array.from({ length: count * side * side }, (_, i) => word([3, 3], i) & 255),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
});

/** A data set of so many images for training and for tests. */
export const noiseOf = (
  { side, train, test, augmentation }: {
    readonly side: number;
    readonly train: number;
    readonly test: number;
    readonly augmentation: { readonly pad: number; readonly flip: boolean };
  },
): Dataset =>
  makeDataset({
    name: "noise",
    description: "made up",
    classes: ["a", "b", "c"],
    train: noiseImages("train", train, side),
    test: noiseImages("test", test, side),
    augmentation,
  });

export const noiseData = noiseOf({ side, train: 32, test: 8, augmentation: { pad: 1, flip: true } });
