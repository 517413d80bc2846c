/** Writes a folder of files whole or not at all. */
import { usageError } from "../../src/errors.ts";
import { attempt, makeFolder, renameFile, writeFileAtomic } from "../../src/io/files.ts";
import { basename, dirname, join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import { setting } from "../../src/setting.ts";

/** The text of a file, or its bytes in pieces. */
export type Content = Parameters<typeof writeFileAtomic>[1];

/** Throws a usage error where there is a file at the path, or a folder with something in it. */
export function checkEmpty(folder: string): void {
  const there = statIfThere(folder);
  if (!there) return;
  const other = setting("out");
  if (!there.isDirectory) {
    throw usageError(`Cannot make the folder ${folder}: it is a file; choose another ${other}.`);
  }
  const [first] = attempt(`Cannot read the folder ${folder}`, () => [...Deno.readDirSync(folder)]);
  if (first) {
    throw usageError(`The folder ${folder} is not empty (it has ${first.name}); choose another ${other}.`);
  }
}

/**
 * Writes the files into a folder that is empty or not there, by way of a temporary folder, which is removed where
 * anything fails.
 *
 * @throws UserError (exit 2) for a folder with something in it; (exit 4) where it cannot be written
 */
export function writeFolder(folder: string, files: ReadonlyMap<string, Content>): void {
  checkEmpty(folder);
  // A folder that is there may be one that cannot be renamed, such as a volume.
  const there = statIfThere(folder) !== undefined;
  const name = `.${basename(folder)}.${Deno.pid}.tmp`;
  const temporary = join(there ? folder : dirname(folder), name);
  makeFolder(temporary);
  try {
    for (const [name, content] of files) writeFileAtomic(join(temporary, name), content);
    if (!there) return renameFile(temporary, folder);
    for (const name of files.keys()) renameFile(join(temporary, name), join(folder, name));
  } finally {
    removeFolder(temporary);
  }
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch {
    // It was renamed, or the disk is gone; the error that led here is the one to report.
  }
}
