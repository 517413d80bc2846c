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

/**
 * The split that each of some folders beside one another is, of those that are one. A name of more words, such as
 * `seg_train`, is that of a split where another folder has the same words for another split: `seg_test`.
 */
export function splitsAmong(names: readonly string[]): Map<string, Split> {
  const readings = names.map((name) => ({ name, ...read(name) }));
  const found = new Map<string, Split>();
  for (const { name, split, rest } of readings) {
    if (split === undefined) continue;
    const paired = () =>
      readings.some((other) => other.rest === rest && other.split !== undefined && other.split !== split);
    if (rest === "" || paired()) found.set(name, split);
  }
  return found;
}

/** Whether a folder's name says nothing of what it holds: `images`, `unknown`, or a split's own. */
export const saysNothing = (name: string): boolean =>
  ["", "unknown", "unlabeled", "unlabelled"].includes(read(name).rest);

/** Whether a name is that of one part of several that images are divided into to be tested on in turn. */
export const isFold = (name: string): boolean =>
  /^(k?fold|cv|split|part|partition|subset)s?[-_ .]*\d+$/i.test(name) ||
  /^\d+[-_ .]*(st|nd|rd|th)?[-_ .]*fold$/i.test(name);
