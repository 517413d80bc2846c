/** Sizes of dispatches over feature maps. */
import { UserError } from "../../errors.ts";
import { setting } from "../../setting.ts";
import { rowPitch, type Shape } from "../node.ts";
import type { Tuning } from "../tuning.ts";

/** WebGPU's limit of workgroups along one axis. */
export const mostGroups = 65535;

/**
 * Workgroups in x and y that cover `count` pieces of work, `perGroup` each. What exceeds one axis folds into y:
 * the kernel's piece is (group.y · groups.x + group.x) · perGroup + its own index.
 */
export function foldGrid(count: number, perGroup: number): [number, number] {
  const groups = Math.ceil(count / perGroup);
  const y = Math.ceil(groups / mostGroups);
  return [Math.ceil(groups / y), y];
}

/** Blocks of 4 columns in a row of width `w`: rows are stored and computed in these. */
export const rowBlocks = (w: number): number => rowPitch(w) / 4;

/**
 * Kernels find rows and images by reciprocals in float32, which is exact for counts up to this, however devices round
 * within WGSL's 2.5 units in the last place.
 */
const mostBlocks = 2 ** 20;

/** Blocks of 4 columns in one channel of a feature map [C, N, H, W]. */
export function channelBlocks([c, n, h, w]: Shape): number {
  const blocks = n! * h! * rowBlocks(w!);
  if (blocks > mostBlocks) {
    throw new UserError(
      3,
      `A feature map of ${c} channels, ${n} images and ${h}×${w} pixels has ${
        4 * blocks
      } numbers in a channel, and kernels count up to ${4 * mostBlocks}; lower ${
        setting("batch")
      } (of a training ` +
        `within a search ${setting("evalBatch")}) or ${setting("size")}.`,
    );
  }
  return blocks;
}

/** Channels of a tile: the power of two from 4 on that holds `count`, up to `most`. */
export function tileFor(count: number, most: number): number {
  let tile = 4;
  while (tile < count && tile < most) tile *= 2;
  return tile;
}

/** Outputs of a window of `kernel` moving by `stride` over `size` elements with `pad` more at both ends. */
export const windows = (size: number, kernel: number, stride: number, pad: number): number =>
  Math.floor((size + 2 * pad - kernel) / stride) + 1;

/** How far into its block of 4 columns a column lies; columns left of the image are negative. */
export const intoBlock = (column: number): number => ((column % 4) + 4) % 4;

/** Threads of the workgroup that reduces a channel of so many blocks. */
export const channelThreads = (blocks: number, { channel }: Tuning): number =>
  blocks < channel.manyBlocks ? channel.fewThreads : channel.threads;

/** Whether the rows of a map end in padding, which a value that is not zero must be kept from. */
export const isPadded = ([, , , w]: Shape): boolean => w! % 4 !== 0;

/**
 * Pieces of one part, a multiple of `step`, when `count` (blocks over workgroups, channels over tiles) are cut into as
 * many parts of about one size as it takes for `most` to be enough for each.
 */
export const evenSpan = (count: number, most: number, step: number): number =>
  Math.ceil(count / Math.ceil(count / most) / step) * step;

/**
 * Outputs of a thread, a multiple of 4: as many as `most` allows, but fewer where `groups` workgroups for each tile of
 * outputs would leave a device idle.
 */
export function outputTile(outputs: number, most: number, groups: number, tuning: Tuning): number {
  const tiles = Math.ceil(tuning.fewestWorkgroups / groups);
  const few = tiles > 1 ? Math.max(4, 4 * Math.floor(outputs / tiles / 4)) : most;
  return evenSpan(outputs, Math.min(most, few), 4);
}
