/** Folders as classes: which images each has, and how those of a test split are those of the training. */
import { dataError, nearest } from "../errors.ts";
import { type Folder, imageFoldersIn, imagesDirectlyIn, imagesIn } from "./folder_tree.ts";
import { listedNames, otherFiles, quantity } from "./left_out.ts";
import { saysNothing, splitsAmong } from "./split_names.ts";

/** Paths of images by class. */
export type ByClass = ReadonlyMap<string, readonly string[]>;

/** The only folder of images in one that holds no image itself. */
function onlyIn(folder: Folder): Folder | undefined {
  const [only, another] = imageFoldersIn(folder);
  return another === undefined && imagesDirectlyIn(folder).length === 0 ? only : undefined;
}

/** The folder below those that hold one folder and no image; folders without images do not count. */
export function unwrapped(folder: Folder): Folder {
  const only = onlyIn(folder);
  const wraps = only !== undefined && imagesDirectlyIn(only).length === 0 &&
    splitsAmong([only.name]).size === 0;
  return wraps ? unwrapped(only) : folder;
}

/** The same of a split, which an archive may have unpacked into a folder of its own name: `train/train/CLASS`. */
export function withoutOwnName(split: Folder): Folder {
  const only = onlyIn(split);
  const wraps = only !== undefined &&
    (imagesDirectlyIn(only).length === 0 || only.name.toLowerCase() === split.name.toLowerCase());
  return wraps ? withoutOwnName(only) : split;
}

/** Images by class folder; undefined where nothing tells classes. Folders of one name are one class. */
export function classesOf(folder: Folder): Map<string, string[]> | undefined {
  const classes = new Map<string, string[]>();
  const sorted = imageFoldersIn(folder).sort((a, b) => a.name < b.name ? -1 : 1);
  if (sorted.length === 0 || (sorted.length === 1 && saysNothing(sorted[0]!.name))) return undefined;
  for (const inner of sorted) {
    classes.set(inner.name, [...classes.get(inner.name) ?? [], ...imagesIn(inner)]);
  }
  return classes;
}

/** The classes of a training split. Throws a data error where there is one only. */
export function trainingClasses(where: string, classes: ByClass): ByClass {
  if (classes.size > 1) return classes;
  throw dataError(
    `${where} holds images of one class, ${[...classes.keys()]}; training a classifier needs two or more.`,
  );
}

/** The refusal of a training split whose images lie in no class folders. */
export function flatWords(train: Folder): string {
  const images = imagesIn(train);
  const initial = new Set(images.map((path) => /([\p{L}]{2,})[-_. ]*\d*\.\w+$/u.exec(path)?.[1] ?? ""));
  const guess = initial.size > 1 && initial.size <= 20 && !initial.has("")
    ? `; classes in the names of files (${listedNames([...initial])}) are not read`
    : "";
  return `${train.path} holds ${
    quantity(images.length, "image")
  } but no class folders, so nothing tells their ` +
    `classes${guess}; sort them into ${train.path}/CLASS/IMAGE${otherFiles([train], ". Beside them: ")}.`;
}

/** A test split: its images by the classes of the training, or why it is none. */
export type TestSplit =
  | { readonly classes: ByClass; readonly why?: undefined; readonly notes?: readonly string[] }
  | { readonly classes?: undefined; readonly why: string; readonly notes?: readonly string[] };

/** Spellings of a class that are one: case, spaces, hyphens and underscores do not tell them apart. */
export const spelling = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]+/g, "");

/** What a folder is as a test split. Throws a data error for a class that the training split lacks. */
export function testSplit(folder: Folder, known: ByClass): TestSplit {
  const classes = classesOf(withoutOwnName(folder));
  if (classes === undefined) {
    return { why: "it has no class folders, so nothing tells the classes of its images" };
  }
  const spelled = Map.groupBy(known.keys(), spelling);
  const matched = new Map<string, string[]>();
  const respelled: string[] = [];
  for (const [name, images] of classes) {
    const like = spelled.get(spelling(name)) ?? [];
    const own = known.has(name) ? name : like.length === 1 ? like[0]! : undefined;
    if (own === undefined) {
      throw dataError(
        `${folder.path} has the class ${name}, which the training split lacks; did you mean ${
          nearest(name, [...known.keys()])
        }?`,
      );
    }
    if (own !== name) respelled.push(`${name} for ${own}`);
    matched.set(own, [...matched.get(own) ?? [], ...images]);
  }
  const notes = respelled.map((words) => `In ${folder.name} the folder ${words} was taken.`);
  return { classes: matched, notes };
}
