/** Folders that look like classes but may be something else: what is ambiguous is refused, with a message. */
import { dataError } from "../errors.ts";
import { spelling, unwrapped, withoutOwnName } from "./class_folders.ts";
import { allFolders, type Folder, imageFoldersIn } from "./folder_tree.ts";
import { listedNames, namesOf } from "./left_out.ts";
import { areParts, splitsAmong } from "./split_names.ts";

/** The folders in a folder, below those that only wrap them. */
const innerNames = (folder: Folder): string[] =>
  imageFoldersIn(withoutOwnName(unwrapped(folder))).map(({ name }) => name);

/**
 * Throws a data error where a folder holds splits at any depth: several beside one another, or one of several classes.
 */
export function checkUndivided(folder: Folder, role: string): void {
  for (const each of allFolders(folder)) {
    const inner = imageFoldersIn(each);
    const named = splitsAmong(inner.map(({ name }) => name));
    if (named.size === 0) continue;
    const splits = inner.filter(({ name }) => named.has(name));
    const ofClasses = splits.some((split) => imageFoldersIn(withoutOwnName(split)).length > 1);
    if (!ofClasses && new Set(named.values()).size === 1) continue;
    throw dataError(
      `${folder.path} ${role} and holds splits (${namesOf(splits)} in ${each.path}): ${
        ofClasses
          ? `give ${each.path} for those.`
          : "give the folder of the classes, and lay splits right in each of them (CLASS/train) or all above " +
            "them (train/CLASS)."
      }`,
    );
  }
}

/** Folders that hold some of those beside them once more; each with the names. */
function repeatedIn(folders: readonly Folder[]): Map<Folder, readonly string[]> {
  const all = new Map(folders.map((folder) => [spelling(folder.name), folder]));
  const repeated = folders.map((folder) => {
    const again = innerNames(folder).filter((name) => (all.get(spelling(name)) ?? folder) !== folder);
    return [folder, again] as const;
  });
  return new Map(repeated.filter(([, again]) => again.length > 0));
}

/** Folders that hold two or more of those beside them once more, as archives do; each with the names. */
export function copiesAmong(folders: readonly Folder[]): Map<Folder, readonly string[]> {
  const repeated = repeatedIn(folders);
  // Where those beside it do the same, the names are those of parts that all have.
  const repeating = new Set([...repeated.keys()].map(({ name }) => spelling(name)));
  const copies = [...repeated].filter(([, again]) =>
    again.length > 1 && !again.some((name) => repeating.has(spelling(name)))
  );
  // Where few are left, those may be the copies.
  return new Map(folders.length - copies.length > 1 ? copies : []);
}

/** What is drawn over images, not one of their classes. */
const drawn = /^(masks?|labels?|annotations?|segmentations?|ground[-_ ]?truth|gt)$/i;
const pictures = /^(images?|imgs?|pictures?|photos?|input|raw)$/i;

/** Throws a data error where folders may be other than classes. */
export function checkClear(root: Folder, folders: readonly Folder[]): void {
  const common = commonNames(folders);
  checkNames(root, folders, common);
  for (const folder of folders) checkUndivided(folder, "was to be a class");
  checkRepeated(root, folders, common);
  for (const [folder, again] of repeatedIn(folders)) {
    throw dataError(
      `${folder.path} holds ${
        listedNames(again)
      }, and so does ${root.path} beside it: which of them are the classes ` +
        `cannot be told; take ${folder.name} away, give its folder, or rename what lies in it.`,
    );
  }
}

/** Throws a data error for folders that by their names are parts of something, or images and what was drawn over them. */
export function checkNames(root: Folder, folders: readonly Folder[], common = commonNames(folders)): void {
  if (areParts(folders.map(({ name }) => name))) {
    throw dataError(
      `${root.path} holds ${
        namesOf(folders)
      }, parts of something by their names; which of them to train on, and ` +
        `what their classes are, cannot be told: put their images into class folders, or into train and test.`,
    );
  }
  checkMasks(root.path, folders.map(({ name }) => name));
  checkMasks(`Each of ${namesOf(folders)} in ${root.path}`, common);
}

/** Names of the folders that lie in each of several. */
function commonNames(folders: readonly Folder[]): string[] {
  const [first, ...others] = folders.map((folder) => new Set(innerNames(folder)));
  return [...first ?? []].filter((name) => others.every((names) => names.has(name)));
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
function checkRepeated(root: Folder, folders: readonly Folder[], common: readonly string[]): void {
  const most = folders.reduce((most, folder) => Math.max(most, innerNames(folder).length), 0);
  if (folders.length < 2 || common.length < 2 || 2 * common.length < most) return;
  throw dataError(
    `Each of the folders ${namesOf(folders)} in ${root.path} holds ${
      listedNames(common)
    }: whether those or these are ` +
      `the classes cannot be told. Call splits train and test, or give the folder whose folders are the classes.`,
  );
}
