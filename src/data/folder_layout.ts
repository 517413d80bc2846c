/** Which folders of a data set are classes and which are splits, decided from what lies in them. */
import { dataError } from "../errors.ts";
import {
  type ByClass,
  classesOf,
  flatWords,
  testSplit,
  trainingClasses,
  unwrapped,
  withoutOwnName,
} from "./class_folders.ts";
import { type Folder, imageFoldersIn, imagesDirectlyIn, imagesIn } from "./folder_tree.ts";
import { besides, listedNames, namesOf, nothingFound, passedOver, quantity } from "./left_out.ts";
import { type Split, splitsAmong } from "./split_names.ts";
import { checkClear, checkNames, checkUndivided, copiesAmong } from "./unclear_folders.ts";

/** What a folder's images are. */
export interface Layout {
  /** Of two classes or more. */
  readonly train: ByClass;
  /** Undefined where the folder has none. */
  readonly test: ByClass | undefined;
  readonly notes: readonly string[];
}

/**
 * Decides what a folder's images are: classes (`CLASS/…`), splits of classes (`train/CLASS/…`) or classes of splits
 * (`CLASS/train/…`), below any folders that hold nothing else. Throws a data error where the names and what lies in the
 * folders do not tell.
 */
export function layoutOf(given: Folder): Layout {
  const root = unwrapped(given);
  const layout = ofSplits(root) ?? ofClasses(root);
  return { ...layout, notes: [...layout.notes, ...passedOver(given, root)] };
}

const words = { train: "training", validation: "validation", test: "test" } as const;

/** Whether folders of images lie in a folder, or in the one of its name that an archive unpacked there. */
const holdsFolders = (folder: Folder): boolean => imageFoldersIn(withoutOwnName(folder)).length > 0;

/** `train/CLASS/…` and its like; undefined where no folder is a split. */
function ofSplits(root: Folder): Layout | undefined {
  const folders = imageFoldersIn(root);
  const splits = splitsAmong(folders.map(({ name }) => name));
  if (splits.size === 0 || areNoSplits(folders, splits)) return undefined;
  const others = folders.filter(({ name }) => !splits.has(name));
  const of = (split: Split): Folder | undefined => {
    const [found, another] = folders.filter(({ name }) => splits.get(name) === split);
    if (another === undefined) return found;
    throw dataError(
      `${root.path} holds ${found!.name} and ${another.name}, which both name the ${
        words[split]
      } split; leave one of them, or put their images into one folder.`,
    );
  };
  const train = of("train");
  if (train === undefined) throw dataError(noTraining(root, folders, splits));
  if (splits.size === 1 && others.filter(holdsFolders).length > 1) {
    throw dataError(
      `${root.path} holds ${train.name} beside ${
        namesOf(others)
      }, all with folders in them: whether ${train.name} is the ` +
        `training split or a class cannot be told. Give the folder whose folders are the classes.`,
    );
  }
  const inner = withoutOwnName(train);
  const copies = copiesAmong(imageFoldersIn(inner));
  const classFolders = imageFoldersIn(inner).filter((folder) => !copies.has(folder));
  const found = classesOf({ ...inner, entries: classFolders });
  if (found === undefined) throw dataError(flatWords(train));
  checkUndivided(inner, "was to hold classes");
  checkNames(inner, classFolders);
  const classes = trainingClasses(train.path, found);
  const candidates = [of("test"), of("validation")].filter((folder) => folder !== undefined);
  const notes: string[] = [];
  let test: { readonly folder: Folder; readonly classes: ByClass } | undefined;
  for (const folder of candidates) {
    const split = test ? { why: `${test.folder.name} is the test split` } : testSplit(folder, classes);
    notes.push(...split.notes ?? []);
    if (split.classes) test = { folder, classes: split.classes };
    else notes.push(unusedNote(folder, split.why));
  }
  notes.push(...copyNotes(copies));
  notes.push(...others.map((folder) => unusedNote(folder, "it is none of the splits")));
  notes.push(...takenForClasses([...classes.keys()].filter((name) => splitsAmong([name]).size > 0)));
  const used = [train, ...test ? [test.folder] : []].map(withoutOwnName);
  return { train: classes, test: test?.classes, notes: [...[root, ...used].flatMap(besides), ...notes] };
}

/** Words of splits that are classes as well: trains, and what is valid. */
const nouns = /^(train|valid|dev)$/i;

/**
 * Whether folders are none although they are called like splits: images alone beside others of images alone. Called as
 * a class may be, one is a class; else they are left out, for nothing tells the classes of their images. Throws a data
 * error where they may be either.
 */
function areNoSplits(folders: readonly Folder[], splits: ReadonlyMap<string, Split>): boolean {
  const others = folders.filter(({ name }) => !splits.has(name));
  if (others.length === 0 || folders.some(holdsFolders)) return false;
  const unclear = [...splits].some(([name, split]) => split === "train" || nouns.test(name));
  if (splits.size === 1 || !unclear) return true;
  throw dataError(
    `${listedNames([...splits.keys()])} hold images but no class folders, and lie beside ${
      namesOf(others)
    }: which of them are classes cannot be told; give each class a folder of its own, or splits the form train/CLASS/….`,
  );
}

const takenForClasses = (names: readonly string[]): string[] =>
  names.map((name) => `The folder ${name} was taken for a class, as those beside it.`);

const unusedNote = (folder: Folder, why: string): string =>
  `The folder ${folder.name} was left out (${quantity(imagesIn(folder).length, "image")}): ${why}.`;

const copyNotes = (copies: ReadonlyMap<Folder, readonly string[]>): string[] =>
  [...copies].map(([folder, again]) => unusedNote(folder, `it holds ${listedNames(again)} once more`));

const noTraining = (root: Folder, folders: readonly Folder[], splits: ReadonlyMap<string, Split>): string => {
  const others = folders.filter(({ name }) => !splits.has(name));
  return `${root.path} holds ${listedNames([...splits.keys()])}${
    others.length > 0 ? ` beside ${namesOf(others)}` : ""
  }, but no folder of training images; call that folder train.`;
};

/** `CLASS/…`, each of them with splits inside or none. */
function ofClasses(root: Folder): Layout {
  const all = imageFoldersIn(root);
  if (all.length === 0) throw dataError(nothingFound(root));
  const splits = splitsAmong(all.map(({ name }) => name));
  const flatSplits = new Set(all.filter(({ name }) => splits.has(name) && !nouns.test(name)));
  const copies = copiesAmong(all);
  const folders = all.filter((folder) => !flatSplits.has(folder) && !copies.has(folder));
  const notes = [
    ...besides(root),
    ...[...flatSplits].map((folder) =>
      unusedNote(folder, "it has no class folders, so nothing tells the classes of its images")
    ),
    ...copyNotes(copies),
  ];
  const divided = folders.map((folder) => ({ folder, splits: innerSplits(folder) }));
  const kinds = new Set(divided.flatMap(({ splits }) => [...splits?.keys() ?? []]));
  const whole = divided.find(({ splits }) => splits === undefined);
  if (whole === undefined && (kinds.size > 1 || !kinds.has("train"))) {
    return ofSplitClasses(root, divided as DividedClass[], notes);
  }
  if (whole !== undefined && kinds.size > 1) {
    throw dataError(
      `Some classes in ${root.path} are divided into splits, and ${whole.folder.name} holds images that are in none: ` +
        `divide all of them or none.`,
    );
  }
  checkClear(root, folders);
  const named = folders.filter(({ name }) => nouns.test(name));
  return {
    train: trainingClasses(root.path, classesOf({ ...root, entries: folders })!),
    test: undefined,
    notes: [...notes, ...takenForClasses(named.map(({ name }) => name))],
  };
}

/** A class whose folders are splits. */
interface DividedClass {
  readonly folder: Folder;
  readonly splits: ReadonlyMap<Split, readonly Folder[]>;
}

/** The splits in a class; undefined where some of its images are in none. */
function innerSplits(folder: Folder): DividedClass["splits"] | undefined {
  const inner = imageFoldersIn(folder);
  const splits = splitsAmong(inner.map(({ name }) => name));
  if (inner.length === 0 || splits.size < inner.length || imagesDirectlyIn(folder).length > 0) {
    return undefined;
  }
  return Map.groupBy(inner, ({ name }) => splits.get(name)!);
}

/** `CLASS/train/…` and its like. */
function ofSplitClasses(root: Folder, classes: readonly DividedClass[], notes: readonly string[]): Layout {
  const inner = classes.flatMap(({ splits }) => [...splits.values()].flat());
  const deep = inner.find((split) => imageFoldersIn(withoutOwnName(split)).length > 1);
  if (deep) {
    throw dataError(
      `${root.path} holds ${
        namesOf(classes.map(({ folder }) => folder))
      }, which are divided into splits that hold folders ` +
        `themselves (${deep.path}): which folders are the classes cannot be told; give one of those.`,
    );
  }
  checkNames(root, classes.map(({ folder }) => folder));
  const untrained = classes.find(({ splits }) => !splits.has("train"));
  if (untrained) {
    throw dataError(`${untrained.folder.path} holds no folder of training images; call that folder train.`);
  }
  const images = (split: Split): ByClass | undefined => {
    const found = classes.filter(({ splits }) => splits.has(split))
      .map(({ folder, splits }) => [folder.name, splits.get(split)!.flatMap(imagesIn)] as const);
    return found.length > 0 ? new Map(found) : undefined;
  };
  const [test, validation] = [images("test"), images("validation")];
  const unused = test && validation ? [...validation.values()].flat().length : 0;
  return {
    train: trainingClasses(root.path, images("train")!),
    test: test ?? validation,
    notes: [
      ...notes,
      ...classes.flatMap(({ folder }) => besides(folder)),
      ...unused === 0
        ? []
        : [`The validation images of the classes were left out (${unused}): test is the test split.`],
    ],
  };
}
