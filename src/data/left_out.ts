/** Words for what is left out of a data set. */
import { basename } from "../io/paths.ts";
import { describeOther } from "./file_kinds.ts";
import { allFolders, type Folder, foldersIn, holdsImages, imagesDirectlyIn } from "./folder_tree.ts";

/** Names that a sentence lists; of more it says how many. */
const mostNames = 5;

/** `a, b, c`, or the first of them, at most so many, and how many more there are. */
export function listedNames(names: readonly string[], most = mostNames): string {
  const more = names.length - most;
  return names.slice(0, most).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/**
 * How many files of some folders are no images that are read, and of which formats; empty where there are none. Of
 * unknown formats the names are given.
 */
export function otherFiles(folders: readonly Folder[], before: string, after = ""): string {
  const files = folders.flatMap(({ others }) => others);
  if (files.length === 0) return "";
  const formats = new Map<string, number>();
  const unknown: string[] = [];
  for (const path of files) {
    const format = describeOther(path);
    if (format === undefined) unknown.push(basename(path));
    else formats.set(format, (formats.get(format) ?? 0) + 1);
  }
  const parts = [...formats].map(([format, count]) => `${count} ${format}`);
  if (unknown.length > 0) parts.push(listedNames([...new Set(unknown)]));
  return `${before}${files.length} (${parts.join(", ")})${after}`;
}

export const quantity = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

export const namesOf = (folders: readonly Folder[]): string => listedNames(folders.map(({ name }) => name));

/** Images beside class folders, of no class. */
export function besides(folder: Folder): string[] {
  const images = imagesDirectlyIn(folder).length;
  if (images === 0) return [];
  return [
    `${quantity(images, "image")} beside the class folders of ${folder.path} ${
      images === 1 ? "was" : "were"
    } left out: nothing tells their class.`,
  ];
}

/** Where folders without images lie below one, but for those in one another: `train/cat`. */
const emptyIn = (folder: Folder): string[] =>
  foldersIn(folder).flatMap((inner) =>
    holdsImages(inner) ? emptyIn(inner).map((below) => `${inner.name}/${below}`) : [inner.name]
  );

/** What was passed over anywhere below, and where the classes were found. */
export function passedOver(given: Folder, root: Folder): string[] {
  const all = allFolders(given);
  const folders = all.flatMap(({ passedOver }) => passedOver);
  const empty = emptyIn(given);
  const files = otherFiles(all, "Files that are not PNG or JPEG were left out: ");
  return [
    ...(root === given ? [] : [`The classes were found in ${root.path}.`]),
    ...(empty.length > 0 ? [`Folders without images were left out: ${listedNames(empty)}.`] : []),
    ...(files === "" ? [] : [`${files}.`]),
    ...(folders.length > 0
      ? [`Folders of the system, and links to what is read already, were left out: ${listedNames(folders)}.`]
      : []),
  ];
}

/** The refusal of a folder in which no class is found. */
export function nothingFound(folder: Folder): string {
  const images = imagesDirectlyIn(folder).length;
  const there = images > 0 ? ` It holds ${quantity(images, "image")} without a class folder.` : otherFiles(
    allFolders(folder),
    " It holds ",
    ", which are not read: names of images end in .png, .jpg and the like.",
  );
  return `${folder.path} holds no class folders with PNG or JPEG images; expected ${folder.path}/CLASS/IMAGE.png.${there}`;
}
