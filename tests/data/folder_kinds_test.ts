/** Folders of images as archives, collections and shared disks have them. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { list, type Refused, testRefused, type Tree, withTree, write } from "./folder_trees.ts";

/** Trees that are read, with the classes, training and test images of each, and words of the notes. */
const read:
  readonly (readonly [string, Tree, readonly string[], readonly number[], readonly number[], ...string[]])[] =
    [
      [
        "a test folder beside classes has no labels",
        { cat: 12, dog: 12, test: 5 },
        ["cat", "dog"],
        [10, 10],
        [2, 2],
        "folder test was left out (5 images): it has no class folders",
      ],
      [
        "and so has val",
        { cat: 12, dog: 12, val: 5 },
        ["cat", "dog"],
        [10, 10],
        [2, 2],
        "folder val was left out",
      ],
      [
        "a class in a split may be called like one",
        { "train/a": 2, "train/b": 2, "train/valid": 2, "test/a": 1 },
        ["a", "b", "valid"],
        [2, 2, 2],
        [1, 0, 0],
        "valid was taken for a class",
      ],
      [
        "an archive's copy of the classes beside them",
        { yes: 12, no: 12, "brain/yes": 12, "brain/no": 12 },
        ["no", "yes"],
        [10, 10],
        [2, 2],
        "folder brain was left out (24 images): it holds no, yes once more",
      ],
      [
        "some splits without class folders",
        { "Train/0": 3, "Train/1": 3, Test: 4, Meta: 2 },
        ["0", "1"],
        [2, 2],
        [1, 1],
        "folder Test was left out (4 images)",
        "folder Meta was left out (2 images)",
      ],
      [
        "an archive's folder in a test split without labels",
        { "sign_train/sign_train/A": 6, "sign_train/sign_train/B": 6, "sign_test/sign_test": 2 },
        ["A", "B"],
        [5, 5],
        [1, 1],
        "folder sign_test was left out",
      ],
      [
        "training, validation, evaluation",
        { "training/a": 2, "training/b": 2, "validation/a": 1, "evaluation/b": 3 },
        ["a", "b"],
        [2, 2],
        [0, 3],
        "folder validation was left out",
      ],
      [
        "training and evaluation",
        { "training/a": 2, "training/b": 2, "evaluation/b": 3 },
        ["a", "b"],
        [2, 2],
        [0, 3],
      ],
      [
        "other spellings of a class",
        { "train/Cat": 2, "train/hot_dog": 2, "test/cat": 1, "test/hot dog": 2 },
        ["Cat", "hot_dog"],
        [2, 2],
        [1, 2],
        "folder cat for Cat was taken",
        "hot dog for hot_dog",
      ],
      [
        "a class more in a split that is not used",
        { "train/a": 2, "train/b": 2, "test/a": 1, "val/c": 1 },
        ["a", "b"],
        [2, 2],
        [1, 0],
        "folder val was left out",
      ],
      [
        "empty folders of a wrapped split",
        { "train/train/a": 2, "train/train/b": 2, "train/train/c/x.txt": 1, "test/a": 1 },
        ["a", "b"],
        [2, 2],
        [1, 0],
        "without images were left out: train/train/c",
      ],
      ["numbered classes", { grade_1: 6, grade_2: 6, "Level 0": 6 }, ["Level 0", "grade_1", "grade_2"], [
        5,
        5,
        5,
      ], [1, 1, 1]],
      ["sets by number", { set1: 6, set2: 6 }, ["set1", "set2"], [5, 5], [1, 1]],
      ["digits", { 0: 6, 1: 6, 10: 6 }, ["0", "1", "10"], [5, 5, 5], [1, 1, 1]],
    ];
for (const [name, tree, classes, train, test, ...parts] of read) {
  Deno.test(`folders: ${name}`, () =>
    withTree(tree, async (root) => {
      const found = await list(root);
      assertEquals([found.classes, found.train, found.test], [classes, train, test]);
      for (const part of parts) assertStringIncludes(found.notes, part);
    }));
}

const refused: readonly Refused[] = [
  [
    "images and masks, divided into splits of classes",
    {
      "images/train/a": 2,
      "images/train/b": 2,
      "images/test/a": 1,
      "masks/train/a": 2,
      "masks/train/b": 2,
      "masks/test/a": 1,
    },
    "images, masks",
    "cannot be told",
  ],
  ["two data sets beside one another", {
    "x/TRAIN/R": 2,
    "x/TRAIN/O": 2,
    "x/TEST/R": 1,
    "y/TRAIN/R": 2,
    "y/TRAIN/O": 2,
    "y/TEST/R": 1,
  }, "x, y"],
  [
    "splits further down beside other images",
    { "images/v1/TRAINING/a": 2, "images/v1/TRAINING/b": 2, "images/v1/Testing/a": 1, thumbs: 3 },
    "give",
    "images/v1",
  ],
  [
    "a training split beside annotations",
    { "images/train/a": 2, "images/train/b": 2, "annotations/x": 2 },
    "images",
  ],
  [
    "a class whose only split is another one",
    { "cat/train": 2, "dog/train": 2, "bird/test": 2 },
    "bird holds no folder",
  ],
  [
    "a lone split word beside classes with folders",
    { "bus/x": 2, "bus/y": 2, "car/x": 2, "car/z": 2, "train/x": 2, "train/w": 2 },
    "train",
    "cannot be told",
  ],
  ["splits within the training split", { "train/train/a": 2, "train/train/b": 2, "train/test/a": 2 }, "give"],
  [
    "collections of one set of classes",
    { "amazon/images/a": 2, "amazon/images/b": 2, "dslr/images/a": 2, "dslr/images/b": 2 },
    "amazon, dslr",
    "cannot be told",
  ],
  [
    "numbered parts of an archive",
    { HAM10000_images_part_1: 2, HAM10000_images_part_2: 2 },
    "parts of something",
  ],
  ["numbered batches", { batch1: 2, batch2: 2, batch3: 2 }, "parts of something"],
  ["numbered images", { images_001: 2, images_002: 2 }, "parts of something"],
  ["masks beside images", { images: 2, masks: 2 }, "masks by its name is what was drawn"],
  ["masks beside images in each class", {
    "sick/images": 2,
    "sick/masks": 2,
    "well/images": 2,
    "well/masks": 2,
  }, "masks by its name"],
  [
    "flat files in an archive's own folder",
    { "train/train/cat.0.png": 1, "train/train/dog.0.png": 1 },
    "no class folders",
    "cat, dog",
  ],
  [
    "boxes beside images",
    { "train/images": 3, "train/labels/0.txt": 1, "val/images": 1 },
    "no class folders",
  ],
  ["a class that training lacks", { "train/cat": 2, "train/dog": 2, "test/catt": 2 }, "did you mean cat?"],
];
testRefused("folders", refused);

Deno.test("folders: a link to what is read already, or to what lies above, is named and not followed", () =>
  withTree({ "data/a": 2, "data/b": 2, "outside/x": 2 }, async (folder) => {
    const root = `${folder}/data`;
    const links = {
      "up": folder,
      "a/b": `${root}/b`,
      "twin": `${root}/a`,
      "b/out": `${folder}/outside`,
      "a/out": `${folder}/outside/x`,
    };
    for (const [name, target] of Object.entries(links)) {
      Deno.symlinkSync(Deno.realPathSync(target), `${root}/${name}`);
    }
    const { classes, train, test, notes } = await list(root);
    assertEquals([classes, train.map((count, i) => count + test[i]!)], [["a", "b"], [4, 2]]);
    for (const name of ["up", "a/b", "twin", "b/out"]) assertStringIncludes(notes, `data/${name}`);
  }));

Deno.test("folders: many links to one another end", () =>
  withTree(Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`c${i}x`, 2])), async (root) => {
    for (let i = 0; i < 9; i++) {
      for (let j = 0; j < 9; j++) {
        if (i !== j) Deno.symlinkSync(Deno.realPathSync(`${root}/c${j}x`), `${root}/c${i}x/to${j}`);
      }
    }
    const { train, test } = await list(root);
    assertEquals(train.map((count, i) => count + test[i]!), Array(9).fill(2));
  }));

Deno.test("folders: names in another form keep the order", () =>
  withTree({ a: 0 }, async (root) => {
    for (const form of ["NFC", "NFD"] as const) {
      for (const name of ["a", "b"]) {
        write(
          `${root}/${form}`,
          Object.fromEntries(["é1", "f2", "e3", "z4", "ü5", "u6"].map((image) => [
            `${name}/${image.normalize(form)}.png`,
            1,
          ])),
        );
      }
    }
    const [composed, other] = [await list(`${root}/NFC`), await list(`${root}/NFD`)];
    assertEquals(other, composed);
  }));
