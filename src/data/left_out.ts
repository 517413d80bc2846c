/** Words for what is left out of a data set. */
import { basename } from "../io/paths.ts";
import { describeOther } from "./file_kinds.ts";
import type { Folder } from "./folder_tree.ts";

/** Names that a sentence lists; of more it says how many. */
const mostNames = 5;

/** `a, b, c`, or the first of them and how many more there are. */
export function listedNames(names: readonly string[]): string {
  const more = names.length - mostNames;
  return names.slice(0, mostNames).join(", ") + (more > 0 ? ` and ${more} more` : "");
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
