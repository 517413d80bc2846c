/** Notes beside downloaded files, which tell them from what a user put there under the same name. */
import { writeFileAtomic } from "../io/files.ts";
import { basename, dirname, join } from "../io/paths.ts";
import { readText } from "../io/read.ts";

/** The note's name, for that of the file. */
const noteOf = (name: string): string => `.${name}.fetched`;

/** The name of the file that a note is for; undefined where `name` is not that of a note. */
export const notedName = (name: string): string | undefined => /^\.(.+)\.fetched$/.exec(name)?.[1];

/** Tells a file from one that took its place since: one copied or downloaded there has a time of its own. */
const mark = (path: string): string => `${Deno.lstatSync(path).mtime?.getTime()}\n`;

/** Notes that the file at a path, which is there, was downloaded. Throws a data error where that cannot be written. */
export function noteFetched(path: string): void {
  writeFileAtomic(join(dirname(path), noteOf(basename(path))), mark(path));
}

/** Whether what lies at a path is what was downloaded there. */
export function wasFetched(path: string): boolean {
  try {
    return readText(join(dirname(path), noteOf(basename(path))), { most: 100 }) === mark(path);
  } catch {
    return false;
  }
}
