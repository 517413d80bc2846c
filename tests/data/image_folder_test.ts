import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "deno-std/assert";
import { listImages } from "../../src/data/image_listing.ts";
import { openDataset } from "../../src/data/mod.ts";
import { assertDataRejects, inFolder, offline } from "./files.ts";
import { jpg, png, twoClasses, writeTree } from "./image_files.ts";

type Files = Record<string, Uint8Array>;

/** Writes the files and opens their folder. */
const withImages = (files: Files, use: (path: string, folder: string) => Promise<void>) =>
  inFolder(async (folder) => {
    writeTree(`${folder}/images`, files);
    await use(`${folder}/images`, folder);
  });

Deno.test("image folder: train/ and test/ as given, pixels belong to labels, order mixed", () =>
  withImages({ ...twoClasses("train/", 20), ...twoClasses("test/", 3) }, async (path, folder) => {
    const data = await openDataset(path, offline(folder));
    assertEquals(data.classes, ["cats", "dogs"]);
    assertEquals([data.channels, data.height, data.width], [3, 8, 8]);
    assertEquals([data.train.count, data.test.count], [40, 6]);
    for (const { labels, pixels } of [data.train, data.test]) {
      labels.forEach((label, n) => {
        assertEquals([...pixels.subarray(n * 192, n * 192 + 1)][0]! > 100, label === 0);
        assertEquals(pixels[n * 192 + 128]! > 100, label === 1);
      });
    }
    const firstHalf = [...data.train.labels.subarray(0, 20)].filter((label) => label === 1).length;
    assert(firstHalf > 4 && firstHalf < 16, `${firstHalf} dogs in the first half`);
    assertEquals(data.notes, []);
  }));

Deno.test("image folder: val/ stands in for test/", () =>
  withImages({ ...twoClasses("train/", 4), ...twoClasses("val/", 1) }, async (path, folder) => {
    assertEquals((await openDataset(path, offline(folder))).test.count, 2);
  }));

Deno.test("image folder: without test/ a sixth of each class is kept, the same every time", () =>
  withImages(twoClasses("", 12), async (path, folder) => {
    const data = await openDataset(path, offline(folder));
    assertEquals([data.train.count, data.test.count], [20, 4]);
    assertEquals([...data.test.labels].sort(), [0, 0, 1, 1]);
    assertStringIncludes(data.notes[0]!, "One sixth");
    const again = await openDataset(path, offline(`${folder}/other`));
    assertEquals(again.train, data.train);
  }));

Deno.test("image folder: images and classes that come later leave the test split as it is, but at its boundary", () =>
  inFolder((folder) => {
    const some = (names: readonly string[], from: number, to: number) =>
      names.flatMap((name) => Array.from({ length: to - from }, (_, i) => `${name}/${from + i}.png`));
    const listed = async (files: readonly string[]) => {
      writeTree(folder, Object.fromEntries(files.map((file) => [file, Uint8Array.of(1)])));
      const { train, test } = await listImages(folder);
      const names = (split: typeof train) => split.map(({ path }) => path.slice(folder.length + 1));
      return { train: new Set(names(train)), test: names(test) };
    };
    return (async () => {
      const before = await listed(some(["b", "c"], 0, 120));
      assertEquals(before.test.length, 40);
      const { test } = await listed([...some(["a"], 0, 120), ...some(["b", "c"], 120, 132)]);
      assertEquals(test.length, 64);
      // A class has four more test images: at most as many come from those that were trained on.
      const seen = test.filter((file) => before.train.has(file));
      assert(seen.length <= 4, `${seen}`);
    })();
  }));

Deno.test("image folder: the second run comes from the cache and is the same", () =>
  withImages(twoClasses("", 6), async (path, folder) => {
    const lines: string[] = [];
    const first = await openDataset(path, offline(folder, lines));
    assert(lines.some((line) => line.startsWith("decoded 10 of 10 images")), lines.join("\n"));
    lines.length = 0;
    assertEquals(await openDataset(path, offline(folder, lines)), first);
    assertEquals(lines.filter((line) => line.startsWith("decoded")).length, 1);
    assertStringIncludes(lines.at(-1)!, "decoded images from");
  }));

Deno.test("image folder: a changed file or another size is decoded anew", () =>
  withImages(twoClasses("", 6), async (path, folder) => {
    await openDataset(path, offline(folder));
    const cached = () => [...Deno.readDirSync(`${folder}/cache`)].length;
    assertEquals(cached(), 1);
    assertEquals((await openDataset(path, { ...offline(folder), size: 12 })).train.height, 12);
    assertEquals(cached(), 2);
    const area = { ...offline(folder), size: 12, resizing: "area" as const };
    assertEquals((await openDataset(path, area)).train.height, 12);
    assertEquals(cached(), 3);
    Deno.writeFileSync(`${path}/cats/000.png`, png(8, 8, [9, 9, 9]));
    await openDataset(path, offline(folder));
    assertEquals(cached(), 4);
  }));

Deno.test("image folder: a damaged cache is made again", () =>
  withImages(twoClasses("", 6), async (path, folder) => {
    const first = await openDataset(path, offline(folder));
    const [entry] = [...Deno.readDirSync(`${folder}/cache`)];
    Deno.truncateSync(`${folder}/cache/${entry!.name}`, 500);
    const lines: string[] = [];
    assertEquals(await openDataset(path, offline(folder, lines)), first);
    assert(lines.some((line) => line.includes("damaged")));
  }));

Deno.test("image folder: a cache that cannot be written is only reported", () =>
  withImages(twoClasses("", 6), async (path, folder) => {
    Deno.writeTextFileSync(`${folder}/cache`, "a file");
    const lines: string[] = [];
    await openDataset(path, offline(folder, lines));
    assert(lines.some((line) => line.includes("were not kept")));
  }));

Deno.test("image folder: damaged files are named, skipped and counted, also in the next run", () => {
  const photo = jpg(8, 8, [9, 200, 9]);
  const damaged = {
    "cats/cut.jpg": photo.subarray(0, photo.length - 30),
    "dogs/empty.png": new Uint8Array(),
    "dogs/text.jpeg": new TextEncoder().encode("not an image"),
  };
  return withImages({ ...twoClasses("", 6), ...damaged }, async (path, folder) => {
    Deno.symlinkSync(`${path}/nowhere`, `${path}/dogs/link.png`);
    for (let run = 0; run < 2; run++) {
      const data = await openDataset(path, offline(folder));
      assertEquals(data.train.count + data.test.count, 12);
      const note = data.notes.find((line) => line.startsWith("Skipped 4 of 16 images"))!;
      for (const name of [...Object.keys(damaged), "dogs/link.png"]) assertStringIncludes(note, name);
      data.train.labels.forEach((label, n) => assertEquals(data.train.pixels[n * 192]! > 100, label === 0));
    }
  });
});

Deno.test("image folder: with several tasks for the workers the right file is left out", () => {
  const files: Files = { "a/cut.png": new Uint8Array(5) };
  for (let i = 0; i < 20; i++) files[`${i % 2 ? "a" : "b"}/${i}.png`] = png(4, 4, [10 * i, 255, 0]);
  return withImages(files, async (path, folder) => {
    const { train, test } = await openDataset(path, { ...offline(folder), size: 300 }); // three images a task
    const plane = 300 * 300;
    const shades = [train, test].flatMap(({ pixels, count }) =>
      Array.from({ length: count }, (_, n) => pixels[n * 3 * plane]! + 1000 * pixels[(n * 3 + 1) * plane]!)
    );
    assertEquals(shades.sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => 255_000 + 10 * i));
  });
});

Deno.test("image folder: grey images have one channel, also when saved as colour", () => {
  const files: Files = {};
  for (let i = 0; i < 6; i++) {
    files[`a/${i}.png`] = png(8, 8, [90, 90, 90]);
    files[`b/${i}.jpg`] = jpg(8, 8, [30, 30, 30]);
  }
  return withImages(files, async (path, folder) => {
    const { channels, train, classes } = await openDataset(path, offline(folder));
    assertEquals(channels, 1);
    train.labels.forEach((label, n) =>
      assertAlmostEquals(train.pixels[n * 64]!, classes[label] === "a" ? 90 : 30, 1)
    );
  });
});

Deno.test("image folder: the size is the most common one, its shorter side to a multiple of four", () => {
  const files: Files = { "a/odd.png": png(100, 50, [1, 2, 3]) };
  for (let i = 0; i < 4; i++) files[`a/${i}.png`] = files[`b/${i}.png`] = png(21, 17, [i, 2, 3]);
  return withImages(files, async (path, folder) => {
    const data = await openDataset(path, offline(folder));
    assertEquals([data.height, data.width], [16, 16]);
    assertStringIncludes(data.notes.join(), "9 of 9 images were resized to 16×16");
  });
});

Deno.test("image folder: other files, empty and hidden folders are left out", () =>
  withImages({
    ...twoClasses("", 6),
    "cats/notes.txt": new Uint8Array(1),
    "cats/.hidden.png": new Uint8Array(1),
    "cats/more/deep.png": png(8, 8, [200, 0, 0]),
    "birds/readme.md": new Uint8Array(1),
    ".git/x/y.png": new Uint8Array(1),
    "readme.txt": new Uint8Array(1),
  }, async (path, folder) => {
    const data = await openDataset(path, offline(folder));
    assertEquals(data.classes, ["cats", "dogs"]);
    assertEquals(data.train.count + data.test.count, 13);
    assertStringIncludes(
      data.notes.join(" "),
      "left out: birds. Files that are not PNG or JPEG were left out: 3 (readme.txt, readme.md, notes.txt).",
    );
  }));

const rejects = (files: Files, ...includes: string[]) =>
  withImages(
    files,
    (path, folder) => assertDataRejects(() => openDataset(path, offline(folder)), ...includes),
  );

Deno.test("image folder: one class", () =>
  rejects({ "cats/a.png": png(8, 8, [1, 2, 3]), "cats/b.png": png(8, 8, [1, 2, 3]) }, "one class, cats"));
Deno.test("image folder: one class in train/", () =>
  rejects({ "train/cats/a.png": png(8, 8, [1, 2, 3]), ...twoClasses("test/", 1) }, "one class, cats"));
Deno.test("image folder: images without class folders", () =>
  rejects({ "a.png": png(8, 8, [1, 2, 3]) }, "no class folders with PNG or JPEG"));
Deno.test("image folder: class folders without images", () =>
  rejects(
    { "cats/a.txt": new Uint8Array(1), "dogs/a.txt": new Uint8Array(1) },
    "no class folders with PNG or JPEG",
  ));
Deno.test("image folder: nothing readable", () =>
  rejects(
    { "cats/a.png": new Uint8Array(3), "dogs/a.png": new Uint8Array(3) },
    "None of the 2 images",
    "a.png (it is neither PNG nor JPEG)",
  ));
Deno.test("image folder: nothing readable in all classes but one", () =>
  rejects(
    { "cats/a.png": png(8, 8, [1, 2, 3]), "dogs/a.png": new Uint8Array() },
    "of one class",
    "Skipped 1 of 2",
    "a.png (it is empty)",
  ));
Deno.test("image folder: nothing readable in the test split", () =>
  rejects(
    { ...twoClasses("train/", 2), "test/cats/a.png": new Uint8Array() },
    "no readable test image",
    "it is empty",
  ));
Deno.test("image folder: a test class that training lacks", () =>
  rejects({ ...twoClasses("train/", 2), "test/birds/a.png": png(8, 8, [1, 2, 3]) }, "the class birds"));
Deno.test("image folder: a test folder without images is named, and a sixth set aside", () =>
  withImages({ ...twoClasses("train/", 6), "test/readme": new Uint8Array(1) }, async (path, folder) => {
    const { notes, test } = await openDataset(path, offline(folder));
    assertStringIncludes(notes[0]!, "without images were left out: test");
    assertEquals(test.count, 2);
  }));
Deno.test("image folder: a size for which memory would not do", () =>
  withImages(
    twoClasses("", 6),
    (path, folder) =>
      assertDataRejects(
        () => openDataset(path, { ...offline(folder), size: 20_000 }),
        "give fewer, or smaller ones (‹size›)",
      ),
  ));

Deno.test("image folder: where a part is tested on, only that is decoded and has to be there", () =>
  withImages({
    ...twoClasses("train/", 3),
    ...twoClasses("test/", 2),
    "train/cats/broken.png": new Uint8Array(3),
  }, async (path, folder) => {
    const open = (tested: "test" | "train" | "all") => openDataset(path, { ...offline(folder), tested });
    const counts = async (tested: "test" | "train" | "all") => {
      const { train, test, notes } = await open(tested);
      return [train.count, test.count, notes.length];
    };
    // The broken one is only looked at where it is needed.
    assertEquals([await counts("test"), await counts("train"), await counts("all")], [[0, 4, 0], [6, 0, 1], [
      6,
      4,
      1,
    ]]);
    assertEquals((await open("test")).test.pixels, (await open("all")).test.pixels);
    assertEquals((await openDataset(path, offline(folder))).train.count, 6);
  }));

Deno.test("image folder: one image of each class is enough to be tested on", () =>
  withImages({ "a/0.png": png(8, 8, [1, 2, 3]), "b/0.png": png(8, 8, [1, 2, 3]) }, async (path, folder) => {
    const { train, test } = await openDataset(path, { ...offline(folder), tested: "all" });
    assertEquals(train.count + test.count, 2);
    await assertDataRejects(
      () => openDataset(path, { ...offline(folder), tested: "test" }),
      "has no image in the test split",
    );
  }));

Deno.test("image folder: an oblong size is decoded to as it is", () =>
  withImages(
    Object.fromEntries(
      ["a", "b"].flatMap((name) => [0, 1, 2].map((i) => [`${name}/${i}.png`, png(12, 8, [i, 2, 3])])),
    ),
    async (path, folder) => {
      const size = { height: 8, width: 12 };
      const { height, width, notes } = await openDataset(path, { ...offline(folder), size });
      assertEquals([height, width, notes.join().includes("resized")], [8, 12, false]);
      const other = await openDataset(path, { ...offline(folder), size: { height: 4, width: 6 } });
      assertEquals([other.height, other.width], [4, 6]);
      assertStringIncludes(other.notes.join(), "6 of 6 images were resized to 4×6.");
    },
  ));

Deno.test("image folder: digits and letters are not mirrored, and it says so", async () => {
  for (
    const [names, flip] of [[["0", "1"], false], [["A", "ß"], false], [["cat", "dog"], true], [
      ["1", "dog"],
      true,
    ]] as const
  ) {
    const files = Object.fromEntries(
      names.flatMap((name) => [0, 1].map((i) => [`${name}/${i}.png`, png(8, 8, [i, 2, 3])])),
    );
    await withImages(files, async (path, folder) => {
      const { augmentation, notes } = await openDataset(path, offline(folder));
      assertEquals([augmentation.flip, notes.join().includes("‹flip› on")], [flip, !flip]);
    });
  }
});

Deno.test("image folder: one image of each class leaves none for the test", () =>
  rejects({ "a/0.png": png(8, 8, [1, 2, 3]), "b/0.png": png(8, 8, [1, 2, 3]) }, "one image of each class"));
