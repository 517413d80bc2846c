/** Which image files a folder of class folders holds, and which split each belongs to. */
import { dataError } from "../errors.ts";
import { join } from "../io/paths.ts";
import { fold, type Key, keyFromSeed, permutation } from "../random.ts";
import { entriesIn, kindOf, namesIn } from "./read.ts";

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

/** Names of a folder of test images, in the order they are looked for. */
const TEST_FOLDERS = ["test", "val", "valid", "validation"];

/** Every use of chance in a listing: a folder is split and ordered alike on every machine and in every run. */
const key: Key = fold(keyFromSeed(0), "image folder");

interface ClassFolders {
  readonly files: ReadonlyMap<string, readonly string[]>;
  /** Files that are neither PNG nor JPEG by name. */
  readonly ignored: number;
}

/**
 * Lists a folder. With `train/` (of class folders) that is the training split and `test/` or `val/` the test
 * split; else a sixth of each class, drawn by a fixed key, is kept for the test. Both splits are shuffled by a
 * fixed key, because the search halves its images by index order. Raises a data error for a folder without class
 * folders or images, with a single class, or with test classes unknown in training.
 */
export function listImages(root: string): ImageListing {
  const given = hasClassFolders(join(root, "train"));
  const trainRoot = given ? join(root, "train") : root;
  const testName = given ? TEST_FOLDERS.find((name) => kindOf(join(root, name)) === "folder") : undefined;
  const found = listClasses(trainRoot);
  const classes = [...found.files].filter(([, files]) => files.length > 0).map(([name]) => name);
  if (classes.length === 0) throw dataError(nothingFound(trainRoot));
  if (classes.length === 1) {
    throw dataError(
      `${trainRoot} holds images of one class, ${classes[0]}; training a classifier needs two or more.`,
    );
  }
  const empty = [...found.files.keys()].filter((name) => !classes.includes(name));
  const notes = [
    ...(empty.length > 0 ? [`Folders without images were left out: ${empty.join(", ")}.`] : []),
    ...(found.ignored > 0 ? [`Files that are not PNG or JPEG were left out: ${found.ignored}.`] : []),
  ];
  const files = (folders: ClassFolders) =>
    classes.map((name, label) => (folders.files.get(name) ?? []).map((path) => ({ path, label })));
  if (testName === undefined) return { classes, ...split(files(found)), notes: [...notes, SPLIT_NOTE] };
  const test = listTest(join(root, testName), classes);
  return {
    classes,
    train: shuffle("train", files(found).flat()),
    test: shuffle("test", files(test).flat()),
    notes,
  };
}

const SPLIT_NOTE = "One sixth of each class was set aside as the test split.";

function listTest(testRoot: string, classes: readonly string[]): ClassFolders {
  const test = listClasses(testRoot);
  const images = [...test.files].filter(([, files]) => files.length > 0);
  if (images.length === 0) throw dataError(nothingFound(testRoot));
  const unknown = images.find(([name]) => !classes.includes(name));
  if (unknown !== undefined) {
    throw dataError(`${testRoot} has the class ${unknown[0]}, which the training split lacks.`);
  }
  return test;
}

const nothingFound = (folder: string): string =>
  `${folder} holds no class folders with PNG or JPEG images; expected ${folder}/CLASS/IMAGE.png.`;

/** One sixth of each class, one image at least where there are two, to the test. */
function split(byClass: readonly (readonly ImageFile[])[]): { train: ImageFile[]; test: ImageFile[] } {
  const train: ImageFile[] = [];
  const test: ImageFile[] = [];
  byClass.forEach((files, label) => {
    const order = permutation(fold(fold(key, "split"), label), files.length);
    const held = files.length < 2 ? 0 : Math.max(1, Math.round(files.length / 6));
    order.forEach((index, i) => (i < held ? test : train).push(files[index]!));
  });
  return { train: shuffle("train", train), test: shuffle("test", test) };
}

function shuffle(name: string, files: readonly ImageFile[]): ImageFile[] {
  return Array.from(permutation(fold(fold(key, "order"), name), files.length), (index) => files[index]!);
}

function hasClassFolders(path: string): boolean {
  return kindOf(path) === "folder" && visible(path).some((name) => kindOf(join(path, name)) === "folder");
}

/** Names in a folder but for the hidden ones, among them the shadow files macOS leaves in archives. */
const visible = (path: string): string[] =>
  namesIn(path).filter((name) => !name.startsWith(".") && name !== "__MACOSX");

function listClasses(root: string): ClassFolders {
  const files = new Map<string, string[]>();
  let ignored = 0;
  for (const name of visible(root)) {
    if (kindOf(join(root, name)) !== "folder") continue;
    const images: string[] = [];
    ignored += listInto(join(root, name), images);
    files.set(name, images);
  }
  return { files, ignored };
}

/** Adds the images below a folder in order of their names and returns how many other files there are. */
function listInto(folder: string, images: string[]): number {
  let ignored = 0;
  for (const entry of entriesIn(folder)) {
    if (entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory) ignored += listInto(path, images);
    else if (/\.(png|jpe?g)$/i.test(entry.name)) images.push(path);
    else ignored++;
  }
  return ignored;
}
