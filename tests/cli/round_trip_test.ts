/**
 * From a search to a model in use: the exported network gives 200 images the same labels here, in onnxruntime and in
 * PyTorch, is measured on the images of the search as the run was, and goes on training.
 */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { encode } from "fast-png";
import { findPytorch } from "../../bench/contest/pytorch.ts";
import { openDataset } from "../../src/data/mod.ts";
import { inFolder } from "../data/files.ts";
import { writeTree } from "../data/image_files.ts";
import { isThere } from "./as_user.ts";
import { smallestNetworks } from "./smallest.ts";
import { task } from "./spawn.ts";

const { test: { pixels, width, height } } = await openDataset("fashion-mnist-small");
/** The first test images as files. */
const files = Object.fromEntries(
  Array.from({ length: 200 }, (_, n) => {
    const data = pixels.subarray(n * width * height, (n + 1) * width * height);
    return [`images/${String(n).padStart(3, "0")}.png`, encode({ width, height, channels: 1, data })];
  }),
);
const names = Object.keys(files);

async function done(name: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await task(name, ...args);
  assertEquals(code, 0, `${name}: ${stderr}`);
  return stdout;
}

interface Said {
  readonly predictions: readonly { readonly file: string; readonly label: string }[];
}
const labelsOf = (json: string) => (JSON.parse(json) as Said).predictions.map(({ label }) => label);

const python = await findPytorch();
const pillow = python !== undefined && await isThere(python, "-c", "import PIL");
if (!pillow) console.log("skipped: labels by PyTorch (there is no Python with torch and Pillow)");

Deno.test("round trip: searched, exported, and the same labels for 200 images wherever it runs", () =>
  inFolder(async (folder) => {
    writeTree(folder, files);
    const [run, out, tested] = [`${folder}/run`, `${folder}/exported`, `${folder}/tested`];
    const search = [...smallestNetworks, "--train-limit", "512", "--test-limit", "64", "--eval-batch", "8"];
    await done("search", "--preset", "tiny", ...search, "--epochs", "1", "--eval-epochs", "4", "--out", run);
    await done("export", run, "--out", out);

    const here = await done("predict", out, `${folder}/images`, "--json");
    const labels = labelsOf(here);
    assertEquals(labels.length, names.length);
    assert(new Set(labels).size > 1, "a network that tells nothing apart would prove nothing");
    assertEquals(labelsOf(await done("predict", run, `${folder}/images`, "--json")), labels);
    assertEquals(labelsOf(await done("predict", out, `${folder}/images`, "--json", "--onnx")), labels);
    if (pillow) {
      const { stdout, stderr, success } = await new Deno.Command(python!, {
        args: [`${out}/model.py`, ...names.map((name) => `${folder}/${name}`)],
      }).output();
      const text = new TextDecoder();
      assert(success, text.decode(stderr));
      const lines = text.decode(stdout).trimEnd().split("\n");
      assertEquals(lines.map((line) => /: (.*), [\d.]+ %$/.exec(line)?.[1]), labels);
    }

    const data = ["--data", "fashion-mnist-small", "--train-limit", "256", "--test-limit", "64"];
    await done("evaluate", "--test-only", out, ...data, "--out", tested);
    const result = (path: string) => JSON.parse(Deno.readTextFileSync(`${path}/result.json`));
    assertAlmostEquals(result(tested).accuracy, result(run).test_accuracy, 1e-9);

    const further = `${folder}/further`;
    await done("evaluate", "--from", out, ...data, "--epochs", "1", "--batch", "32", "--out", further);
    assertEquals(result(further).genotype, result(run).genotype);
  }));
