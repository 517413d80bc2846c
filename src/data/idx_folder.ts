/** Any folder with standard IDX files: MNIST, Fashion-MNIST, KMNIST, EMNIST and the like. */
import { dataError } from "../errors.ts";
import { basename, join } from "../io/paths.ts";
import { fold, keyFromSeed, permutation } from "../random.ts";
import { type Dataset, type Images, makeDataset, type PathFormat } from "./dataset.ts";
import { readIdx } from "./idx.ts";
import { entriesIn, kindOf, nameOf, namesIn } from "./read.ts";
import { select } from "./splits.ts";

/** "train-images-idx3-ubyte.gz", "t10k-labels.idx1-ubyte", "emnist-digits-test-images-idx3-ubyte". */
const pattern = /^(?:.+[-_])?(train|t10k|test)[-_](images|labels)[-._]idx[13][-_]ubyte(\.gz)?$/i;

interface Found {
  readonly split: "train" | "test";
  readonly kind: "images" | "labels";
  readonly zipped: boolean;
  readonly name: string;
}

function findIdx(folder: string): Found[] {
  return entriesIn(folder).flatMap(({ name }) => {
    const match = pattern.exec(name);
    const file = match === null ? undefined : fileNamed(folder, name);
    if (match === null || file === undefined) return [];
    const [, split, kind, zipped] = match;
    return [{
      split: split!.toLowerCase() === "train" ? "train" : "test",
      kind: kind!.toLowerCase() as Found["kind"],
      zipped: zipped !== undefined,
      name: file,
    }];
  });
}

/** The file of that name; some unpackers put it into a folder of the same name. */
function fileNamed(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (kindOf(path) !== "folder") return name;
  const inner = namesIn(path).find((inner) => pattern.test(inner) && kindOf(join(path, inner)) === "file");
  return inner === undefined ? undefined : join(name, inner);
}

export const idxFolder: PathFormat = {
  expects: "IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-…, plain or .gz)",
  recognises: (path) => kindOf(path) === "folder" && findIdx(path).length > 0,
  claims: (path) => pattern.test(basename(path)),
  open: (path) => Promise.resolve(openIdxFolder(path)),
};

/**
 * One of the four files of a folder. Where it lies both plain and gzipped the plain one is taken. Throws a data
 * error naming what is missing, or ambiguous.
 */
export function idxFile(folder: string, split: Found["split"], kind: Found["kind"]): string {
  const candidates = findIdx(folder).filter((f) => f.split === split && f.kind === kind);
  const plain = candidates.filter((f) => !f.zipped);
  const [chosen, another] = outermost(plain.length > 0 ? plain : candidates);
  if (chosen === undefined) {
    const usual = `${split === "train" ? "train" : "t10k"}-${kind}-idx${kind === "images" ? 3 : 1}-ubyte`;
    throw dataError(`${folder} lacks the ${kind} of the ${split} split; expected ${usual} or ${usual}.gz.`);
  }
  if (another !== undefined) {
    throw dataError(
      `${folder} holds more than one data set (${chosen.name}, ${another.name}); leave one per folder.`,
    );
  }
  return join(folder, chosen.name);
}

/** A file stands for what lies in a folder beside it. */
const outermost = (found: readonly Found[]): readonly Found[] => {
  const files = found.filter(({ name }) => name === basename(name));
  return files.length > 0 ? files : found;
};

/** Both splits of a folder. Throws a data error that names the file at fault. */
export function readIdxFolder(folder: string, name: string): { train: Images; test: Images } {
  const read = (split: Found["split"]): Images => {
    const [imagesFile, labelsFile] = [idxFile(folder, split, "images"), idxFile(folder, split, "labels")];
    const images = readIdx(imagesFile, 3);
    const labels = readIdx(labelsFile, 1);
    const [count, height, width] = images.shape as [number, number, number];
    if (labels.data.length !== count) {
      throw dataError(`${imagesFile} holds ${count} images and ${labelsFile} ${labels.data.length} labels.`);
    }
    return {
      name: `${name} ${split}`,
      pixels: images.data,
      labels: labels.data,
      count,
      channels: 1,
      height,
      width,
    };
  };
  return { train: read("train"), test: read("test") };
}

/** Nothing says how many classes there are, but a label far beyond the others is a damaged file, not a class. */
function checkLabels({ name, labels }: Images, seen: ReadonlySet<number>, classes: number): void {
  if (classes - seen.size <= seen.size) return;
  const largest = classes - 1;
  throw dataError(
    `Label ${largest} of image ${
      labels.indexOf(largest)
    } in ${name} is out of range: only ${seen.size} of the ` +
      `labels 0 to ${largest} occur.`,
  );
}

function openIdxFolder(folder: string): Dataset {
  const { train, test } = readIdxFolder(folder, folder);
  const seen = new Set(train.labels);
  const classes = Array.from({ length: Math.max(...seen) + 1 }, (_, label) => String(label));
  const empty = classes.filter((_, label) => !seen.has(label));
  if (seen.size === 1) throw dataError(`All training images in ${folder} have the label ${[...seen][0]}.`);
  checkLabels(train, seen, classes.length);
  const changes = [...train.labels].filter((label, i, all) => i > 0 && label !== all[i - 1]).length;
  const sorted = changes === seen.size - 1 && train.count > seen.size;
  return makeDataset({
    name: nameOf(folder),
    description: `IDX files in ${folder}`,
    classes,
    // Where the order of the files is kept, the search splits by it: images sorted by class would leave each half
    // without some classes.
    train: sorted ? select(train, permutation(fold(keyFromSeed(0), "idx order"), train.count)) : train,
    test,
    augmentation: { pad: Math.round(Math.max(train.height, train.width) / 8), flip: false },
    notes: [
      ...(sorted ? ["The training images lie sorted by label; they are taken in another order."] : []),
      ...(empty.length > 0 ? [`No training image has the label ${empty.join(", ")}.`] : []),
    ],
  });
}
