/** Folders that look like classes and may be something else: what cannot be told is refused in words. */
import { dataError } from "../errors.ts";
import { unwrapped, withoutOwnName } from "./class_folders.ts";
import { allFolders, type Folder, imageFoldersIn } from "./folder_tree.ts";
import { listedNames, namesOf } from "./left_out.ts";
import { areParts, splitsAmong } from "./split_names.ts";

/** The folders in a folder, below those that only wrap them. */
const innerNames = (folder: Folder): string[] =>
  imageFoldersIn(withoutOwnName(unwrapped(folder))).map(({ name }) => name);

/** The first folder in or below one that holds a split of several classes. */
export const splitsWithin = (folder: Folder): Folder | undefined =>
  allFolders(folder).map(withoutOwnName).find((each) => {
    const inner = imageFoldersIn(each);
    const splits = splitsAmong(inner.map(({ name }) => name));
    return inner.some((split) => splits.has(split.name) && imageFoldersIn(withoutOwnName(split)).length > 1);
  });

/** Folders that hold two or more of those beside them once more, as archives do; each with the names. */
export function copiesAmong(folders: readonly Folder[]): Map<Folder, readonly string[]> {
  const all = new Set(folders.map(({ name }) => name));
  const copies = new Map<Folder, readonly string[]>();
  for (const folder of folders) {
    const again = innerNames(folder).filter((name) => all.has(name) && name !== folder.name);
    if (again.length > 1) copies.set(folder, again);
  }
  // Where few are left, those may be the copies.
  return folders.length - copies.size > 1 ? copies : new Map();
}

/** What is drawn over images, not one of their classes. */
const drawn = /^(masks?|labels?|annotations?|segmentations?|ground[-_ ]?truth|gt)$/i;
const pictures = /^(images?|imgs?|pictures?|photos?|input|raw)$/i;

/** Raises a data error where folders may be other than classes. */
export function checkClear(root: Folder, folders: readonly Folder[]): void {
  if (areParts(folders.map(({ name }) => name))) {
    throw dataError(
      `${root.path} holds ${
        namesOf(folders)
      }, parts of something by their names; which of them to train on, and ` +
        `what their classes are, cannot be told: put their images into class folders, or into train and test.`,
    );
  }
  checkMasks(root.path, folders.map(({ name }) => name));
  for (const folder of folders) {
    const within = splitsWithin(folder);
    if (within) {
      throw dataError(
        `${folder.path} was to be a class and holds splits of classes: give ${within.path} for those.`,
      );
    }
  }
  checkRepeated(root, folders);
}

function checkMasks(path: string, names: readonly string[]): void {
  const mask = names.find((name) => drawn.test(name));
  if (mask === undefined || !names.some((name) => pictures.test(name))) return;
  throw dataError(
    `${path} holds ${
      listedNames(names)
    }: ${mask} by its name is what was drawn over images, not a class of them; take it ` +
      `away, or give the folder whose folders are the classes.`,
  );
}

/** The same folders in all of several folders: those may be splits, or collections, of classes. */
function checkRepeated(root: Folder, folders: readonly Folder[]): void {
  const inner = folders.map((folder) => new Set(innerNames(folder)));
  const [first, second] = [...inner].sort((a, b) => b.size - a.size);
  const common = [...first ?? []].filter((name) => inner.every((names) => names.has(name)));
  if (second === undefined || common.length < 2 || 2 * common.length < first!.size) return;
  checkMasks(`Each of ${namesOf(folders)} in ${root.path}`, common);
  throw dataError(
    `Each of the folders ${namesOf(folders)} in ${root.path} holds ${
      listedNames(common)
    }: whether those or these are ` +
      `the classes cannot be told. Call splits train and test, or give the folder whose folders are the classes.`,
  );
}
