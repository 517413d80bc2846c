/** `predict`, as a user types it: what it prints, what it skips, and what it says of bad input. */
import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { jpg, png, writeTree } from "../data/image_files.ts";
import { writeNetwork } from "../pipelines/network_sample.ts";
import type { Prediction } from "../../pipelines/mod.ts";
import { onnxFile } from "../../src/exporting/onnx/write.ts";
import { readNetwork } from "../../src/training/network_file.ts";
import { task } from "./spawn.ts";

const classes = ["cats", "dogs", "newts, great"];

Deno.test("predict: a table, CSV and JSON of files and folders say the same; what cannot be read is named", () =>
  inFolder(async (folder) => {
    writeNetwork(`${folder}/weights.safetensors`, { classes, imageChannels: 1 });
    writeTree(folder, {
      "images/below/red.png": png(8, 8, [200, 40, 30]),
      "images/blue.jpg": jpg(8, 8, [20, 60, 220]),
      "images/broken.png": Uint8Array.of(1, 2, 3),
      "images/text.txt": Uint8Array.of(65),
      "wide.png": png(20, 6, [90, 90, 90]),
    });
    // A folder with a network in it, as a run is, and the file itself.
    const given = [`${folder}/images`, `${folder}/wide.png`];
    const [table, csv, json] = await Promise.all([
      task("predict", folder, ...given),
      task("predict", `${folder}/weights.safetensors`, ...given, "--csv", "--top", "2", "--quiet"),
      task("predict", folder, ...given, "--json", "--batch", "2"),
    ]);
    for (const { code, stderr } of [table, csv, json]) {
      assertEquals(code, 4, stderr);
      assertMatch(
        stderr,
        /error: 1 of 4 could not be read: \S+\/images\/broken\.png \(it is neither PNG nor JPEG\)\.\n$/,
      );
    }
    const { predictions, unread, ...rest } = JSON.parse(json.stdout);
    assertEquals(rest, { network: `${folder}/weights.safetensors`, classes });
    assertEquals(unread, [{ path: `${folder}/images/broken.png`, why: "it is neither PNG nor JPEG" }]);
    const files = ["images/below/red.png", "images/blue.jpg", "wide.png"].map((name) => `${folder}/${name}`);
    assertEquals(predictions.map(({ file }: { file: string }) => file), files);

    const lines = csv.stdout.trimEnd().split("\n");
    assertEquals(lines.shift(), "file,label,probability,label_2,probability_2");
    const rows = table.stdout.trimEnd().split("\n");
    assertEquals([lines.length, rows.length], [3, 3], table.stdout);
    predictions.forEach((prediction: Prediction & { file: string }, n: number) => {
      const { file, label, probability, probabilities } = prediction;
      assertAlmostEquals(probabilities.reduce((sum, share) => sum + share), 1, 1e-12);
      assertEquals([label, probability], [
        classes[probabilities.indexOf(probability)],
        Math.max(...probabilities),
      ]);
      const [first, second] = [...probabilities.keys()].sort((a, b) => probabilities[b]! - probabilities[a]!);
      const quoted = (c: number) => classes[c]!.includes(",") ? `"${classes[c]}"` : classes[c]!;
      // Batches of another size sum in another order.
      const [, one, sure, two] = lines[n]!.match(/^[^,]+,("[^"]+"|[^,]+),([^,]+),("[^"]+"|[^,]+),/)!;
      assertEquals([one, two], [quoted(first!), quoted(second!)]);
      assertAlmostEquals(Number(sure), probability, 1e-6);
      const shown = [first, second, 3 - first! - second!].map((c) =>
        `${classes[c!]!.padEnd(12)} ${`${(100 * probabilities[c!]!).toFixed(1)} %`.padStart(7)}`
      );
      assertEquals(rows[n], [file.padEnd(files[0]!.length), ...shown].join("  "));
    });
    assertEquals(csv.stderr.trim().split("\n").length, 1, csv.stderr);
    for (
      const words of [
        "Skipped ",
        "1 image of another size than the network's 8×8 is resized to it (bilinear)",
        "Colours become grey by their luma",
      ]
    ) assertEquals(table.stderr.split(words).length, 2, table.stderr);
  }));

Deno.test("predict: bad input is told in a sentence, before anything is computed", () =>
  inFolder(async (folder) => {
    writeNetwork(`${folder}/weights.safetensors`, { classes });
    writeTree(folder, {
      "a.png": png(8, 8, [1, 2, 3]),
      "notes/a.txt": Uint8Array.of(65),
      "run/config.json": new TextEncoder().encode(
        JSON.stringify({ genotype: "DARTS_V2", epochs: 5, lr: 0.1 }),
      ),
    });
    const image = `${folder}/a.png`;
    const refused = async (code: number, says: string, ...args: string[]) => {
      const { stdout, stderr, ...seen } = await task("predict", ...args);
      assertEquals([seen.code, stdout], [code, ""], stderr);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assertStringIncludes(stderr, says);
    };
    await Promise.all([
      refused(2, `${folder}/notes holds no trained network: it has neither`, `${folder}/notes`, image),
      refused(
        2,
        `${folder}/run holds no trained network: its run has not come to its end`,
        `${folder}/run`,
        image,
      ),
      refused(2, `There is no file or folder ${folder}/gone`, `${folder}/gone`, image),
      refused(4, `${image} is truncated or not a safetensors file`, image, image),
    ]);
    await Promise.all([
      refused(
        4,
        `Cannot predict ${folder}/notes: the folder holds no PNG or JPEG images, only other files: 1`,
        folder,
        `${folder}/notes`,
      ),
      refused(4, `Cannot predict ${folder}/b.png: there is no such file.`, folder, `${folder}/b.png`),
      refused(2, "Give either --json or --csv, not both.", folder, image, "--json", "--csv"),
      refused(2, "predict needs IMAGE: ", folder),
    ]);
    // JSON has what could not be read, all of it too.
    Deno.mkdirSync(`${folder}/closed`);
    Deno.writeFileSync(`${folder}/closed/c.png`, new Uint8Array(3));
    const { code, stdout } = await task("predict", folder, `${folder}/closed`, `${folder}/b.png`, "--json");
    assertEquals(code, 4);
    const { predictions, unread } = JSON.parse(stdout);
    assertEquals([predictions, unread.map(({ path }: { path: string }) => path)], [[], [
      `${folder}/closed/c.png`,
      `${folder}/b.png`,
    ]]);
  }));

Deno.test("predict --onnx: onnxruntime says the same as the engine, whatever the model takes", () =>
  inFolder(async (folder) => {
    writeTree(folder, {
      "images/red.png": png(9, 8, [200, 40, 30]),
      "images/blue.png": png(8, 8, [20, 60, 220]),
      "images/grey.png": png(8, 8, [90, 90, 90]),
    });
    writeNetwork(`${folder}/model.safetensors`, { classes });
    const network = readNetwork(`${folder}/model.safetensors`);
    const write = (name: string, normalise: "none" | "bytes") =>
      Deno.writeFileSync(
        `${folder}/${name}`,
        onnxFile(network, { normalise, folded: false, version: "0", metadata: {} }),
      );
    write("model.onnx", "none");
    write("bytes.onnx", "bytes");
    const images = `${folder}/images`;
    const of = async (...args: string[]): Promise<Prediction[]> => {
      const { code, stdout, stderr } = await task("predict", ...args, images, "--json");
      assertEquals(code, 0, stderr);
      return JSON.parse(stdout).predictions;
    };
    const [engine, ...others] = await Promise.all([
      of(folder),
      of(folder, "--onnx", "--batch", "2"),
      of(`${folder}/bytes.onnx`, "--onnx"),
    ]);
    for (const predictions of others) {
      assertEquals(predictions.length, 3);
      predictions.forEach(({ label, probabilities }, n) => {
        assertEquals(label, engine![n]!.label);
        probabilities.forEach((share, c) => assertAlmostEquals(share, engine![n]!.probabilities[c]!, 1e-5));
      });
    }
    const model = Deno.readFileSync(`${folder}/model.onnx`);
    Deno.writeFileSync(`${folder}/short.onnx`, model.subarray(0, model.length / 2));
    Deno.mkdirSync(`${folder}/none`);
    for (
      const [says, code, ...args] of [
        [`${folder}/short.onnx is damaged or not an ONNX model`, 4, `${folder}/short.onnx`, "--onnx"],
        [`${folder}/none holds no model.onnx; export one with: `, 2, `${folder}/none`, "--onnx"],
        [`${folder}/model.onnx is an ONNX model; add --onnx to run it.`, 2, `${folder}/model.onnx`],
      ] as const
    ) {
      const { stderr, ...seen } = await task("predict", ...args, images);
      assertEquals([seen.code, seen.stdout], [code, ""], stderr);
      assertStringIncludes(stderr, says);
    }
  }));
