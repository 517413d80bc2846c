/** What every data set that comes with the repository keeps, and what happens when there is none. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { cifar100Set, cifar10Set } from "../../src/data/cifar_layouts.ts";
import { makeDataset, measure } from "../../src/data/dataset.ts";
import { fetchOnce, md5 } from "../../src/data/download.ts";
import { datasets, openDataset } from "../../src/data/mod.ts";
import { assertDataError, assertDataRejects, inFolder, offline, writeIdxFolder } from "./files.ts";

Deno.test("fashion-mnist-small: the first images and labels of the published files", async () => {
  const data = await openDataset("fashion-mnist-small", offline("."));
  assertEquals([data.train.count, data.test.count, data.height, data.width], [10_000, 2_000, 28, 28]);
  assertEquals([...data.train.labels.subarray(0, 10)], [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]);
  assertEquals([...data.test.labels.subarray(0, 10)], [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]);
  assertEquals(data.classes.length, 10);
  const counts = new Array(10).fill(0);
  for (const label of data.train.labels) counts[label]++;
  assert(counts.every((count) => count > 900 && count < 1100), `${counts}`);
  const measured = measure(data.train);
  assertAlmostEquals(measured.mean[0]!, data.normalisation.mean[0]!, 1e-3);
  assertAlmostEquals(measured.std[0]!, data.normalisation.std[0]!, 2e-3);
});

const two = (pixels: number[], labels: number[]) => ({
  name: "two",
  pixels: Uint8Array.from(pixels),
  labels: Uint8Array.from(labels),
  count: 2,
  channels: 2,
  height: 1,
  width: 2,
});

Deno.test("data sets: mean and deviation are of each channel, over all images", () => {
  const { mean, std } = measure(two([0, 10, 100, 100, 20, 30, 200, 200], [0, 1]));
  [15, 150].forEach((x, c) => assertAlmostEquals(mean[c]!, x / 255, 1e-12));
  [Math.sqrt(125), 50].forEach((x, c) => assertAlmostEquals(std[c]!, x / 255, 1e-12));
});

Deno.test("data sets: a label past the last class is refused", () => {
  const parts = { name: "d", description: "", classes: ["a", "b"], augmentation: { pad: 0, flip: false } };
  const fine = two(new Array(8).fill(1), [0, 1]);
  const open = (train: typeof fine) => makeDataset({ ...parts, train, test: fine });
  assertEquals(open(fine).classes.length, 2);
  assertDataError(() => open({ ...fine, labels: Uint8Array.of(0, 2) }), "Label 2 of image 1", "0 to 1");
});

Deno.test("data sets: names are unique and summaries fit a help line", () => {
  assertEquals(new Set(datasets.map((d) => d.name)).size, datasets.length);
  for (const { summary } of datasets) assert(summary.length > 0 && summary.length < 110, summary);
});

Deno.test("data sets: the CIFAR class lists are whole and in published order", () => {
  assertEquals(cifar10Set.classes.length, 10);
  assertEquals(new Set(cifar100Set.classes).size, 100);
  for (const { classes } of [cifar10Set, cifar100Set]) assertEquals([...classes].sort(), [...classes]);
});

Deno.test("openDataset: an unknown name offers the nearest", () =>
  assertDataRejects(
    () => openDataset("fashion-mnist-smal", offline(".")),
    "did you mean fashion-mnist-small?",
  ));

Deno.test("openDataset: an empty folder", () =>
  inFolder((folder) =>
    assertDataRejects(() => openDataset(folder, offline(folder)), "is empty", "class folders")
  ));

Deno.test("openDataset: a file that is no data set", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/notes.txt`, "hello");
    await assertDataRejects(() => openDataset(`${folder}/notes.txt`, offline(folder)), "is not a data set");
  }));

Deno.test("openDataset: cifar10 without download says where to put it", () =>
  inFolder((folder) =>
    assertDataRejects(
      () => openDataset("cifar10", offline(folder)),
      "cifar-10-binary.tar.gz",
      `${folder}/cache`,
    )
  ));

/** Serves `body` and asks for it with that MD5. */
async function fetchFrom(
  body: Uint8Array<ArrayBuffer> | number,
  sum: string,
  folder: string,
): Promise<string> {
  const answer = () => typeof body === "number" ? new Response("", { status: body }) : new Response(body);
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, answer);
  const file = { name: "a.gz", md5: sum, url: `http://127.0.0.1:${server.addr.port}/a.gz` };
  return await fetchOnce(file, folder, { ...offline(folder), download: true }, "do this");
}

const body = new TextEncoder().encode("some bytes");

Deno.test("download: kept once the MD5 fits, then not fetched again", () =>
  inFolder(async (folder) => {
    const path = await fetchFrom(body, md5(body), folder);
    assertEquals(Deno.readFileSync(path), body);
    assertEquals(await fetchFrom(404, md5(body), folder), path);
  }));

Deno.test("download: a wrong MD5 keeps nothing", () =>
  inFolder(async (folder) => {
    await assertDataRejects(() => fetchFrom(body, "0".repeat(32), folder), "damaged", "do this");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("download: an error of the server", () =>
  inFolder((folder) => assertDataRejects(() => fetchFrom(503, md5(body), folder), "503", "do this")));

Deno.test("download: no network", () =>
  inFolder(async (folder) => {
    const file = { name: "a.gz", md5: "", url: "http://127.0.0.1:1/a.gz" };
    const call = () => fetchOnce(file, folder, { ...offline(folder), download: true }, "do this");
    await assertDataRejects(call, "Cannot download", "do this");
  }));

Deno.test("openDataset: files of formats that are not read are named for what they are", () =>
  inFolder(async (folder) => {
    const formats = {
      "a.npz": "NumPy",
      "b.zip": "unpack it",
      "c.csv": "CSV",
      "d.mat": "MATLAB",
      "e.parquet": "Parquet",
    };
    for (const [name, words] of Object.entries(formats)) {
      Deno.writeTextFileSync(`${folder}/${name}`, "x");
      await assertDataRejects(() => openDataset(`${folder}/${name}`, offline(folder)), words);
      await assertDataRejects(
        () => openDataset(folder, offline(folder)),
        words.split(" ")[0] === "unpack" ? "zip" : words,
      );
    }
    Deno.writeTextFileSync(`${folder}/train_data_batch_1`, "x");
    await assertDataRejects(() => openDataset(folder, offline(folder)), "downsampled ImageNet");
  }));

Deno.test("openDataset: a set further down, one file of a set, and a data set's name in other letters are told", () =>
  inFolder(async (folder) => {
    const set = `${folder}/sets/mnist`;
    Deno.mkdirSync(set, { recursive: true });
    writeIdxFolder(set, [1, 0], [1]);
    for (const path of [folder, `${folder}/sets`]) {
      await assertDataRejects(() => openDataset(path, offline(folder)), `give ${set}`);
    }
    await assertDataRejects(
      () => openDataset(`${set}/train-images-idx3-ubyte`, offline(folder)),
      `give their folder, ${set}`,
    );
    await assertDataRejects(
      () => openDataset(`${folder}/fashion-mnis`, offline(folder)),
      "where the images are, or the name of a data set: fashion-mnist-small, fashion-mnist, cifar10",
    );
    for (const name of ["CIFAR10", "cifar-10", "Cifar_10"]) {
      await assertDataRejects(
        () => openDataset(`${folder}/${name}`, offline(folder)),
        "the data set is called cifar10",
      );
    }
  }));

Deno.test("openDataset: IDX files in other letters", () =>
  inFolder(async (folder) => {
    writeIdxFolder(folder, [1, 0], [1]);
    for (const { name } of [...Deno.readDirSync(folder)]) {
      Deno.renameSync(`${folder}/${name}`, `${folder}/${name.replace("-idx", "_idx").toUpperCase()}`);
    }
    assertEquals((await openDataset(folder, offline(folder))).train.count, 2);
  }));
