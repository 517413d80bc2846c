/** Splits, classes and what lies beside them, in folders as people have them. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { splitsAmong } from "../../src/data/split_names.ts";
import { assertDataRejects } from "./files.ts";
import { list, type Refused, testRefused, withTree, write } from "./folder_trees.ts";

Deno.test("splits: usual spellings, in any case, with words that say nothing", () => {
  const known = {
    train: [
      "train",
      "Training",
      "TRAIN",
      "train_set",
      "trainset",
      "TrainImages",
      "training-data",
      "train2017",
      "train_32x32",
      "training set",
      "trainval",
      "train_val",
      "imagenet_train",
      "1_train",
    ],
    validation: [
      "val",
      "Valid",
      "VALIDATION",
      "dev",
      "valSet",
      "val-images",
      "eval",
      "val2017",
      "imagenet_val",
    ],
    test: [
      "test",
      "Testing",
      "TEST",
      "test_set",
      "testset",
      "TestImages",
      "testing-data",
      "hold_out".replace("_", ""),
      "test_32x32",
      "imagenet_test",
    ],
  };
  for (const [split, names] of Object.entries(known)) {
    for (const name of names) {
      const found = splitsAmong([name, "imagenet_train", "imagenet_test", "imagenet_val"]);
      assertEquals([name, found.get(name)], [name, split]);
    }
  }
});

Deno.test("splits: names of classes are none", () => {
  const names = [
    "trains",
    "testis",
    "contest",
    "trainer",
    "test tube",
    "train station",
    "value",
    "valley",
    "device",
  ];
  assertEquals([...splitsAmong([...names, "cat", "0", "1", "images"])], []);
});

const pairs = [
  ["Training", "Testing"],
  ["train", "testing"],
  ["TRAIN", "TEST"],
  ["training_set", "test_set"],
  ["seg_train", "seg_test"],
  ["train", "val"],
  ["Train", "Validation"],
  ["trainset", "dev"],
];

for (const [train, test] of pairs) {
  Deno.test(`splits: ${train}/CLASS and ${test}/CLASS`, () =>
    withTree(
      { [`${train}/cat`]: 5, [`${train}/dog`]: 4, [`${test}/cat`]: 2, [`${test}/dog`]: 1 },
      async (root) => {
        assertEquals(await list(root), { classes: ["cat", "dog"], train: [5, 4], test: [2, 1], notes: "" });
      },
    ));

  Deno.test(`splits: CLASS/${train} and CLASS/${test}`, () =>
    withTree(
      { [`cat/${train}`]: 5, [`dog/${train}`]: 4, [`cat/${test}`]: 2, [`dog/${test}`]: 1 },
      async (root) => {
        assertEquals(await list(root), { classes: ["cat", "dog"], train: [5, 4], test: [2, 1], notes: "" });
      },
    ));

  Deno.test(`splits: ${train}/ and ${test}/ without class folders`, () =>
    withTree(
      { [`${train}/cat.0.png`]: 1, [`${train}/dog.0.png`]: 1, [`${test}/0.png`]: 1 },
      (root) =>
        assertDataRejects(() => list(root), `${train} holds 2 images but no class folders`, "cat, dog"),
    ));
}

Deno.test("splits: an archive's own folder around them, and in each of them", () =>
  withTree(
    { "a/b/train/train/cat": 3, "a/b/train/train/dog": 3, "a/b/test/test/cat": 1, "a/readme.txt": 1 },
    async (root) => {
      const { classes, train, test, notes } = await list(root);
      assertEquals([classes, train, test], [["cat", "dog"], [3, 3], [1, 0]]);
      assertStringIncludes(notes, "found in");
    },
  ));

Deno.test("splits: what is not used is named with its images", () =>
  withTree(
    {
      "train/cat": 3,
      "train/dog": 3,
      "val/cat": 2,
      "val/dog": 2,
      "test/cat": 1,
      "test/dog": 1,
      "extra/cat": 7,
      "docs/a.txt": 1,
      "labels.csv": 1,
      "train/stray.png": 1,
      "train/more/x.webp": 1,
    },
    async (root) => {
      const { classes, test, notes } = await list(root);
      assertEquals([classes, test], [["cat", "dog"], [1, 1]]);
      for (
        const part of [
          "folder val was left out (4 images): test is the test split",
          "folder extra was left out (7 images)",
          "without images were left out: docs",
          "more",
          "1 image beside the class folders",
          "1 CSV",
          "1 WebP",
          "a.txt",
        ]
      ) assertStringIncludes(notes, part);
    },
  ));

Deno.test("splits: a test split without labels is named; validation stands in, else a sixth", async () => {
  const train = { "train/cat": 12, "train/dog": 12 };
  for (const flat of ["test", "test/images", "test/test", "test/unknown"]) {
    await withTree({ ...train, [flat]: 5 }, async (root) => {
      const { test, notes } = await list(root);
      assertEquals(test, [2, 2]);
      assertStringIncludes(notes, "folder test was left out (5 images): it has no class folders");
    });
    await withTree({ ...train, [flat]: 5, "val/cat": 1, "val/dog": 3 }, async (root) => {
      assertEquals((await list(root)).test, [1, 3]);
    });
  }
});

Deno.test("splits: a class called like one, beside others", async () => {
  for (const name of ["train", "valid", "dev"]) {
    await withTree({ bus: 6, car: 6, [name]: 6 }, async (root) => {
      const { classes, notes } = await list(root);
      assertEquals(classes, ["bus", "car", name].sort());
      assertStringIncludes(notes, `folder ${name} was taken for a class`);
    });
  }
});

const refused: readonly Refused[] = [
  [
    "folds",
    { "fold1/cat": 2, "fold1/dog": 2, "fold2/cat": 2, "fold2/dog": 2 },
    "fold1, fold2",
    "train",
    "test",
  ],
  ["split1 and split2", { "split_1/cat": 2, "split_2/cat": 2 }, "split_1, split_2"],
  [
    "no training split",
    { "test/cat": 2, "val/cat": 2, "new/cat": 1 },
    "no folder of training images",
    "beside new",
  ],
  [
    "two training splits",
    { "train/cat": 2, "train/dog": 2, "Training/cat": 2 },
    "Training and train",
    "both name",
  ],
  [
    "two test splits",
    { "train/cat": 2, "train/dog": 2, "test/cat": 2, "testing/cat": 1 },
    "test and testing",
  ],
  [
    "splits in another language",
    { "Lernen/cat": 2, "Lernen/dog": 2, "Prüfen/cat": 1, "Prüfen/dog": 1 },
    "Lernen, Prüfen",
    "cat, dog",
    "cannot be told",
  ],
  ["splits without classes beside classes", { train: 3, test: 3, cat: 3 }, "cannot be told"],
  ["some classes divided", { "cat/train": 2, "cat/test": 2, dog: 2 }, "dog holds images that are in none"],
  [
    "a class without training images",
    { "cat/train": 2, "cat/test": 2, "dog/test": 2 },
    "/dog holds no folder of training",
  ],
  ["no images that are read", { "a/0.webp": 1, "b/0.webp": 1, "b/1.bmp": 1 }, "2 WebP", "1 BMP", "not read"],
  ["images without folders", { "0.png": 1, "1.png": 1 }, "holds 2 images without a class folder"],
];
testRefused("splits", refused);

Deno.test("folders: one inner folder in each class, or several of no common names, are parts of the class", () =>
  withTree({ "cat/images": 6, "dog/images": 6, "dog/more": 6, "owl/2020": 6 }, async (root) => {
    const { classes, train, test } = await list(root);
    assertEquals([classes, train, test], [["cat", "dog", "owl"], [5, 10, 5], [1, 2, 1]]);
  }));

Deno.test("folders: links to folders are followed, those that lead back are named", () =>
  withTree({ cat: 2, dog: 2 }, async (root) => {
    write(`${root}/../elsewhere`, { "more/deep": 10 });
    Deno.symlinkSync(Deno.realPathSync(`${root}/../elsewhere`), `${root}/cat/link`);
    Deno.symlinkSync(Deno.realPathSync(root), `${root}/dog/back`);
    const { train, test, notes } = await list(root);
    assertEquals(train.map((count, i) => count + test[i]!), [12, 2]);
    assertStringIncludes(notes, "dog/back");
  }));

Deno.test("folders: what a system keeps for itself is no class", () =>
  withTree({
    cat: 6,
    dog: 6,
    "@eaDir/cat": 3,
    "cat/@eaDir/0.png": 1,
    "__MACOSX/cat": 2,
    "lost+found": 1,
    "$RECYCLE.BIN/x": 1,
    "System Volume Information/x": 1,
    "cat/Thumbs.db": 1,
    ".ipynb_checkpoints": 2,
  }, async (root) => {
    const { classes, train, test, notes } = await list(root);
    assertEquals([classes, train, test], [["cat", "dog"], [5, 5], [1, 1]]);
    assertStringIncludes(notes, "@eaDir");
  }));

Deno.test("folders: a name in composed and in decomposed form is one class", () =>
  withTree({
    "train/café": 3,
    "train/thé": 3,
    ["test/café".normalize("NFD")]: 1,
    ["test/thé".normalize("NFD")]: 2,
  }, async (root) => {
    assertEquals(await list(root), {
      classes: ["café", "thé"].map((name) => name.normalize("NFC")),
      train: [3, 3],
      test: [1, 2],
      notes: "",
    });
  }));
