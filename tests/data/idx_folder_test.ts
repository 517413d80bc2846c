import { assertEquals, assertNotEquals, assertStringIncludes } from "deno-std/assert";
import { openDataset } from "../../src/data/mod.ts";
import { assertDataRejects, idxBytes, inFolder, offline, writeIdxFolder } from "./files.ts";

Deno.test("idx folder: sizes and classes come from the files", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [2, 0, 1, 2], [1, 0]);
    const data = await openDataset(folder, offline(folder));
    assertEquals(data.classes, ["0", "1", "2"]);
    assertEquals([data.channels, data.height, data.width], [1, 4, 4]);
    assertEquals([...data.train.labels], [2, 0, 1, 2]);
    assertEquals([...data.test.labels], [1, 0]);
    assertEquals(data.train.pixels[17], 17);
    assertEquals(data.notes, []);
  }));

Deno.test("idx folder: images sorted by label are shuffled, alike every time, and pixels stay with labels", () =>
  inFolder(async (folder) => {
    const sorted = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];
    writeIdxFolder(folder, sorted, [1, 0]);
    const { train, notes } = await openDataset(folder, offline(folder));
    assertNotEquals([...train.labels], sorted);
    train.labels.forEach((label, n) => assertEquals(train.pixels[n * 16]! >= 128, label === 1));
    assertEquals(notes, ["The training images lie sorted by label; they are taken in another order."]);
    assertEquals((await openDataset(folder, offline(folder))).train, train);
  }));

Deno.test("idx folder: labels that fall, and blocks in any order, are sorted too", () =>
  inFolder(async (folder) => {
    for (const labels of [[2, 2, 1, 1, 0, 0], [1, 1, 2, 2, 0, 0]]) {
      writeIdxFolder(folder, labels, [1, 0, 2]);
      const { notes } = await openDataset(folder, offline(folder));
      assertEquals(notes, ["The training images lie sorted by label; they are taken in another order."]);
    }
    writeIdxFolder(folder, [2, 1, 1, 2, 0, 0], [1, 0, 2]);
    assertEquals((await openDataset(folder, offline(folder))).notes, []);
  }));

Deno.test("idx folder: a label that no training image has is noted", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [3, 1, 2], [1]);
    assertEquals((await openDataset(folder, offline(folder))).notes, ["No training image has the label 0."]);
  }));

Deno.test("idx folder: --size resizes both splits", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    const data = await openDataset(folder, { ...offline(folder), size: 8 });
    assertEquals([data.height, data.train.width, data.test.height, data.test.pixels.length], [8, 8, 8, 64]);
  }));

Deno.test("idx folder: a missing file is named", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    Deno.removeSync(`${folder}/t10k-images-idx3-ubyte`);
    await assertDataRejects(() => openDataset(folder, offline(folder)), "lacks the images of the test split");
  }));

Deno.test("idx folder: two data sets in one folder", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    Deno.writeFileSync(`${folder}/emnist-train-images-idx3-ubyte`, new Uint8Array());
    await assertDataRejects(() => openDataset(folder, offline(folder)), "more than one data set");
  }));

Deno.test("idx folder: fewer labels than images", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    Deno.writeFileSync(`${folder}/train-labels-idx1-ubyte`, idxBytes([1], [1]));
    await assertDataRejects(() => openDataset(folder, offline(folder)), "2 images and", "1 labels");
  }));

Deno.test("idx folder: a test label out of range is named with its image", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0, 2], [1, 2, 3]);
    await assertDataRejects(
      () => openDataset(folder, offline(folder)),
      "Label 3 of image 2",
      "test",
      "out of range",
    );
  }));

Deno.test("idx folder: one class", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [4, 4], [4]);
    await assertDataRejects(() => openDataset(folder, offline(folder)), "label 4");
  }));

Deno.test("idx folder: splits of unlike sizes", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    Deno.writeFileSync(`${folder}/t10k-images-idx3-ubyte`, idxBytes([1, 4, 5], new Uint8Array(20)));
    await assertDataRejects(() => openDataset(folder, offline(folder)), "1×4×4", "1×4×5");
  }));

Deno.test("idx folder: a training label far beyond the others is damage, not a class", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [0, 1, 2, 200], [1]);
    await assertDataRejects(
      () => openDataset(folder, offline(folder)),
      "Label 200 of image 3",
      "out of range",
    );
  }));

Deno.test("idx folder: folders of the files' names beside them, and files in such folders", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [2, 0, 1, 2], [1, 0]);
    const files = [...Deno.readDirSync(folder)].map(({ name }) => name);
    const first = await openDataset(folder, offline(folder));
    for (const name of files) {
      const other = name.startsWith("t10k") ? name.replace("-idx", ".idx") : `copy-${name}`;
      Deno.mkdirSync(`${folder}/${other.replace(".gz", "")}`, { recursive: true });
    }
    assertEquals((await openDataset(folder, offline(folder))).train, first.train);
    for (const name of files) {
      Deno.renameSync(`${folder}/${name}`, `${folder}/moving`);
      Deno.mkdirSync(`${folder}/${name}`, { recursive: true });
      Deno.renameSync(`${folder}/moving`, `${folder}/${name}/${name}`);
    }
    assertEquals((await openDataset(folder, offline(folder))).train, first.train);
  }));

Deno.test("idx folder: what lies beside the files is named", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    Deno.mkdirSync(`${folder}/photos`);
    const { notes } = await openDataset(folder, offline(`${folder}/photos`));
    assertStringIncludes(notes.join(), "were left out: photos");
  }));

Deno.test("idx folder: torchvision's folder around it is named", () =>
  inFolder(async (folder) => {
    Deno.mkdirSync(`${folder}/MNIST/raw`, { recursive: true });
    writeIdxFolder(`${folder}/MNIST/raw`, [1, 0], [1]);
    for (const path of [folder, `${folder}/MNIST`]) {
      await assertDataRejects(() => openDataset(path, offline(folder)), `give ${folder}/MNIST/raw`);
    }
  }));
