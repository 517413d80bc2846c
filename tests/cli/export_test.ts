/** `export` as users run it: what a folder then holds, and what is refused with nothing left behind. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { openOnnx } from "../../src/exporting/onnx/session.ts";
import { readSafetensors, type Tensor, writeSafetensors } from "../../src/io/safetensors.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { freshStatistics } from "../../src/nn/statistics.ts";
import { keyFromSeed } from "../../src/random.ts";
import { stateTensors } from "../../src/search/supernet_file.ts";
import { networkMetadata, readNetwork } from "../../src/training/network_file.ts";
import { inFolder } from "../data/files.ts";
import { root, task } from "./spawn.ts";

const genotype = publishedGenotypes.c10_s3_ms;
const classes = ["cat", "dog", "Ätna"];
const images = { channels: 1, height: 32, width: 32 };
const net = evaluationNetwork(genotype, {
  ...{ channels: 4, layers: 2, classes: classes.length, imageChannels: 1, auxiliary: true },
});
const metadata = networkMetadata({ net, classes, normalisation: { mean: [0.4], std: [0.3] }, images });
const tensors = new Map<string, Tensor>(stateTensors(net.layout, {
  parameters: initialParameters(net.layout, keyFromSeed(2)),
  statistics: freshStatistics(net.layout),
}, 3));

/** The folder of a finished run of `evaluate` with that network. */
function writeRun(folder: string): void {
  Deno.mkdirSync(folder);
  const write = (name: string, value: unknown) =>
    Deno.writeTextFileSync(`${folder}/${name}.json`, JSON.stringify(value));
  writeSafetensors(`${folder}/weights.safetensors`, tensors, metadata);
  const [data, seed] = ["/home/me/my pets", 5];
  write("config", { genotype: genotypeText(genotype), data, seed, preset: "tiny", epochs: 2, out: folder });
  write("environment", {
    command: `npx -y deno task evaluate --seed 5 --data '${data}' --out ${folder}`,
    version: "0.1.0",
    adapter: "a device",
  });
  const notes = [`Left out: ${data}/cats/1.png.`];
  write("result", { test_accuracy: 0.625, test_loss: 0.9, test_images: 400, seconds: 12, notes });
}

Deno.test("export: a run becomes a folder that has all it needs, whole or not at all", () =>
  inFolder(async (folder) => {
    const [run, out] = [`${folder}/run`, `${folder}/models/pets`];
    writeRun(run);
    const exported = await task("export", run, "--out", out, "--json", "--classes", "3");
    assertEquals(exported.code, 0, exported.stderr);
    const result = JSON.parse(exported.stdout);
    const names = [...Deno.readDirSync(out)].map(({ name }) => name);
    assertEquals(names.toSorted(), result.files.toSorted());
    for (
      const name of [
        ...["README.md", "cell-normal.svg", "config.json", "labels.json", "model.onnx"],
        ...["model.py", "model.safetensors"],
      ]
    ) assert(names.includes(name), name);
    const page = Deno.readTextFileSync(new URL("docs/exporting.md", root));
    for (const name of names) assertStringIncludes(page, `\`${name}\``);
    assert(result.largest_logit_difference < 1e-4, `${result.largest_logit_difference}`);
    assertEquals([...Deno.readDirSync(`${folder}/models`)].map(({ name }) => name), ["pets"]);
    const card = Deno.readTextFileSync(`${out}/README.md`);
    assertStringIncludes(card, "62.5");
    assertEquals(JSON.parse(Deno.readTextFileSync(`${out}/labels.json`)), classes);

    // The auxiliary head is gone from the file and its metadata, and nothing else is.
    const file = readSafetensors(`${out}/model.safetensors`);
    const wanted = [...tensors].filter(([name]) => !name.startsWith("auxiliary_head."));
    assert(wanted.length < tensors.size);
    assertEquals(file.tensors, new Map(wanted));
    assertEquals(file.metadata, { ...metadata, auxiliary: "false" });
    assertEquals(readNetwork(`${out}/model.safetensors`).net.size.auxiliary, false);

    {
      await using session = await openOnnx(`${out}/model.onnx`);
      assertEquals([session.normalise, session.network.classes], ["none", classes]);
      const { data, seed, test_accuracy, test_images, command } = session.metadata;
      assertEquals([data, seed, test_accuracy, test_images], ["path/to/my pets", "5", "0.625", "400"]);
      assertMatch(command!, /deno task export path\/to\/run --out path\/to\/pets/);
    }

    // Others need not know where things lay here.
    for (const part of ["--data 'path/to/my pets' --out path/to/run", "out: path/to/my pets/cats/1.png"]) {
      assertStringIncludes(card, part);
    }
    for (const name of names) {
      const text = new TextDecoder("latin1").decode(Deno.readFileSync(`${out}/${name}`));
      for (const place of [folder, "/home/me"]) assert(!text.includes(place), `${name} names ${place}`);
    }

    // A folder that is exported is exported again, into one that is there and empty.
    const again = `${folder}/again`;
    Deno.mkdirSync(again);
    const bytes = await task(
      ...["export", "--weights", `${out}/model.safetensors`, "--genotype", "c10_s3_ms"],
      ...["--normalise", "bytes", "--fold", "--out", again],
    );
    assertEquals(bytes.code, 0, bytes.stderr);
    assertMatch(bytes.stdout, /^normalise +bytes$/m);
    assertMatch(bytes.stdout, /^largest logit difference \d/m);
    assertEquals([...Deno.readDirSync(again)].length, names.length);
    await using session = await openOnnx(`${again}/model.onnx`);
    assertEquals([session.normalise, session.metadata["folded"]], ["bytes", "true"]);
  }));

Deno.test("export: what is not a finished run, or not the one asked for, is refused in words, with nothing left", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    writeRun(run);
    const refuses = async (code: number, words: RegExp, ...args: string[]) => {
      const before = [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
      const { stderr, ...rest } = await task("export", ...args, "--quiet");
      assertEquals(rest, { code, stdout: "" }, stderr);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assertMatch(stderr, words);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).toSorted(), before);
    };
    const out = ["--out", `${folder}/out`];
    await refuses(2, /Nothing to export: give a run/, ...out);
    await refuses(2, /either a run or --weights/, run, "--weights", `${run}/weights.safetensors`, ...out);
    await refuses(2, /by --out/, run);
    await refuses(2, /The folder .*run is not empty \(it has /, run, "--out", run);
    await refuses(2, /run\/config\.json: it is a file/, run, "--out", `${run}/config.json`);
    await refuses(2, /there is no file or folder .*nowhere/i, `${folder}/nowhere`, ...out);
    await refuses(
      ...[
        2,
        /has the weights of Genotype\(normal=\[\('skip_connect'.* and --genotype is Genotype\(normal=\[\('sep/,
      ] as const,
      ...[run, "--genotype", "DARTS_V2", ...out],
    );
    await refuses(2, /for 3 classes \(cat, dog, Ätna\), and --classes is 10/, run, "--classes", "10", ...out);

    const bad = `${folder}/bad.safetensors`;
    const whole = Deno.readFileSync(`${run}/weights.safetensors`);
    Deno.writeFileSync(bad, whole.subarray(0, whole.length - 8));
    await refuses(4, /bad\.safetensors/, "--weights", bad, ...out);
    // Logits of millions, which no two programs round alike.
    const { shape, data } = tensors.get("classifier.weight")!;
    const huge: Tensor = {
      dtype: "F32",
      shape,
      data: Float32Array.from(data as Float32Array, (x) => 1e8 * x),
    };
    writeSafetensors(bad, new Map([...tensors, ["classifier.weight", huge] as const]), metadata);
    await refuses(
      3,
      /computes other logits than .* more than 0\.001, and nothing was written/,
      "--weights",
      bad,
      ...out,
    );

    Deno.removeSync(`${run}/weights.safetensors`);
    Deno.removeSync(`${run}/result.json`);
    await refuses(2, /has not come to its end; resume it with: .*evaluate --resume/, run, ...out);
  }));
