/** Whole folders: what lies in one may be a device, or an image made to do harm. */
import { assert, assertEquals } from "deno-std/assert";
import { readArchive } from "../../src/data/archive.ts";
import { readIdx } from "../../src/data/idx.ts";
import { openDataset } from "../../src/data/mod.ts";
import { readSafetensors } from "../../src/io/safetensors.ts";
import { inFolder, offline } from "../data/files.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { refuses } from "./fuzz.ts";

// A device without an end; Windows has none that can be opened by a path.
const endless = "/dev/zero";
if (Deno.build.os !== "windows") {
  for (
    const [format, read] of Object.entries({
      idx: () => readIdx(endless, 3),
      safetensors: () => readSafetensors(endless),
      tar: () => readArchive(endless, new Set(["a"])),
    })
  ) refuses(`${format}: a device instead of a file`, endless, read, "device");
}

Deno.test({
  name: "fuzz: image folder: what does harm is left out and named",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (folder) => {
      const files = twoClasses("", 8);
      const bomb = files["cats/000.png"]!.slice();
      new DataView(bomb.buffer).setUint32(16, 8000);
      new DataView(bomb.buffer).setUint32(20, 8000);
      writeTree(folder, { ...files, "cats/bomb.png": bomb, "dogs/empty.jpg": new Uint8Array() });
      Deno.symlinkSync(endless, `${folder}/dogs/endless.png`);
      const { train, test, notes } = await openDataset(folder, offline(folder));
      assertEquals(train.count + test.count, 16);
      const skipped = notes.find((note) => note.startsWith("Skipped 3 of 19"))!;
      for (const name of ["bomb.png", "empty.jpg", "endless.png"]) assert(skipped.includes(name), skipped);
    }),
});
