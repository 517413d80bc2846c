/**
 * The first 10,000 training and first 2,000 test images of Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017; Zalando
 * SE, MIT licence), kept in the repository so that a bare clone can search without the network.
 * Made by `scripts/make-fashion-mnist-small.ts`.
 */
import { fromFileUrl } from "../io/paths.ts";
import { type Dataset, makeDataset, type NamedDataset } from "./dataset.ts";
import { readIdxImages } from "./idx_images.ts";

/** Class names in label order, as published with the data. */
export const FASHION_CLASSES = [
  "T-shirt/top",
  "Trouser",
  "Pullover",
  "Dress",
  "Coat",
  "Sandal",
  "Shirt",
  "Sneaker",
  "Bag",
  "Ankle boot",
] as const;

/** Mean and deviation of the whole training split of 60,000 images. */
export const FASHION_NORMALISATION = { mean: [0.28604], std: [0.35302] } as const;

const folder = fromFileUrl(new URL("../../data/fashion-mnist-small/", import.meta.url));

export const fashionMnistSmall: NamedDataset = {
  name: "fashion-mnist-small",
  summary: "10,000 + 2,000 images of Fashion-MNIST, 28×28 grey, 10 classes; comes with the repository",
  open: (): Promise<Dataset> =>
    Promise.resolve(makeDataset({
      name: "fashion-mnist-small",
      description: "Fashion-MNIST, first 10,000 training and 2,000 test images",
      classes: FASHION_CLASSES,
      train: readIdxImages(
        "fashion-mnist-small train",
        folder + "train-images-idx3-ubyte.gz",
        folder + "train-labels-idx1-ubyte.gz",
      ),
      test: readIdxImages(
        "fashion-mnist-small test",
        folder + "t10k-images-idx3-ubyte.gz",
        folder + "t10k-labels-idx1-ubyte.gz",
      ),
      normalisation: FASHION_NORMALISATION,
      augmentation: { pad: 2, flip: true },
    })),
};
