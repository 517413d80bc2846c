import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { packTar } from "modern-tar";
import { cifar10Set, cifarLayouts } from "../../src/data/cifar_layouts.ts";
import { openDataset } from "../../src/data/mod.ts";
import { pickleBatch } from "./cifar_pickle.ts";
import { assertDataRejects, gzip, inFolder, offline } from "./files.ts";

/** Two images whose red is 10·n + file, green 1, blue 2, with labels n. */
function pixelsOf(file: number): Uint8Array {
  return Uint8Array.from({ length: 2 * 3072 }, (_, i) => {
    const plane = Math.floor((i % 3072) / 1024);
    return plane === 0 ? 10 * Math.floor(i / 3072) + file : plane;
  });
}

function binaryBatch(file: number, labelBytes: number, labels: readonly number[]): Uint8Array {
  const pixels = pixelsOf(file);
  return Uint8Array.from(
    labels.flatMap((label, n) => [
      ...(labelBytes === 2 ? [99, label] : [label]),
      ...pixels.subarray(n * 3072, (n + 1) * 3072),
    ]),
  );
}

type Files = Record<string, Uint8Array>;

/** All files of a layout, small. */
function filesOf({ set, format, train, test }: (typeof cifarLayouts)[number]): Files {
  return Object.fromEntries([...train, ...test].map((name, file) => [
    name,
    format === "binary"
      ? binaryBatch(file, set.labelBytes, [0, 1])
      : pickleBatch(set.labelKey, [0, 1], pixelsOf(file)),
  ]));
}

function write(folder: string, files: Files): void {
  Deno.mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) Deno.writeFileSync(`${folder}/${name}`, bytes);
}

async function tarOf(files: Files): Promise<Uint8Array> {
  return gzip(
    await packTar(
      Object.entries(files).map(([name, body]) => ({
        header: { name: `cifar-batches/${name}`, size: body.length, type: "file" },
        body,
      })),
    ),
  );
}

async function checkOpens(
  path: string,
  layout: (typeof cifarLayouts)[number],
  folder: string,
): Promise<void> {
  const data = await openDataset(path, offline(folder));
  assertEquals(data.name, layout.set.name);
  assertEquals([data.channels, data.height, data.width], [3, 32, 32]);
  assertEquals(data.train.count, 2 * layout.train.length);
  assertEquals([...data.train.labels], layout.train.flatMap(() => [0, 1]));
  layout.train.forEach((_, file) => {
    const second = (2 * file + 1) * 3072;
    assertEquals([0, 1023, 1024, 3071].map((i) => data.train.pixels[second + i]), [
      10 + file,
      10 + file,
      1,
      2,
    ]);
  });
  assertEquals(data.test.pixels[0], layout.train.length);
  assertAlmostEquals(data.normalisation.mean[0]!, layout.set.name === "cifar10" ? 0.4914 : 0.5071, 1e-4);
}

for (const layout of cifarLayouts) {
  const title = `${layout.set.name}, ${layout.format} version`;
  Deno.test(`${title}: from a folder, from an archive, and from the folders around them`, () =>
    inFolder(async (folder) => {
      const files = filesOf(layout);
      const inner = layout.set.knownAs[layout.format === "binary" ? 0 : 1]!;
      write(`${folder}/outer/${inner}`, files);
      await checkOpens(`${folder}/outer/${inner}`, layout, folder);
      await checkOpens(`${folder}/outer`, layout, folder);
      Deno.writeFileSync(`${folder}/a.tar.gz`, await tarOf({ "readme.html": new Uint8Array(3), ...files }));
      await checkOpens(`${folder}/a.tar.gz`, layout, folder);
      const original = layout.set.knownAs.find((name) => name.endsWith(".tar.gz"))!;
      Deno.mkdirSync(`${folder}/around`);
      Deno.renameSync(`${folder}/a.tar.gz`, `${folder}/around/${original}`);
      await checkOpens(`${folder}/around`, layout, folder);
    }));
}

Deno.test("cifar10 by name is found in the cache", () =>
  inFolder(async (folder) => {
    write(`${folder}/cache/cifar-10-batches-bin`, filesOf(cifarLayouts[0]!));
    await checkOpens("cifar10", cifarLayouts[0]!, folder);
  }));

/** Opens the binary CIFAR-10 with one file replaced, and expects an error. */
const rejects = (name: string, bytes: Uint8Array | undefined, ...includes: string[]) =>
  inFolder(async (folder) => {
    const files = filesOf(cifarLayouts[0]!);
    if (bytes === undefined) delete files[name];
    else files[name] = bytes;
    write(`${folder}/data`, files);
    await assertDataRejects(() => openDataset(`${folder}/data`, offline(folder)), ...includes);
  });

Deno.test("cifar: a missing batch is named", () =>
  rejects("data_batch_3.bin", undefined, "data_batch_3.bin", "no such file"));
Deno.test("cifar: an empty batch", () =>
  rejects("data_batch_2.bin", new Uint8Array(), "data_batch_2.bin is empty"));
Deno.test("cifar: a truncated batch", () =>
  rejects("test_batch.bin", binaryBatch(0, 1, [0]).subarray(1), "test_batch.bin is truncated", "3073"));
Deno.test("cifar: a label out of range", () =>
  rejects("test_batch.bin", binaryBatch(0, 1, [9, 10]), "Label 10 of image 1 in", "test_batch.bin"));

const rejectsPython = (bytes: Uint8Array, ...includes: string[]) =>
  inFolder(async (folder) => {
    write(`${folder}/data`, { ...filesOf(cifarLayouts[1]!), data_batch_4: bytes });
    await assertDataRejects(
      () => openDataset(`${folder}/data`, offline(folder)),
      "data_batch_4",
      ...includes,
    );
  });

Deno.test("cifar python: labels under another key", () =>
  rejectsPython(pickleBatch("fine_labels", [0, 1], pixelsOf(0)), 'no list "labels"'));
Deno.test("cifar python: fewer labels than images", () =>
  rejectsPython(pickleBatch("labels", [0], pixelsOf(0)), "2 images and 1 labels"));
Deno.test("cifar python: a label out of range", () =>
  rejectsPython(pickleBatch("labels", [0, 77], pixelsOf(0)), "Label 77 of image 1"));
Deno.test("cifar python: a truncated pickle", () =>
  rejectsPython(pickleBatch("labels", [0, 1], pixelsOf(0)).subarray(0, 5000), "truncated"));

Deno.test("cifar archive: cut, not an archive, without the files, with one missing", () =>
  inFolder(async (folder) => {
    const path = `${folder}/a.tar.gz`;
    const files = filesOf(cifarLayouts[0]!);
    const tar = await tarOf(files);
    const check = async (bytes: Uint8Array, ...includes: string[]) => {
      Deno.writeFileSync(path, bytes);
      await assertDataRejects(() => openDataset(path, offline(folder)), path, ...includes);
    };
    await check(tar.subarray(0, tar.length - 40), "Cannot read the archive");
    await check(new TextEncoder().encode("hello"), "");
    await check(await tarOf({ "readme.html": new Uint8Array(9) }), "none of the files");
    const { "test_batch.bin": _, ...rest } = files;
    await check(await tarOf(rest), "lacks test_batch.bin");
  }));

Deno.test("cifar10: published names in label order", () => assertEquals(cifar10Set.classes[3], "cat"));

Deno.test("cifar: CIFAR-100 beside CIFAR-10 is refused, with the paths to choose from", () =>
  inFolder(async (folder) => {
    for (const layout of cifarLayouts.filter(({ format }) => format === "binary")) {
      write(`${folder}/${layout.set.knownAs[0]}`, filesOf(layout));
    }
    await assertDataRejects(
      () => openDataset(folder, offline(folder)),
      "both cifar10 and cifar100",
      `${folder}/cifar-10-batches-bin`,
      `${folder}/cifar-100-binary`,
    );
  }));

Deno.test("cifar: what lies beside the files is named", () =>
  inFolder(async (folder) => {
    write(folder, {
      ...filesOf(cifarLayouts[0]!),
      "batches.meta.txt": new Uint8Array(1),
      "more.csv": new Uint8Array(1),
    });
    const { notes } = await openDataset(folder, offline(`${folder}/cache`));
    assertEquals(notes, ["Beside the files of cifar10 were left out: more.csv."]);
  }));

Deno.test("cifar: folders of images called like files of the other set are named", () =>
  inFolder(async (folder) => {
    write(`${folder}/cifar-10-batches-bin`, filesOf(cifarLayouts[0]!));
    for (const name of ["train", "test"]) Deno.mkdirSync(`${folder}/${name}`);
    const { notes } = await openDataset(folder, offline(`${folder}/train`));
    assertEquals(notes, ["Beside the files of cifar10 were left out: test, train."]);
  }));
