/** Which folders of a data set are classes and which are splits, decided from what lies in them. */
import { dataError } from "../errors.ts";
import {
  allFolders,
  type Folder,
  foldersIn,
  holdsImages,
  imageFoldersIn,
  imagesDirectlyIn,
  imagesIn,
} from "./folder_tree.ts";
import { listedNames, otherFiles } from "./left_out.ts";
import { isFold, saysNothing, type Split, splitsAmong } from "./split_names.ts";

/** Paths of images by class. */
export type ByClass = ReadonlyMap<string, readonly string[]>;

/** What a folder's images are. */
export interface Layout {
  /** Of two classes or more. */
  readonly train: ByClass;
  /** Undefined where the folder has none. */
  readonly test: ByClass | undefined;
  readonly notes: readonly string[];
}

const quantity = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const names = (folders: readonly Folder[]): string => listedNames(folders.map(({ name }) => name));

/**
 * Decides what a folder's images are: classes (`CLASS/…`), splits of classes (`train/CLASS/…`) or classes of splits
 * (`CLASS/train/…`), below any folders that hold nothing else. Raises a data error where the names and what lies in the
 * folders do not tell.
 */
export function layoutOf(given: Folder): Layout {
  const root = unwrapped(given);
  const layout = ofSplits(root) ?? ofClasses(root);
  return { ...layout, notes: [...layout.notes, ...passedOver(given, root)] };
}

/** The folder below those that hold one folder and no image; folders without images do not count. */
function unwrapped(folder: Folder): Folder {
  const [only, another] = imageFoldersIn(folder);
  const wraps = only !== undefined && another === undefined && imagesDirectlyIn(folder).length === 0 &&
    imagesDirectlyIn(only).length === 0 && splitsAmong([only.name]).size === 0;
  return wraps ? unwrapped(only) : folder;
}

/** `train/CLASS/…` and its like; undefined where no folder is a split. */
function ofSplits(root: Folder): Layout | undefined {
  const folders = imageFoldersIn(root);
  const splits = splitsAmong(folders.map(({ name }) => name));
  const isClass = classNamedLikeSplit(folders, splits);
  if (splits.size === 0 || isClass) return undefined;
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
  const found = classesOf(withoutOwnName(train));
  if (found === undefined) throw dataError(flatTraining(train));
  const classes = trainingClasses(train.path, found);
  const judged = [of("test"), of("validation")].filter((folder) => folder !== undefined)
    .map((folder) => ({ folder, ...judge(folder, classes) }));
  const test = judged.find(({ classes }) => classes !== undefined);
  const unused = [
    ...judged.filter((other) => other !== test).map(({ folder, why }) =>
      unusedNote(folder, why ?? isTest(test!.folder))
    ),
    ...folders.filter(({ name }) => !splits.has(name)).map((folder) =>
      unusedNote(folder, "it is none of the splits")
    ),
  ];
  return {
    train: classes,
    test: test?.classes,
    notes: [...besides(root), ...besides(train), ...(test ? besides(test.folder) : []), ...unused],
  };
}

const words = { train: "training", validation: "validation", test: "test" } as const;

/** One folder of images with a split's name beside others of images is a class: trains, or what is valid. */
function classNamedLikeSplit(folders: readonly Folder[], splits: ReadonlyMap<string, Split>): boolean {
  const isSplit = ({ name }: Folder) => splits.has(name);
  const flat = (folder: Folder) => imageFoldersIn(folder).length === 0;
  const [one, another] = folders.filter(isSplit);
  if (one === undefined || !flat(one) || folders.every(isSplit)) return false;
  if (another === undefined) return true;
  throw dataError(
    `${names(folders.filter(isSplit))} hold images but no class folders, and lie beside ${
      names(folders.filter((folder) => !isSplit(folder)))
    }: which of them are classes cannot be told; give each class a folder of its own, or splits the form train/CLASS/….`,
  );
}

const isTest = ({ name }: Folder): string => `${name} is the test split`;

const unusedNote = (folder: Folder, why: string): string =>
  `The folder ${folder.name} was left out (${quantity(imagesIn(folder).length, "image")}): ${why}.`;

const noTraining = (root: Folder, folders: readonly Folder[], splits: ReadonlyMap<string, Split>): string => {
  const others = folders.filter(({ name }) => !splits.has(name));
  return `${root.path} holds ${listedNames([...splits.keys()])}${
    others.length > 0 ? ` beside ${names(others)}` : ""
  }, but no folder of training images; call that folder train.`;
};

const flatTraining = (train: Folder): string => {
  const images = imagesIn(train);
  const initial = new Set(images.map((path) => /([\p{L}]{2,})[-_. ]*\d*\.\w+$/u.exec(path)?.[1] ?? ""));
  const guess = initial.size > 1 && initial.size <= 20 && !initial.has("")
    ? `; classes in the names of files (${listedNames([...initial])}) are not read`
    : "";
  return `${train.path} holds ${
    quantity(images.length, "image")
  } but no class folders, so nothing tells their ` +
    `classes${guess}; sort them into ${train.path}/CLASS/IMAGE${otherFiles([train], ". Beside them: ")}.`;
};

/** A split that an archive unpacked into a folder of its own name: `train/train/CLASS`. */
function withoutOwnName(split: Folder): Folder {
  const [only, another] = imageFoldersIn(split);
  const wraps = only !== undefined && another === undefined && imagesDirectlyIn(split).length === 0 &&
    imagesDirectlyIn(only).length === 0;
  return wraps ? withoutOwnName(only) : split;
}

/** The classes of a training split. Raises a data error where there is one only. */
function trainingClasses(where: string, classes: ByClass): ByClass {
  if (classes.size > 1) return classes;
  throw dataError(
    `${where} holds images of one class, ${[...classes.keys()]}; training a classifier needs two or more.`,
  );
}

/** Images by class folder; undefined where there is no such folder. Folders of one name are one class. */
function classesOf(folder: Folder): Map<string, string[]> | undefined {
  const classes = new Map<string, string[]>();
  const sorted = imageFoldersIn(folder).sort((a, b) => a.name < b.name ? -1 : 1);
  for (const inner of sorted) {
    classes.set(inner.name, [...classes.get(inner.name) ?? [], ...imagesIn(inner)]);
  }
  return classes.size === 0 ? undefined : classes;
}

/** The classes of a test split, or why it is none: it may come without labels. */
function judge(
  folder: Folder,
  known: ByClass,
): { readonly classes?: ByClass; readonly why?: string } {
  const classes = classesOf(withoutOwnName(folder));
  const nameless = classes === undefined ||
    [...classes.keys()].every((name) => !known.has(name) && saysNothing(name));
  if (nameless) return { why: "it has no class folders, so nothing tells the classes of its images" };
  const unknown = [...classes.keys()].find((name) => !known.has(name));
  if (unknown === undefined) return { classes };
  throw dataError(`${folder.path} has the class ${unknown}, which the training split lacks.`);
}

/** `CLASS/…`, each of them with splits inside or none. */
function ofClasses(root: Folder): Layout {
  const folders = imageFoldersIn(root);
  if (folders.length === 0) throw dataError(nothingFound(root));
  if (folders.every(({ name }) => isFold(name)) && folders.length > 1) {
    throw dataError(
      `${root.path} holds ${
        names(folders)
      }, parts to be tested on in turn; which of them to train on cannot be told: ` +
        `put those into a folder train and the others into test.`,
    );
  }
  const inner = folders.map((folder) => ({ folder, splits: innerSplits(folder) }));
  const notes = besides(root);
  if (inner.some(({ splits }) => splits !== undefined && splits.size > 1)) {
    const whole = inner.find(({ splits }) => splits === undefined);
    if (whole === undefined) return ofSplitClasses(root, inner as DividedClass[], notes);
    throw dataError(
      `Some classes in ${root.path} are divided into splits and ${whole.folder.name} is not; divide all of them or none.`,
    );
  }
  checkRepeated(root, folders);
  const named = folders.filter(({ name }) => splitsAmong([name]).size > 0);
  return {
    train: trainingClasses(root.path, classesOf(root)!),
    test: undefined,
    notes: [
      ...notes,
      ...named.map(({ name }) => `The folder ${name} was taken for a class, as those beside it.`),
    ],
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
  if (splits.size < inner.length || imagesDirectlyIn(folder).length > 0) return undefined;
  return Map.groupBy(inner, ({ name }) => splits.get(name)!);
}

/** `CLASS/train/…` and its like. */
function ofSplitClasses(root: Folder, classes: readonly DividedClass[], notes: readonly string[]): Layout {
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
    notes: unused === 0
      ? notes
      : [...notes, `The validation images of the classes were left out (${unused}): test is the test split.`],
  };
}

/** Raises a data error where the same folders lie in all of several folders: they may be classes of splits. */
function checkRepeated(root: Folder, folders: readonly Folder[]): void {
  const inner = folders.map((folder) => imageFoldersIn(folder).map(({ name }) => name));
  const [first, second] = [...inner].sort((a, b) => b.length - a.length);
  const common = (first ?? []).filter((name) => inner.every((names) => names.includes(name)));
  if (second === undefined || common.length < 2 || 2 * common.length < first!.length) return;
  throw dataError(
    `Each of the folders ${names(folders)} in ${root.path} holds ${
      listedNames(common)
    }: whether those or these are ` +
      `the classes cannot be told. Call splits train and test, or give the folder whose folders are the classes.`,
  );
}

/** What lies beside class folders and is neither: images of no class, folders without images. */
function besides(folder: Folder): string[] {
  const images = imagesDirectlyIn(folder);
  const empty = foldersIn(folder).filter((inner) => !holdsImages(inner));
  return [
    ...(images.length > 0
      ? [
        `${quantity(images.length, "image")} beside the class folders of ${folder.path} ${
          images.length === 1 ? "was" : "were"
        } left out: nothing tells their class.`,
      ]
      : []),
    ...(empty.length > 0 ? [`Folders without images were left out: ${names(empty)}.`] : []),
  ];
}

/** What was passed over anywhere below, and where the classes were found. */
function passedOver(given: Folder, root: Folder): string[] {
  const all = allFolders(given);
  const folders = all.flatMap(({ passedOver }) => passedOver);
  const files = otherFiles(all, "Files that are not PNG or JPEG were left out: ");
  return [
    ...(root === given ? [] : [`The classes were found in ${root.path}.`]),
    ...(files === "" ? [] : [`${files}.`]),
    ...(folders.length > 0
      ? [
        `Folders of the system, or that lead back to where they lie, were left out: ${listedNames(folders)}.`,
      ]
      : []),
  ];
}

const nothingFound = (folder: Folder): string => {
  const images = imagesDirectlyIn(folder).length;
  const there = images > 0
    ? ` It holds ${quantity(images, "image")} without a class folder.`
    : otherFiles(allFolders(folder), " It holds ", ", which are not read.");
  return `${folder.path} holds no class folders with PNG or JPEG images; expected ${folder.path}/CLASS/IMAGE.png.${there}`;
};
