/**
 * CIFAR-10 and CIFAR-100 as published (Krizhevsky, "Learning multiple layers of features from tiny images",
 * 2009, https://www.cs.toronto.edu/~kriz/cifar.html): which files, which fields, which classes.
 */
import type { Normalisation } from "./dataset.ts";
import type { Published } from "./download.ts";

export interface CifarSet {
  readonly name: "cifar10" | "cifar100";
  readonly classes: readonly string[];
  readonly normalisation: Normalisation;
  /** Bytes before the pixels of a binary record; the last of them is the label (CIFAR-100: coarse, fine). */
  readonly labelBytes: number;
  /** Key of the labels in the pickles. */
  readonly labelKey: string;
  /** The archive that is downloaded. */
  readonly archive: Published;
  /** Folders and archives by which the set is found in the cache. */
  readonly knownAs: readonly string[];
}

export interface CifarLayout {
  readonly set: CifarSet;
  readonly format: "binary" | "python";
  readonly train: readonly string[];
  readonly test: readonly string[];
}

const address = "https://www.cs.toronto.edu/~kriz/";

export const cifar10Set: CifarSet = {
  name: "cifar10",
  classes: "airplane automobile bird cat deer dog frog horse ship truck".split(" "),
  normalisation: { mean: [0.49139968, 0.48215827, 0.44653124], std: [0.24703233, 0.24348505, 0.26158768] },
  labelBytes: 1,
  labelKey: "labels",
  archive: {
    name: "cifar-10-binary.tar.gz",
    url: `${address}cifar-10-binary.tar.gz`,
    md5: "c32a1d4ab5d03f1284b67883e8d87530",
  },
  knownAs: [
    "cifar-10-batches-bin",
    "cifar-10-batches-py",
    "cifar-10-binary.tar.gz",
    "cifar-10-python.tar.gz",
  ],
};

export const cifar100Set: CifarSet = {
  name: "cifar100",
  classes: (
    "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can " +
    "castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin " +
    "elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard " +
    "lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear " +
    "pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray road rocket rose sea seal " +
    "shark shrew skunk skyscraper snail snake spider squirrel streetcar sunflower sweet_pepper table tank " +
    "telephone television tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm"
  ).split(" "),
  normalisation: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
  labelBytes: 2,
  labelKey: "fine_labels",
  archive: {
    name: "cifar-100-binary.tar.gz",
    url: `${address}cifar-100-binary.tar.gz`,
    md5: "03b5dce01913d631647c71ecec9e9cb8",
  },
  knownAs: ["cifar-100-binary", "cifar-100-python", "cifar-100-binary.tar.gz", "cifar-100-python.tar.gz"],
};

const batches = [1, 2, 3, 4, 5].map((n) => `data_batch_${n}`);

export const cifarLayouts: readonly CifarLayout[] = [
  {
    set: cifar10Set,
    format: "binary",
    train: batches.map((name) => `${name}.bin`),
    test: ["test_batch.bin"],
  },
  { set: cifar10Set, format: "python", train: batches, test: ["test_batch"] },
  { set: cifar100Set, format: "binary", train: ["train.bin"], test: ["test.bin"] },
  { set: cifar100Set, format: "python", train: ["train"], test: ["test"] },
];
