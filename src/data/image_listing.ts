/** Which image files a folder of class folders holds, and which split each belongs to. */
import { fold, type Key, keyFromSeed, permutation } from "../random.ts";
import { basename } from "../io/paths.ts";
import type { ByClass } from "./class_folders.ts";
import { layoutOf } from "./folder_layout.ts";
import { readFolder } from "./folder_tree.ts";

export interface ImageFile {
  readonly path: string;
  readonly label: number;
}

export interface ImageListing {
  /** Class names in alphabetical order. */
  readonly classes: readonly string[];
  readonly train: readonly ImageFile[];
  readonly test: readonly ImageFile[];
  readonly notes: readonly string[];
}

/** Every use of chance in a listing: a folder is split and ordered alike on every machine and in every run. */
const key: Key = fold(keyFromSeed(0), "image folder");

/**
 * Lists a folder (see `layoutOf`). Without a test split a sixth of each class is kept for it, drawn by a fixed key and by
 * the names of class and file: where images or classes are added, those that were trained on stay out of it, but for a
 * few at its boundary. Both splits are shuffled by a fixed key. Throws a data error for a folder without class folders or
 * images, with a single class, or whose classes and splits cannot be told apart; and the signal's reason.
 */
export async function listImages(root: string, signal?: AbortSignal): Promise<ImageListing> {
  const { train, test, notes } = layoutOf(await readFolder(root, { signal }));
  const classes = [...train.keys()];
  const files = (images: ByClass) =>
    classes.map((name, label) => (images.get(name) ?? []).map((path) => ({ path, label })));
  if (test === undefined) return { classes, ...split(classes, files(train)), notes: [...notes, splitNote] };
  return {
    classes,
    train: shuffle("train", files(train).flat()),
    test: shuffle("test", files(test).flat()),
    notes,
  };
}

const splitNote = "One sixth of each class was set aside as the test split.";

/** One sixth of each class, one image at least where there are two, to the test. */
function split(
  classes: readonly string[],
  byClass: readonly (readonly ImageFile[])[],
): { train: ImageFile[]; test: ImageFile[] } {
  const train: ImageFile[] = [];
  const test: ImageFile[] = [];
  byClass.forEach((files, label) => {
    const own = fold(fold(key, "split"), classes[label]!);
    const order = files.map((file) => ({ file, at: fold(own, basename(file.path)) }))
      .sort((a, b) => a.at[0] - b.at[0] || a.at[1] - b.at[1]);
    const held = files.length < 2 ? 0 : Math.max(1, Math.round(files.length / 6));
    order.forEach(({ file }, i) => (i < held ? test : train).push(file));
  });
  return { train: shuffle("train", train), test: shuffle("test", test) };
}

function shuffle(name: string, files: readonly ImageFile[]): ImageFile[] {
  return Array.from(permutation(fold(fold(key, "order"), name), files.length), (index) => files[index]!);
}
