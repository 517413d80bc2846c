/** Folders of images for the tests of what is read in them. */
import { listImages } from "../../src/data/image_listing.ts";
import { assertDataRejects, inFolder } from "./files.ts";
import { writeTree } from "./image_files.ts";

/** Files by folder: `"train/cat": 3` is train/cat/0.png to train/cat/2.png; a name with a dot is a file. */
export type Tree = Readonly<Record<string, number>>;

export function write(root: string, tree: Tree): void {
  const files: [string, Uint8Array][] = Object.entries(tree).flatMap(([path, count]) =>
    /\.\w+$/.test(path)
      ? [[path, new Uint8Array(count)]]
      : Array.from({ length: count }, (_, i): [string, Uint8Array] => [`${path}/${i}.png`, new Uint8Array(1)])
  );
  writeTree(root, Object.fromEntries(files));
}

interface Found {
  readonly classes: readonly string[];
  readonly train: readonly number[];
  readonly test: readonly number[];
  readonly notes: string;
}

export async function list(root: string): Promise<Found> {
  const { classes, train, test, notes } = await listImages(root);
  const counts = (files: typeof train) =>
    classes.map((_, label) => files.filter((file) => file.label === label).length);
  return { classes, train: counts(train), test: counts(test), notes: notes.join(" ") };
}

export const withTree = (tree: Tree, use: (root: string) => unknown) =>
  inFolder(async (folder) => {
    write(`${folder}/data`, tree);
    await use(`${folder}/data`);
  });

/** A tree that is refused: what it is, the tree, and words of the sentence. */
export type Refused = readonly [string, Tree, ...string[]];

/** One test for each of them. */
export function testRefused(what: string, refused: readonly Refused[]): void {
  for (const [name, tree, ...parts] of refused) {
    Deno.test(`${what}: ${name} are refused in words`, () =>
      withTree(tree, (root) => assertDataRejects(() => list(root), ...parts)));
  }
}
