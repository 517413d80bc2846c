/** Runs and comparisons in folders, found by what lies in them. Links are not followed. */
import { basename, join, resolve } from "../../src/io/paths.ts";

/** What was found in a folder. */
export interface Place {
  readonly kind: "run" | "comparison";
  readonly folder: string;
  /** The names that lead to it, the first one that of the folder that is watched. */
  readonly way: readonly string[];
}

export interface Found {
  readonly places: readonly Place[];
  /** What is not looked at, in sentences. */
  readonly notes: readonly string[];
}

/** Folders below one that is watched, and in all: whoever watches a whole disk shall not wait for it. */
const deepest = 3;
const mostFolders = 20_000;

/** By these a folder is known to hold a run. */
const runMarks = [".lock", "log.txt", "environment.json", "metrics.jsonl", "result.json"];
const comparisonMark = "comparison.json";

/** Names for folders, that of each itself; where several have the same, with a number. */
function labelsOf(folders: readonly string[]): string[] {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const name = basename(resolve(folder)) || "files";
    let label = name;
    for (let n = 2; taken.has(label); n++) label = `${name}-${n}`;
    taken.add(label);
    return label;
  });
}

function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch {
    return [];
  }
}

/** All runs and comparisons in these folders and below, each once, in the order of their names. */
export function placesIn(folders: readonly string[]): Found {
  const places: Place[] = [];
  const seen = new Set<string>();
  let left = mostFolders;
  const visit = (folder: string, way: readonly string[]) => {
    const path = resolve(folder);
    if (seen.has(path) || left-- <= 0) return;
    seen.add(path);
    const entries = entriesOf(folder);
    const names = new Set(entries.filter(({ isFile }) => isFile).map(({ name }) => name));
    const comparison = names.has(comparisonMark);
    const run = !comparison && runMarks.some((mark) => names.has(mark));
    if (comparison || run) places.push({ kind: comparison ? "comparison" : "run", folder, way });
    if (run || way.length > deepest) return;
    entries.filter(({ isDirectory, name }) => isDirectory && !name.startsWith("."))
      .sort((a, b) => a.name < b.name ? -1 : 1)
      .forEach(({ name }) => visit(join(folder, name), [...way, name]));
  };
  const labels = labelsOf(folders);
  folders.forEach((folder, i) => visit(folder, [labels[i]!]));
  const notes = left < 0 ? [`More than ${mostFolders} folders: some are not looked at; name fewer.`] : [];
  return { places, notes };
}
