/** A pair of IDX files, images and labels, as one split. */
import { dataError } from "../errors.ts";
import type { Images } from "./dataset.ts";
import { readIdx } from "./idx.ts";

/** Reads the images (rank 3) and labels (rank 1) of one split. Raises a data error that names the file. */
export function readIdxImages(name: string, imagesFile: string, labelsFile: string): Images {
  const images = readIdx(imagesFile, 3);
  const labels = readIdx(labelsFile, 1);
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.data.length !== count) {
    throw dataError(`${imagesFile} holds ${count} images and ${labelsFile} ${labels.data.length} labels.`);
  }
  return { name, pixels: images.data, labels: labels.data, count, channels: 1, height, width };
}
