/** Hints on a path that no reader takes: the format it is in, or where a data set lies near it. */
import { UserError } from "../errors.ts";
import { dirname, join } from "../io/paths.ts";
import { cifarPath } from "./cifar.ts";
import type { PathFormat } from "./dataset.ts";
import { describeOther } from "./file_kinds.ts";
import { idxFolder } from "./idx_folder.ts";
import { kindOf, namesIn } from "./read.ts";

/** Formats that are known by their files. */
const formats: readonly (readonly [string, PathFormat])[] = [["IDX", idxFolder], ["CIFAR", cifarPath]];

/** Ending of a sentence on a path: what it is or holds, and what to do with that; empty where nothing is known. */
export function unreadIn(path: string, kind: "file" | "folder"): string {
  if (kind === "file") return ofFile(path);
  if (listed(path).some((name) => /^(train_data_batch_\d+|val_data)$/.test(name))) {
    return " holds the batches of a downsampled ImageNet (ImageNet16, 32 or 64), which are not read";
  }
  for (const folder of foldersBelow(path)) {
    const found = formats.find(([, format]) => format.recognises(folder));
    if (found) return ` holds ${found[0]} files further down: give ${folder}`;
  }
  return "";
}

/** Folders that are looked into. */
const most = 100;

/** Names in a folder; none in one that may not be listed: it is only looked into for a hint. */
function listed(folder: string): string[] {
  try {
    return namesIn(folder);
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** Folders in a folder and in those: a set is often kept one or two further down. */
function foldersBelow(path: string): string[] {
  const inside = (folder: string) =>
    listed(folder).slice(0, most).map((name) => join(folder, name)).filter((inner) =>
      kindOf(inner) === "folder"
    );
  const first = inside(path);
  return [...first, ...first.flatMap(inside)].slice(0, most);
}

function ofFile(path: string): string {
  const folder = dirname(path);
  const found = formats.find(([, format]) => format.claims!(path) && format.recognises(folder));
  if (found) return ` but one of several ${found[0]} files: give their folder, ${folder}`;
  const format = describeOther(path);
  if (format === undefined) return "";
  const archive = ["zip", "RAR", "7z"].includes(format);
  return ` but a ${format} file, which is not read${archive ? ": unpack it and give the folder" : ""}`;
}
