/** The result of a run on standard output: JSON, or a few lines. */
import { visible } from "../../src/errors.ts";
import { type Baselines, distanceWords, entryWords, type TableEntry } from "../../src/benchmarks/mod.ts";
import type { ClassCount } from "../../src/data/class_counts.ts";
import type { Context } from "../../src/cli/main.ts";

/** Characters of a name. */
const column = 14;

/** Prints. Where JSON holds the notes, they end what is said on standard error as well. */
export function summary(
  json: boolean,
  result: Readonly<Record<string, unknown>>,
  { print, progress }: Pick<Context, "print"> & { readonly progress: Pick<Context["progress"], "note"> },
): void {
  if (json) {
    (result["notes"] as readonly string[] | undefined)?.forEach(progress.note);
    return print(JSON.stringify(result));
  }
  for (const [name, value] of Object.entries(result)) {
    if (value === null || name === "images") continue;
    linesOf(name, value, result).forEach((words, i) =>
      print(`${(i === 0 ? name.replaceAll("_", " ") : "").padEnd(column)} ${words}`)
    );
  }
}

const classWords = ({ name, train, test }: ClassCount): string => `${visible(name)} (${train} + ${test})`;

/** Where the found cell stands to what needs no search, and what was assumed. */
const baselineLines = ({ rows, notes }: Baselines, { accuracies, dataset }: TableEntry): string[] => [
  ...rows.map((row) => distanceWords(accuracies[dataset]!, row)),
  ...notes,
];

/** Notes have a line each, other lists one for all; fractions have six digits, all of them in JSON. */
function linesOf(name: string, value: unknown, result: Readonly<Record<string, unknown>>): string[] {
  if (name === "notes") return (value as string[]).map(visible);
  if (name === "classes") return [(value as readonly ClassCount[]).map(classWords).join(", ")];
  if (name === "benchmark") return [entryWords(value as TableEntry)];
  if (name === "baselines") return baselineLines(value as Baselines, result["benchmark"] as TableEntry);
  if (typeof value === "number" && !Number.isInteger(value)) return [String(Number(value.toPrecision(6)))];
  return [Array.isArray(value) ? value.join(", ") : String(value)];
}
