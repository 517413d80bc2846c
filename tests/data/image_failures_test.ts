/** Files of a folder that cannot be read: why, for how long, and what of the cache is taken then. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { openDataset } from "../../src/data/mod.ts";
import { concatBytes } from "../../src/io/bytes.ts";
import { inFolder, offline } from "./files.ts";
import { jpg, png, twoClasses, writeTree } from "./image_files.ts";
import { coloured, jfif, segment } from "./jpeg_files.ts";

/** What opening a folder says about skipped files, and whether images were decoded for it. */
async function opened(path: string, folder: string) {
  const lines: string[] = [];
  const { train, test, notes } = await openDataset(path, offline(folder, lines));
  const skipped = notes.find((note) => note.startsWith("Skipped"));
  return {
    count: train.count + test.count,
    skipped,
    decoded: lines.some((line) => /^decoded \d/.test(line)),
    lines,
  };
}

/** A folder of readable images and what else is wanted in it. */
const withImages = (
  files: Readonly<Record<string, Uint8Array>>,
  use: (path: string, folder: string) => Promise<void>,
) =>
  inFolder(async (folder) => {
    writeTree(`${folder}/images`, { ...twoClasses("", 12), ...files });
    await use(`${folder}/images`, folder);
  });

/** Writes a file and gives it this time of change. */
function writeAt(path: string, bytes: Uint8Array, time: Date): void {
  Deno.writeFileSync(path, bytes);
  Deno.utimeSync(path, time, time);
}

const good = png(8, 8, [7, 7, 7]);
const damaged = good.map((byte, i) => i > 20 ? byte ^ 0xff : byte);

Deno.test("image failures: a file that can be read again is taken in the next run, its size and time unchanged", () =>
  withImages({}, async (path, folder) => {
    const time = new Date(2020, 1, 1);
    writeAt(`${path}/cats/one.png`, damaged, time);
    writeAt(`${path}/dogs/two.png`, damaged, time);
    const first = await opened(path, folder);
    assertEquals(first.count, 24);
    assertStringIncludes(first.skipped!, "Skipped 2 of 26 images");
    writeAt(`${path}/cats/one.png`, good, time);
    const second = await opened(path, folder);
    assertEquals([second.count, second.decoded], [25, true]);
    assertStringIncludes(second.skipped!, "two.png");
    writeAt(`${path}/dogs/two.png`, good, time);
    assertEquals((await opened(path, folder)).skipped, undefined);
    assertEquals((await opened(path, folder)).decoded, false);
  }));

Deno.test("image failures: files that cannot be read decode nothing else again", () =>
  withImages({ "cats/one.png": damaged, "dogs/two.jpg": new Uint8Array() }, async (path, folder) => {
    const first = await opened(path, folder);
    const second = await opened(path, folder);
    assertEquals([first.decoded, second.decoded], [true, false]);
    assertEquals([second.count, second.skipped], [first.count, first.skipped]);
  }));

Deno.test("image failures: a link that leads somewhere again, and a file that may be read again", () =>
  withImages({ "dogs/locked.png": good }, async (path, folder) => {
    Deno.symlinkSync(`${folder}/disk/one.png`, `${path}/cats/one.png`);
    Deno.chmodSync(`${path}/dogs/locked.png`, 0);
    const first = await opened(path, folder);
    assertStringIncludes(first.skipped!, "one.png (there is no such file)");
    const locked = first.skipped!.includes("locked.png (permission is denied)");
    if (!locked) console.log("skipped: a file that may not be read (this user may read all)");
    Deno.mkdirSync(`${folder}/disk`);
    Deno.writeFileSync(`${folder}/disk/one.png`, good);
    assertEquals((await opened(path, folder)).count, locked ? 25 : 26);
    Deno.chmodSync(`${path}/dogs/locked.png`, 0o644);
    assertEquals((await opened(path, folder)).skipped, undefined);
  }));

Deno.test("image failures: what is no PNG or JPEG is named for what it is, whatever it is called", () => {
  const text = (characters: string) => Uint8Array.from(characters, (character) => character.charCodeAt(0));
  const files = {
    "cats/a.jpg": text("RIFF\x24\0\0\0WEBPVP8 "),
    "cats/b.png": text("<!DOCTYPE html><html>Not found"),
    "dogs/c.jpeg": text("\0\0\0\x1cftypavif\0\0\0\0"),
    "dogs/d.jpg": text("version https://git-lfs.github.com/spec/v1\n"),
    "dogs/e.jpg": jpg(8, 8, [1, 2, 3]).map((byte, i, file) =>
      file[i - 1] === 0xff && byte === 0xc0 ? 0xc9 : byte
    ),
  };
  return withImages(files, async (path, folder) => {
    const { skipped } = await opened(path, folder);
    assertStringIncludes(skipped!, "a.jpg (it is WebP, which is not read; convert it to PNG or JPEG)");
    for (
      const part of [
        "b.png (it is HTML",
        "again",
        "c.jpeg (it is AVIF",
        "d.jpg (it is a pointer of Git LFS",
        "git lfs pull",
      ]
    ) {
      assertStringIncludes(skipped!, part);
    }
    assertStringIncludes(skipped!, "e.jpg (it is arithmetically coded JPEG");
  });
});

Deno.test("image failures: images behind long headers, and with rare names, are none", () =>
  inFolder(async (folder) => {
    const profile = Array.from({ length: 4 }, () => segment(0xe2, new Uint8Array(60_000)));
    const files: Record<string, Uint8Array> = {};
    for (const ending of ["jfif", "jpe", "JFI", "jif", "pjpeg", "pjp"]) {
      files[`red/a.${ending}`] = coloured([220, 40, 30], [jfif, ...profile]);
      files[`blue/a.${ending}`] = coloured([20, 60, 220], [jfif, ...profile]);
    }
    writeTree(`${folder}/images`, files);
    const { train, test, classes, notes } = await openDataset(`${folder}/images`, offline(folder));
    assertEquals([train.count + test.count, train.height], [12, 16]);
    assert(notes.every((note) => !note.startsWith("Skipped")), notes.join(" "));
    train.labels.forEach((label, n) => assertEquals(train.pixels[n * 768]! > 128, classes[label] === "red"));
  }));

Deno.test("image failures: a file of a terabyte is not read", () =>
  withImages(
    { "cats/huge.png": concatBytes([good.subarray(0, 8), new Uint8Array(30)]) },
    async (path, folder) => {
      Deno.truncateSync(`${path}/cats/huge.png`, 2 ** 40);
      assertStringIncludes((await opened(path, folder)).skipped!, "huge.png (it has more than 512 MB)");
    },
  ));
