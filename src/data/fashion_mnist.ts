/**
 * Fashion-MNIST (Xiao, Rasul, Vollgraf, 2017; Zalando SE, MIT licence). Whole, 60,000 + 10,000 images, it is taken from
 * Debian's package where that is installed, else from the cache, else downloaded. Its first 10,000 training and first
 * 2,000 test images are in the repository, so that a bare clone can search without the network; they were made by
 * `scripts/make-fashion-mnist-small.ts`.
 */
import { fromFileUrl, join } from "../io/paths.ts";
import {
  type Dataset,
  makeDataset,
  type NamedDataset,
  type OpenOptions,
  type PathFormat,
} from "./dataset.ts";
import { fetchOnce, md5, type Published } from "./download.ts";
import { readIdx } from "./idx.ts";
import { idxFile, idxFolder, readIdxFolder } from "./idx_folder.ts";
import { kindOf } from "./read.ts";

/** Where Debian's dataset-fashion-mnist puts the files. */
const debianFolder = "/usr/share/datasets/fashion-mnist";

/** Address and MD5 sums as given by https://github.com/zalandoresearch/fashion-mnist. */
const address = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
export const fashionMnistFiles: readonly Published[] = Object.entries({
  "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
  "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
  "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
  "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
}).map(([name, md5]) => ({ name, md5, url: address + name }));

const embedded = fromFileUrl(new URL("../../data/fashion-mnist-small/", import.meta.url));

export const fashionMnistSmall: NamedDataset = {
  name: "fashion-mnist-small",
  summary: "10,000 + 2,000 images of Fashion-MNIST, 28×28 grey, 10 classes; comes with the repository",
  open: () => {
    const description = "Fashion-MNIST, first 10,000 training and 2,000 test images";
    return Promise.resolve(openFiles(embedded, { name: "fashion-mnist-small", description }));
  },
};

export const fashionMnist: NamedDataset = {
  name: "fashion-mnist",
  summary: "Fashion-MNIST, 60,000 + 10,000 images, 28×28 grey, 10 classes; Debian's package or downloaded",
  open: async (options) => openFashionMnist(await locate(options)),
};

/** MD5 of the 10,000 test labels, unzipped: a folder with them is Fashion-MNIST, whatever its name. */
const testLabelsMd5 = "8dea97a4e78c1bd1b5a6e8efbb870b6e";

export const fashionMnistFolder: PathFormat = {
  expects: "Fashion-MNIST's four files",
  recognises: (path) =>
    idxFolder.recognises(path) && md5(readIdx(idxFile(path, "test", "labels"), 1).data) === testLabelsMd5,
  claims: idxFolder.claims!,
  open: (path) => Promise.resolve(openFashionMnist(path)),
};

const openFashionMnist = (folder: string): Dataset =>
  openFiles(folder, { name: "fashion-mnist", description: `Fashion-MNIST from ${folder}` });

/** Opens the four files of a folder as Fashion-MNIST. */
const openFiles = (folder: string, words: { readonly name: string; readonly description: string }): Dataset =>
  makeDataset({
    ...words,
    // In the order of the labels, as published with the data.
    classes: "T-shirt/top,Trouser,Pullover,Dress,Coat,Sandal,Shirt,Sneaker,Bag,Ankle boot".split(","),
    ...readIdxFolder(folder, words.name),
    // Mean and deviation of the whole training split of 60,000 images.
    normalisation: { mean: [0.28604], std: [0.35302] },
    augmentation: { pad: 2, flip: true },
  });

async function locate(options: OpenOptions): Promise<string> {
  if (kindOf(debianFolder) === "folder") return debianFolder;
  const folder = join(options.cacheDir, "fashion-mnist");
  const otherwise =
    `put the four .gz files into ${folder}, install Debian's package dataset-fashion-mnist, ` +
    `or use fashion-mnist-small, which needs no network`;
  for (const file of fashionMnistFiles) await fetchOnce(file, folder, options, otherwise);
  return folder;
}
