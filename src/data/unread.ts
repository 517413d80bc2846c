/** Data sets that people have and no reader reads, named for what they are. */
import { join } from "../io/paths.ts";
import { describeOther } from "./file_kinds.ts";
import { idxFolder } from "./idx_folder.ts";
import { namesIn } from "./read.ts";

/** Ending of a sentence on a path: what it is or holds, and what to do with that; empty where nothing is known. */
export function unreadIn(path: string, kind: "file" | "folder"): string {
  if (kind === "file") return ofFile(path);
  const names = namesIn(path);
  const raw = names.map((name) => join(path, name, "raw")).concat(join(path, "raw"))
    .find((folder) => idxFolder.recognises(folder));
  if (raw !== undefined) return ` holds IDX files as torchvision keeps them: give ${raw}`;
  if (names.some((name) => /^(train_data_batch_\d+|val_data)$/.test(name))) {
    return " holds the batches of a downsampled ImageNet (ImageNet16, 32 or 64), which are not read";
  }
  return "";
}

function ofFile(path: string): string {
  const format = describeOther(path);
  if (format === undefined) return "";
  const archive = ["zip", "RAR", "7z"].includes(format);
  return ` but a ${format} file, which is not read${archive ? ": unpack it and give the folder" : ""}`;
}
