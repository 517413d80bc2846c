/** Folders that could be classes, splits, copies or masks at any depth: what is read of them, and what is refused. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { layoutOf } from "../../src/data/folder_layout.ts";
import type { Folder } from "../../src/data/folder_tree.ts";
import { assertDataError } from "./files.ts";
import { list, type Refused, testRefused, type Tree, withTree } from "./folder_trees.ts";

/** Trees that are read as two classes of 12 images, and words of the notes. */
const read: readonly (readonly [string, Tree, ...string[]])[] = [
  [
    "test and val beside classes",
    { cat: 12, dog: 12, test: 3, val: 2 },
    "folder test was left out (3 images)",
    "folder val was left out (2 images)",
  ],
  [
    "splits of one name beside classes",
    { cat: 12, dog: 12, pets_test: 3, pets_val: 2 },
    "folder pets_test was left out (3 images)",
    "folder pets_val was left out (2 images)",
  ],
  [
    "a copy in the training split",
    { "train/cat": 12, "train/dog": 12, "train/pets/cat": 12, "train/pets/dog": 12 },
    "folder pets was left out (24 images): it holds cat, dog once more",
  ],
  [
    "a copy in other letters",
    { cat: 12, dog: 12, "pets/Cat": 12, "pets/Dog": 12 },
    "folder pets was left out (24 images): it holds Cat, Dog once more",
  ],
  [
    "folders without images at any depth",
    { "train/cat": 12, "train/dog": 12, "train/dog/small/a.txt": 1, "old/x/a.txt": 1 },
    "without images were left out: old, train/dog/small",
  ],
  [
    "folders without images beside a wrap",
    { "w/train/train/cat": 12, "w/train/train/dog": 12, "w/train/e/a.txt": 1, "e/a.txt": 1 },
    "without images were left out: e, w/train/e",
  ],
];
for (const [name, tree, ...parts] of read) {
  Deno.test(`doubts: ${name} are named`, () =>
    withTree(tree, async (root) => {
      const { classes, train, test, notes } = await list(root);
      assertEquals([classes, train, test], [["cat", "dog"], [10, 10], [2, 2]]);
      for (const part of parts) assertStringIncludes(notes, part);
    }));
}

Deno.test("doubts: numbered parts in numbered classes of a training split are no copies", () => {
  const tree = Object.fromEntries(
    [..."0123"].flatMap((name) => [[`train/${name}/0`, 3], [`train/${name}/1`, 3]]),
  );
  return withTree(tree, async (root) => {
    assertEquals((await list(root)).classes, ["0", "1", "2", "3"]);
  });
});

const refused: readonly Refused[] = [
  [
    "a training split in a class",
    { "img/train/a": 2, "img/train/b": 2, thumbs: 3 },
    "img was to be a class",
    "give",
    "/img for those",
  ],
  [
    "a training split further down in a class",
    { "img/v1/train/a": 2, "img/v1/train/b": 2, "img/z": 1, thumbs: 3 },
    "give",
    "/img/v1 for those",
  ],
  [
    "divided classes in a class",
    { "img/a/train": 2, "img/a/test": 2, "img/b/train": 2, "img/b/test": 2, thumbs: 3 },
    "img was to be a class and holds splits (test, train in",
    "CLASS/train",
  ],
  [
    "splits further down in each class",
    { "cat/x/train": 4, "cat/x/test": 2, "dog/y/train": 4, "dog/y/test": 2 },
    "cat was to be a class and holds splits",
  ],
  [
    "splits in a class of the training split",
    { "train/cat/train": 4, "train/cat/test": 2, "train/dog": 4 },
    "train was to hold classes and holds splits",
  ],
  [
    "data sets wrapped in their splits",
    {
      "x/train/w/R": 2,
      "x/train/w/O": 2,
      "x/test/w/R": 2,
      "y/train/w/R": 2,
      "y/train/w/O": 2,
      "y/test/w/R": 2,
    },
    "x, y",
    "cannot be told",
  ],
  ["classes of test images alone", { "cat/test": 12, "dog/test": 12 }, "cat holds no folder of training"],
  [
    "masks divided as their images",
    { "images/train": 4, "images/test": 2, "masks/train": 4, "masks/test": 2 },
    "masks by its name",
  ],
  [
    "masks in the training split",
    { "train/images": 4, "train/masks": 4, "test/images": 2, "test/masks": 2 },
    "masks by its name",
  ],
  [
    "masks in each class of the training split",
    { "train/a/images": 4, "train/a/masks": 4, "train/b/images": 2, "train/b/masks": 1 },
    "masks by its name",
  ],
  [
    "folds that are divided",
    { "fold1/train": 4, "fold1/test": 2, "fold2/train": 4, "fold2/test": 2 },
    "parts of something",
  ],
  ["folds in the training split", { "train/fold1": 4, "train/fold2": 4 }, "parts of something"],
  [
    "one class once more in another",
    { cat: 4, dog: 4, "pets/cat": 4, "pets/x": 4 },
    "pets holds cat, and so does",
    "cannot be told",
  ],
  [
    "numbered parts in numbered classes",
    { "0/0": 2, "0/1": 2, "1/0": 2, "1/1": 2, "2/0": 2, "2/1": 2, "3/0": 2, "3/1": 2 },
    "0, 1, 2, 3",
    "cannot be told",
  ],
  ["validation and test beside classes", { bus: 3, car: 3, valid: 3, test: 3 }, "cannot be told"],
];
testRefused("doubts", refused);

/** A folder of one image, or of other folders. */
const folder = (path: string, entries: readonly (string | Folder)[] = [`${path}/0.png`]): Folder => ({
  name: path.slice(path.lastIndexOf("/") + 1),
  path,
  entries,
  others: [],
  passedOver: [],
});

Deno.test("doubts: twenty thousand folders are as soon decided", () => {
  const all = Array.from({ length: 20_000 }, (_, i) => i);
  const split = (name: string, spelled: string) =>
    folder(`/d/${name}`, all.map((i) => folder(`/d/${name}/${spelled}${i}`)));
  const { train, test } = layoutOf(folder("/d", [split("train", "cat"), split("test", "Cat")]));
  assertEquals([train.size, test!.size], [20_000, 20_000]);
  const pairs = all.map((i) => folder(`/d/x${i >> 1} ${i % 2 ? "train" : "test"}`));
  assertDataError(() => layoutOf(folder("/d", pairs)), "both name the training split");
});
