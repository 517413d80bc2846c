/** Which folders of a data set are splits, by the spellings of their names that are in use. */

export type Split = "train" | "validation" | "test";

const spellings: Readonly<Record<Split, readonly string[]>> = {
  train: ["train", "trn", "training", "trainval"],
  validation: ["val", "valid", "validate", "validating", "validation", "dev", "eval", "evaluation"],
  test: ["test", "tst", "tests", "testing", "holdout", "heldout"],
};

/** Words that say nothing of which split it is. */
const plain =
  /^(the|my|new|set|data|dataset|split|image|img|pic|picture|photo|sample|file|folder|dir|class|classe|all|full|small|resized|cropped|jpe?g|png|px|\d+(x\d+)?)s?$/;

/** `trainset` and `testimages` are two words. */
const compound = /(set|data|dataset|split|image|img|folder)s?$/;

const splitOfWord = (word: string): Split | undefined =>
  (Object.keys(spellings) as Split[]).find((split) =>
    spellings[split].includes(word) || spellings[split].includes(word.replace(compound, ""))
  );

/** What every name of a split holds: most names need no closer look. */
const anySplit = new RegExp(Object.values(spellings).flat().join("|"), "i");

/** The words of a name in lower case: `trainImages_64` is train, images, 64. */
const wordsOf = (name: string): string[] =>
  name.normalize("NFC")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    // The x of 32×32 stays between its numbers.
    .replace(/((?!x)\p{L})(\d)|(\d)((?!x)\p{L})/gu, "$1$3 $2$4")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");

interface Reading {
  /** Undefined where the words name none, or several. */
  readonly split: Split | undefined;
  /** The other words, but for those that say nothing. */
  readonly rest: string;
}

function read(name: string): Reading {
  const words = wordsOf(name).filter((word) => !plain.test(word));
  const splits = new Set(words.flatMap((word) => splitOfWord(word) ?? []));
  const rest = words.filter((word) => splitOfWord(word) === undefined).join(" ");
  // Images to train and to validate by are training images to a test.
  const both = splits.size === 2 && splits.has("train") && splits.has("validation");
  return { split: both ? "train" : splits.size === 1 ? [...splits][0] : undefined, rest };
}

/** Words for what is a test where others validate. */
const evaluating = /eval/i;

/**
 * The split that each of some folders beside one another is, of those that are one. A name of more words, such as
 * `seg_train`, is that of a split where another folder has the same words for another split: `seg_test`.
 */
export function splitsAmong(names: readonly string[]): Map<string, Split> {
  const readings = names.filter((name) => anySplit.test(name)).map((name) => ({ name, ...read(name) }));
  const kinds = new Map<string, Set<Split>>();
  for (const { split, rest } of readings) {
    if (split !== undefined) kinds.set(rest, (kinds.get(rest) ?? new Set()).add(split));
  }
  const found = new Map<string, Split>();
  for (const { name, split, rest } of readings) {
    if (split !== undefined && (rest === "" || kinds.get(rest)!.size > 1)) found.set(name, split);
  }
  const validating = [...found].filter(([, split]) => split === "validation").map(([name]) => name);
  const evaluation = validating.find((name) => evaluating.test(name));
  const free = ![...found.values()].includes("test") && validating.length > 1;
  if (free && evaluation !== undefined) found.set(evaluation, "test");
  return found;
}

/** Whether a folder's name says nothing of what it holds: `images`, `unknown`, or a split's own. */
export const saysNothing = (name: string): boolean =>
  ["", "unknown", "unlabeled", "unlabelled"].includes(read(name).rest);

/** Words for a part of what belongs together. */
const part = /^(k?folds?|cv|parts?|partitions?|subsets?|splits?|batch(es)?|chunks?|shards?)$/;
const picture = /^(images?|imgs?|pics?|pictures?|photos?)$/;

/** Whether several names are those of numbered parts of one thing: folds, or an archive in pieces. */
export function areParts(names: readonly string[]): boolean {
  const words = names.map((name) => wordsOf(name).filter((word) => !/^\d+$|^(st|nd|rd|th)$/.test(word)));
  const [first, ...others] = words;
  if (first === undefined || others.length === 0 || first.length === 0) return false;
  const alike = others.every((each) => each.join(" ") === first.join(" "));
  return alike && (first.some((word) => part.test(word)) || first.every((word) => picture.test(word)));
}
