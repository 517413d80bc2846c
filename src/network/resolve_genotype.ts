/** Finds the genotype a user means: a published name, a file, or the text itself. */
import { userPath } from "../environment.ts";
import { isNear, nearest, usageError } from "../errors.ts";
import { basename, dirname, join } from "../io/paths.ts";
import { readReason, readText, statIfThere } from "../io/read.ts";
import { isStandardInput } from "../io/stream.ts";
import { genotypeAliases } from "./darts/published.ts";
import { isGenotypeText } from "./find_genotype.ts";
import { type Genotype, readGenotype } from "./genotype.ts";
import { publishedGenotype, publishedNames } from "./published.ts";

/** Most bytes of a text with a genotype in it: that of a cell is a thousand, a long log a few hundred thousand. */
const mostBytes = 1_000_000;

/**
 * Reads `text` as genotype text (JSON, `Genotype(…)` and the like), else as a published name, else as a path: of a file
 * with such text, of a run's folder, or of standard input, which `-` means. Throws a usage error: unreadable or invalid
 * genotype, or nothing of that name, with the nearest published one.
 */
export function resolveGenotype(text: string): Genotype {
  if (isGenotypeText(text)) return readGenotype(text, "the given text");
  const published = publishedGenotype(text);
  if (published) return published;
  const path = isStandardInput(text) ? text : fileOf(userPath(text));
  const contents = read(path, text);
  if (/^\s*<(?:!doctype|html)\b/i.test(contents)) {
    throw unreadable(path, "it is a page for a browser; give the folder of its run, or the genotype alone");
  }
  return readGenotype(contents, isStandardInput(path) ? "standard input" : path);
}

function read(path: string, given: string): string {
  try {
    return readText(path, { most: mostBytes });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw unreadable(path, readReason(cause), cause);
    if (/[/\\]|\.\w+$/.test(given)) throw usageError(`There is no genotype file "${given}".`, { cause });
    const near = nearest(given, [...publishedNames, ...Object.keys(genotypeAliases)]);
    throw usageError(
      `Unknown genotype "${given}": there is no such file and no published genotype of that name. ` +
        (isNear(given, near)
          ? `Did you mean ${near}?`
          : "Give a published name such as DARTS_V2, a file, a run's folder, or the genotype itself."),
      { cause },
    );
  }
}

const unreadable = (path: string, why: string, cause?: unknown) =>
  usageError(
    isStandardInput(path)
      ? `Cannot read the genotype from standard input: ${why}`
      : `Cannot read the genotype file "${path}": ${why}`,
    { cause },
  );

/** The files of a run or of a comparison that stand for it, as its folder does. */
const standIns = ["config.json", "report.html", "comparison.json", "comparison.html"];

/** What tells that a file lies in the folder of a run or of a comparison. */
const marks = ["genotype.json", "environment.json", "comparison.json"];

function standsForFolder(path: string): boolean {
  return standIns.includes(basename(path)) && statIfThere(path)?.isFile === true &&
    marks.some((mark) => statIfThere(join(dirname(path), mark))?.isFile);
}

/**
 * The file with the genotype of what a path stands for: itself, or that of a run's folder. Throws a usage error for
 * a folder that has none.
 */
function fileOf(given: string): string {
  const path = standsForFolder(given) ? dirname(given) : given;
  if (!statIfThere(path)?.isDirectory) return path;
  const has = (name: string) => statIfThere(join(path, name)) !== undefined;
  if (has("genotype.json")) return join(path, "genotype.json");
  const comparison = has("comparison.json");
  if (has("config.json") && !comparison) {
    // A run that trains a genotype has it among its settings from its beginning on.
    const settings = join(path, "config.json");
    if (namesGenotype(settings)) return settings;
    throw unreadable(path, "it is a run that has no genotype.json, which comes when its search has ended");
  }
  const run = firstRun(path);
  const why = comparison
    ? "it is a comparison of runs"
    : "it is a folder that holds no run (no genotype.json)";
  throw unreadable(path, run === undefined ? why : `${why}; give one of those in it, such as ${run}`);
}

function namesGenotype(settings: string): boolean {
  try {
    return /"genotype"\s*:/.test(readText(settings, { most: mostBytes }));
  } catch {
    return false;
  }
}

/** Entries of a folder that are looked into for a run. */
const mostEntries = 1000;

/** The first run in a folder that has a genotype, undefined where there is none. */
function firstRun(folder: string): string | undefined {
  const names: string[] = [];
  try {
    for (const { name } of Deno.readDirSync(folder)) if (names.push(name) === mostEntries) break;
  } catch (cause) {
    throw unreadable(folder, readReason(cause), cause);
  }
  return names.sort().map((name) => join(folder, name)).find((run) =>
    statIfThere(join(run, "genotype.json"))?.isFile
  );
}
