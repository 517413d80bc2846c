/** What a run says of its images: in the log, beforehand, in its result, its report and beside its weights. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { openDataset } from "../../src/data/mod.ts";
import { readSafetensors } from "../../src/io/safetensors.ts";
import { load } from "../../pipelines/run/load.ts";
import { inFolder, offline, writeIdxFolder } from "../data/files.ts";
import { png, twoClasses, writeTree } from "../data/image_files.ts";
import { smallest } from "./smallest.ts";
import { task } from "./spawn.ts";

const once = [...smallest, "--epochs", "1", "--eval-epochs", "1"];

Deno.test("data in words: classes and their images, in all places", () =>
  inFolder(async (folder) => {
    const [data, out] = [`${folder}/pets`, `${folder}/run`];
    writeTree(data, {
      ...twoClasses("Training/", 6),
      ...twoClasses("Testing/", 2),
      "labels.csv": new Uint8Array(1),
    });
    const words = "2 classes of 12 + 4 images (training + test): cats, dogs, each 6 + 2";
    const asked = ["search", "--data", data, ...once] as const;

    const dry = await task(...asked, "--dry-run");
    assertEquals(dry.code, 0, dry.stderr);
    assertStringIncludes(dry.stdout, "pets: 2 classes, 12 training and 4 test images");
    for (const name of ["cats", "dogs"]) {
      assert(new RegExp(`${name} +6 training +2 test`).test(dry.stdout), dry.stdout);
    }

    const { code, stderr, stdout } = await task(...asked, "--out", out);
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, words);
    assertStringIncludes(stdout, "cats (6 + 2), dogs (6 + 2)");
    const result = JSON.parse(Deno.readTextFileSync(`${out}/result.json`));
    const classes = [{ name: "cats", train: 6, test: 2 }, { name: "dogs", train: 6, test: 2 }];
    assertEquals(result.classes, classes);
    assertStringIncludes(result.notes.join(), "1 CSV");
    const report = Deno.readTextFileSync(`${out}/report.html`);
    assertStringIncludes(report, "pets: 2 classes, 12 training and 4 test images.");
    assertStringIncludes(report, '<th scope="row">cats</th><td>6</td><td>2</td>');

    const { metadata } = readSafetensors(`${out}/weights.safetensors`);
    const opened = await openDataset(data, offline(folder));
    assertEquals(JSON.parse(metadata["class_names"]!), ["cats", "dogs"]);
    assertEquals(JSON.parse(metadata["mean"]!), opened.normalisation.mean);
    assertEquals(JSON.parse(metadata["std"]!), opened.normalisation.std);
    assertEquals([metadata["height"], metadata["width"], metadata["imageChannels"]], ["8", "8", "3"]);

    // A run's folder stands for its settings and for its genotype.
    const again = await task("search", "--config", out, "--dry-run");
    assertEquals([again.code, again.stdout], [0, dry.stdout], again.stderr);
    const { genotype: _, ...counts } = JSON.parse(
      (await task("inspect", "--genotype", out, "--json")).stdout,
    );
    const file = JSON.parse((await task("inspect", "--genotype", `${out}/genotype.json`, "--json")).stdout);
    assertEquals(counts.parameters, file.parameters);
  }));

Deno.test("data in words: what names hold is shown and not obeyed", () =>
  inFolder(async (folder) => {
    const names = ["\x1b[31mred", "two\nlines", "\u202eright"];
    writeTree(
      folder,
      Object.fromEntries(
        names.flatMap((name) => [0, 1, 2, 3].map((i) => [`${name}/${i}.png`, png(8, 8, [i, 0, 9])])),
      ),
    );
    const { code, stdout, stderr } = await task("search", "--data", folder, ...once, "--dry-run");
    assertEquals(code, 0, stderr);
    const forbidden = ["\x1b", "\u202e", "two\n"];
    for (const said of [stdout, stderr]) assert(!forbidden.some((part) => said.includes(part)), said);
    assertStringIncludes(stdout, "\\u001b[31mred");
  }));

const usual = {
  size: undefined,
  trainLimit: 0,
  testLimit: 0,
  resizing: "bilinear",
  imageOrder: "content",
  flip: undefined,
} as const;

Deno.test("load: mirror images by the data, and as the user says", () =>
  inFolder(async (folder) => {
    writeTree(`${folder}/photos`, twoClasses("", 6));
    Deno.mkdirSync(`${folder}/digits`);
    writeIdxFolder(`${folder}/digits`, [0, 1, 0, 1], [0, 1]);
    for (const [name, own] of [["photos", true], ["digits", false]] as const) {
      const flips = async (flip: "on" | "off" | undefined) =>
        (await load({ ...usual, data: `${folder}/${name}`, flip })).augmentation.flip;
      assertEquals([await flips(undefined), await flips("on"), await flips("off")], [own, true, false]);
    }
  }));

Deno.test("load: a limit takes some of each class, however the file is sorted, unless it is asked for as stored", () =>
  inFolder(async (folder) => {
    const blocks = Array.from({ length: 400 }, (_, i) => 3 - Math.floor(i / 100));
    writeIdxFolder(folder, blocks, blocks);
    const seen = async (imageOrder: "content" | "stored") =>
      new Set((await load({ ...usual, data: folder, testLimit: 40, imageOrder })).test.labels);
    assertEquals([(await seen("content")).size, (await seen("stored")).size], [4, 1]);
  }));
