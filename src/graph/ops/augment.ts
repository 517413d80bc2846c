/** Crop, flip, normalisation and cutout of a batch of 8-bit images, as the input of a network. */
import source from "../../../shaders/augment.wgsl" with { type: "text" };
import { augmentationColumns } from "../../augmentation_columns.ts";
import { elements, type Node, node, type Op, plainCall } from "../node.ts";
import { foldGrid, rowBlocks } from "./grid.ts";

/** The plan's columns by name, as the shader knows them. */
const columns = Object.fromEntries(augmentationColumns.map((name, i) => [name, i]));
const defines = { ...columns, COLUMNS: augmentationColumns.length };

const augmentOp: Op<null> = {
  name: "augment",
  gradient: "none",
  call: (n, tuning) => {
    const [channels, count, height, width] = n.shape as [number, number, number, number];
    const blocks = channels * count * height * rowBlocks(width);
    return {
      ...plainCall(n, ["images", "plan", "mean", "deviation"], { source, defines }, tuning),
      params: { blocks, channels, count, height, width },
      grid: foldGrid(blocks, tuning.threads),
    };
  },
};

/** What {@link augment} reads. */
export interface AugmentNodes {
  /** Bytes [N, C, H, W], four in a word, the first lowest: u32 [⌈N·C·H·W / 4⌉]. */
  readonly images: Node;
  /**
   * u32 [N, 6], one row an image, see {@link augmentationColumns}: crop offsets (two's complement; the crop of
   * the image padded with zeros starts there), 1 to flip left and right, centre and size of the cutout square
   * (size 0: none).
   */
  readonly plan: Node;
  /** Mean of each channel, of pixels scaled to [0, 1]: [C]. */
  readonly mean: Node;
  /** Standard deviation of each channel: [C]. */
  readonly std: Node;
  /** Of the images, like the width; crops have the same size. */
  readonly height: number;
  /** Pixels of a row. */
  readonly width: number;
}

/**
 * The normalised feature map [C, N, H, W] of a batch. As the field's usual transforms do it: crop with zero
 * pixels around the raw image, flip, (pixel / 255 - mean) / std, then zeros in the cutout square, which reaches
 * from centre - ⌊size/2⌋ up to, not including, centre + ⌊size/2⌋.
 */
export function augment({ images, plan, mean, std, height, width }: AugmentNodes): Node {
  const [count, columns] = plan.shape;
  const channels = elements(mean.shape);
  if (plan.shape.length !== 2 || columns !== augmentationColumns.length) {
    throw new TypeError(
      `Cannot build augment: the plan is [${plan.shape}], needs [N, ${augmentationColumns.length}]`,
    );
  }
  const words = Math.ceil((count! * channels * height * width) / 4);
  if (elements(images.shape) !== words || elements(std.shape) !== channels) {
    throw new TypeError(
      `Cannot build augment: ${elements(images.shape)} words of pixels and ${
        elements(std.shape)
      } deviations ` +
        `for ${count} images ${channels}×${height}×${width}, which take ${words} and ${channels}`,
    );
  }
  return node(augmentOp, [images, plan, mean, std], null, [channels, count!, height, width]);
}
