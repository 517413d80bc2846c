/** CIFAR-10 and CIFAR-100 in either official format, from a folder, from an original archive, or downloaded. */
import { dataError } from "../errors.ts";
import { basename, join } from "../io/paths.ts";
import { readData } from "../io/read.ts";
import { readArchive } from "./archive.ts";
import { cifarImageBytes, readCifarBatch } from "./cifar_batch.ts";
import { cifar100Set, cifar10Set, type CifarLayout, cifarLayouts, type CifarSet } from "./cifar_layouts.ts";
import { type Dataset, type Images, makeDataset, type NamedDataset, type PathFormat } from "./dataset.ts";
import { fetchOnce } from "./download.ts";
import { kindOf } from "./read.ts";

export const cifarPath: PathFormat = {
  expects:
    "CIFAR-10 or CIFAR-100 (data_batch_1.bin …, train.bin, or the Python files; a folder or the .tar.gz)",
  recognises: (path) => kindOf(path) === "file" ? isArchive(path) : copiesIn(path).length > 0,
  claims: (path) => archives.has(basename(path)) || (files.has(basename(path)) && kindOf(path) === "file"),
  open: openCifar,
};

export const cifar10: NamedDataset = named(
  cifar10Set,
  "CIFAR-10, 50,000 + 10,000 images, 32×32 RGB, 10 classes",
);
export const cifar100: NamedDataset = named(
  cifar100Set,
  "CIFAR-100, 50,000 + 10,000 images, 32×32 RGB, 100 classes",
);

function named(set: CifarSet, summary: string): NamedDataset {
  return {
    name: set.name,
    summary: `${summary}; downloaded (170 MB)`,
    open: async (options) => {
      const there = set.knownAs.map((name) => join(options.cacheDir, name)).find((path) =>
        kindOf(path) !== "missing"
      );
      const otherwise = `put ${set.archive.name} from https://www.cs.toronto.edu/~kriz/cifar.html into ` +
        `${options.cacheDir}, or give the path of a copy`;
      return await openCifar(there ?? await fetchOnce(set.archive, options.cacheDir, options, otherwise));
    },
  };
}

const isArchive = (path: string): boolean => /\.(tar|tar\.gz|tgz)$/i.test(path);

/** What of CIFAR lies at a path of its own: the files of a layout, or an original archive. */
interface Copy {
  readonly set: CifarSet;
  /** The folder of the files, or the archive. */
  readonly path: string;
  /** Of the files in a folder. */
  readonly layout?: CifarLayout;
}

/**
 * The copies in a folder: files of a layout, there or in the folder that an original archive unpacks to, which are
 * quicker to read, before the archives.
 */
function copiesIn(folder: string): Copy[] {
  const unpacked = cifarLayouts.flatMap((layout) =>
    [folder, ...layout.set.knownAs.map((name) => join(folder, name))]
      .filter((path) => layout.train.some((name) => kindOf(join(path, name)) === "file"))
      .map((path) => ({ set: layout.set, path, layout }))
  );
  const archives = cifarLayouts.flatMap(({ set }) =>
    set.knownAs.map((name) => ({ set, path: join(folder, name) }))
  )
    .filter(({ path }) => isArchive(path) && kindOf(path) === "file");
  return [...unpacked, ...archives];
}

/** Names of the archives and of what they unpack to. */
const archives = new Set(cifarLayouts.flatMap(({ set }) => set.knownAs));

/** Names of the files of CIFAR, and of what comes with them. */
const files = new Set([
  ...cifarLayouts.flatMap(({ train, test }) => [...train, ...test]),
  ..."batches.meta batches.meta.txt readme.html meta fine_label_names.txt coarse_label_names.txt file.txt~"
    .split(" "),
]);

/** Opens a folder or an archive. Throws a data error that names the file at fault, or two sets where one is needed. */
async function openCifar(path: string): Promise<Dataset> {
  if (kindOf(path) === "file") return await openArchive(path);
  const copies = copiesIn(path);
  const [found] = copies;
  if (found === undefined) throw dataError(`${path} holds none of the files of CIFAR-10 or CIFAR-100.`);
  const other = copies.find(({ set }) => set !== found.set);
  if (other !== undefined) {
    const [one, two] = [found, other].map((copy) =>
      copy.path === path ? "a folder with its files alone" : copy.path
    );
    throw dataError(
      `${path} holds both ${found.set.name} and ${other.set.name}; give ${one} for the one or ${two} for the other.`,
    );
  }
  const { layout } = found;
  if (layout === undefined) return await openArchive(found.path);
  return assemble(
    layout,
    path,
    (name) => ({ file: join(found.path, name), bytes: readData(join(found.path, name)) }),
  );
}

async function openArchive(path: string): Promise<Dataset> {
  const members = await readArchive(path, new Set(cifarLayouts.flatMap((l) => [...l.train, ...l.test])));
  const layout = cifarLayouts.find((l) => l.train.some((name) => members.has(name)));
  if (layout === undefined) throw dataError(`${path} holds none of the files of CIFAR-10 or CIFAR-100.`);
  return assemble(layout, path, (name) => {
    const bytes = members.get(name);
    if (bytes === undefined) throw dataError(`${path} lacks ${name}.`);
    return { file: `${name} in ${path}`, bytes };
  });
}

type Read = (name: string) => { file: string; bytes: Uint8Array };

function assemble(layout: CifarLayout, path: string, read: Read): Dataset {
  const { set, format } = layout;
  return makeDataset({
    name: set.name,
    description: `${set.name === "cifar10" ? "CIFAR-10" : "CIFAR-100"}, ${format} version, from ${path}`,
    classes: set.classes,
    train: concatenate(layout, layout.train, `${set.name} train`, read),
    test: concatenate(layout, layout.test, `${set.name} test`, read),
    normalisation: set.normalisation,
    augmentation: { pad: 4, flip: true },
  });
}

/** The images of several files, one after the other. */
function concatenate(layout: CifarLayout, names: readonly string[], name: string, read: Read): Images {
  const batches = names.map((file) => {
    const { file: where, bytes } = read(file);
    return readCifarBatch(bytes, layout, where);
  });
  const count = batches.reduce((sum, batch) => sum + batch.labels.length, 0);
  const pixels = new Uint8Array(count * cifarImageBytes);
  const labels = new Uint8Array(count);
  let at = 0;
  for (const batch of batches) {
    pixels.set(batch.pixels, at * cifarImageBytes);
    labels.set(batch.labels, at);
    at += batch.labels.length;
  }
  return { name, pixels, labels, count, channels: 3, height: 32, width: 32 };
}
