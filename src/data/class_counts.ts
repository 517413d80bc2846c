/** How many images of each class a data set has, in numbers and in words. */
import type { Dataset, Images } from "./dataset.ts";
import { listedNames } from "./left_out.ts";

/** A class as `result.json` names it: its images by split. */
export interface ClassCount {
  readonly name: string;
  readonly train: number;
  readonly test: number;
}

/** The classes in the order of their labels, each with its images. */
export function classCounts({ classes, train, test }: Dataset): ClassCount[] {
  const count = ({ labels }: Images): number[] => {
    const counts = new Array<number>(classes.length).fill(0);
    for (const label of labels) counts[label]!++;
    return counts;
  };
  const [trained, tested] = [count(train), count(test)];
  return classes.map((name, label) => ({ name, train: trained[label]!, test: tested[label]! }));
}

/** Classes that one line names; the files of a run name all. */
const mostClasses = 20;

/** `2 classes of 60 + 12 images (training + test): cat (30 + 6), dog (30 + 6)`. */
export function classesInWords(dataset: Dataset): string {
  const counts = classCounts(dataset);
  const [{ train, test }] = counts as [ClassCount];
  const alike = counts.every((other) => other.train === train && other.test === test);
  const named = counts.map((each) => alike ? each.name : `${each.name} (${each.train} + ${each.test})`);
  return `${counts.length} classes of ${dataset.train.count} + ${dataset.test.count} images (training + test): ` +
    `${listedNames(named, mostClasses)}${alike ? `, each ${train} + ${test}` : ""}`;
}
