/** The image files that a user names, and what becomes of them before a network sees them. */
import { allFolders, imagesIn, readFolder } from "../../src/data/folder_tree.ts";
import { type Failure, measureSizes } from "../../src/data/image_decoding.ts";
import { otherFiles, quantity } from "../../src/data/left_out.ts";
import { kindOf } from "../../src/data/read.ts";
import { readReason } from "../../src/io/read.ts";
import type { ImageShape } from "../../src/data/read_images.ts";

/** Files to predict. */
export interface ImageFiles {
  readonly files: readonly string[];
  /** What cannot be read or is no image, with the reason; of folders too. */
  readonly failures: readonly Failure[];
  /** A sentence where images are of another size than the network's. */
  readonly notes: readonly string[];
}

/**
 * The images of paths in the order given: files, and folders with all that is below them. A folder without images is a
 * failure; what is wrong with a file, which only its first bytes are read of, may come out later.
 */
export async function imageFiles(
  paths: readonly string[],
  { height, width, resizing = "bilinear" }: ImageShape,
): Promise<ImageFiles> {
  const listed: string[] = [];
  const failures: Failure[] = [];
  for (const path of paths) {
    if (kindOf(path) !== "folder") listed.push(path);
    else {
      const unlisted: Failure[] = [];
      const folder = await readFolder(path, {
        onUnlisted: (path, { cause }) =>
          unlisted.push({ path, why: `the folder cannot be listed: ${readReason(cause)}` }),
      });
      failures.push(...unlisted);
      const images = imagesIn(folder);
      for (const image of images) listed.push(image);
      if (images.length === 0 && unlisted.length === 0) {
        const there = otherFiles(allFolders(folder), ", only other files: ");
        failures.push({ path, why: `the folder holds no PNG or JPEG images${there}` });
      }
    }
  }
  const { sizes, failures: unread } = await measureSizes(listed.map((path) => ({ path, label: 0 })));
  const files = listed.filter((_, n) => sizes[n] !== "");
  const other = sizes.filter((size) => size !== "" && size !== `${height}×${width}`).length;
  return {
    files,
    failures: [...failures, ...unread],
    notes: other === 0 ? [] : [
      `${quantity(other, "image")} of another size than the network's ${height}×${width} ${
        other === 1 ? "is" : "are"
      } resized to it (${resizing}), whatever the proportions`,
    ],
  };
}
