/** `evaluate --from`: a trained network goes on, on its own classes or on others. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "deno-std/assert";
import { readSafetensors, type SafetensorsFile } from "../../src/io/safetensors.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { task } from "./spawn.ts";

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const images = `${folder}/images`;
writeTree(images, twoClasses("", 12));
const others = `${folder}/others`;
writeTree(others, twoClasses("", 12));
Deno.renameSync(`${others}/${[...Deno.readDirSync(others)][0]!.name}`, `${others}/zebra`);

const small = ["--preset", "tiny", "--batch", "2", "--holdout", "0", "--epochs", "1", "--cutout", "0"];

/** Runs `evaluate` and returns what it said. */
async function evaluate(...args: string[]): Promise<string> {
  const { code, stderr } = await task("evaluate", ...small, ...args);
  assertEquals(code, 0, stderr);
  return stderr;
}

async function refused(words: string, ...args: string[]): Promise<void> {
  const { code, stderr } = await task("evaluate", ...args);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, words);
}

const first = `${folder}/first`;
const made = ["--genotype", "c10_s3_ms", "--channels", "2", "--layers", "2", "--size", "8"];
await evaluate(...made, "--data", images, "--out", first);

const weights = (run: string): SafetensorsFile => readSafetensors(`${run}/weights.safetensors`);

/** The largest difference of the parameters whose names fit. */
function difference(a: SafetensorsFile, b: SafetensorsFile, fits: (name: string) => boolean): number {
  let most = 0;
  for (const [name, { data, dtype }] of a.tensors) {
    if (dtype !== "F32" || name.includes("running_") || !fits(name)) continue;
    const other = b.tensors.get(name)!.data as Float32Array;
    (data as Float32Array).forEach((value, i) => most = Math.max(most, Math.abs(value - other[i]!)));
  }
  return most;
}

// A learning rate that moves nothing shows what training began with.
const still = ["--lr", "1e-9"];

Deno.test("evaluate --from: on the same classes it begins with the network's weights, on its image size", async () => {
  const out = `${folder}/same`;
  await evaluate("--from", first, "--data", images, ...still, "--out", out);
  assert(difference(weights(first), weights(out), () => true) < 1e-6);
  const config = JSON.parse(Deno.readTextFileSync(`${out}/config.json`));
  assertEquals([config.channels, config.layers, config.size], [2, 2, 8]);
  assertEquals(weights(out).metadata["mean"], weights(first).metadata["mean"]);
});

Deno.test("evaluate --from: a run that fails before its first checkpoint leaves nothing in its folder", async () => {
  const out = `${folder}/short`;
  const { code, stderr } = await task(
    "evaluate",
    ...small,
    "--from",
    first,
    "--data",
    images,
    "--out",
    out,
    "--lr",
    "1e30",
  );
  assertEquals(code, 5, stderr);
  // The folder is free for the next try.
  await evaluate("--from", first, "--data", images, ...still, "--out", out);
});

Deno.test("evaluate --from: on other classes the classifier alone begins anew, which is said", async () => {
  const out = `${folder}/others-run`;
  const said = await evaluate(
    "--from",
    `${first}/weights.safetensors`,
    "--data",
    others,
    ...still,
    "--out",
    out,
  );
  assertStringIncludes(said, "The classifier begins anew: the network has 2 classes");
  assertStringIncludes(said, "zebra");
  const classifier = (name: string) => name.startsWith("classifier.");
  assert(difference(weights(first), weights(out), (name) => !classifier(name)) < 1e-6);
  assert(difference(weights(first), weights(out), classifier) > 1e-3);
  const result = JSON.parse(Deno.readTextFileSync(`${out}/result.json`));
  assertStringIncludes(result.notes.join(" "), "The classifier begins anew");
});

Deno.test("evaluate --from: more epochs for a run that went on, though the network it came from is gone", async () => {
  const before = `${folder}/before`;
  const out = `${folder}/longer`;
  Deno.mkdirSync(before);
  Deno.copyFileSync(`${first}/weights.safetensors`, `${before}/weights.safetensors`);
  await evaluate("--from", before, "--data", images, "--out", out);
  Deno.removeSync(before, { recursive: true });
  const { code, stderr } = await task("evaluate", "--resume", out, "--epochs", "2");
  assertEquals(code, 0, stderr);
  const rows = Deno.readTextFileSync(`${out}/metrics.jsonl`).trim().split("\n");
  assertEquals(rows.length, 2);
  assert(difference(weights(first), weights(out), () => true) > 1e-6);
  assertAlmostEquals(JSON.parse(rows[1]!).epoch, 1);
});

Deno.test("evaluate --from: what does not go together is refused in words", async () => {
  const data = ["--data", images];
  await refused("needs --data: the images to go on with", "--from", first);
  await refused("has channels 2, not 4; leave --channels out", "--from", first, ...data, "--channels", "4");
  await refused("leave --genotype out", "--from", first, ...data, "--genotype", "DARTS_V2");
  await refused("There is no file or folder", "--from", `${folder}/nothing`, ...data);
  await refused("holds no trained network: it has neither weights.safetensors", "--from", images, ...data);
});
