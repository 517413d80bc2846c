/** Event files for TensorBoard beside the logs of a run. */
import type { RowFollower } from "../io/run_logs.ts";
import { TensorboardFollower } from "./follower.ts";

/** What follows the logs of a run into event files below `folder`. */
export async function tensorboardFollower(folder: string): Promise<RowFollower> {
  const { cellImages } = await import("./cell_images.ts");
  const drawn = new Map<string, ReturnType<typeof cellImages>>();
  return new TensorboardFollower(folder, (genotype) => {
    const images = drawn.get(genotype) ?? cellImages(genotype);
    drawn.set(genotype, images);
    return images;
  });
}
