/** Filters that resize images. */

/** Their names. */
export const resizings = ["bilinear", "area"] as const satisfies readonly Resizing[];

/** The name of a filter. */
export type Resizing = "bilinear" | "area";

/** Share of an input whose centre is so many pixels from an output's, before the shares are made to sum to one. */
export const filters: { readonly [Name in Resizing]: (distance: number, step: number) => number } = {
  // A triangle as wide as the larger of the two pixel sizes: bilinear interpolation when enlarging and an antialiased
  // average when shrinking (the rule of Pillow's BILINEAR).
  bilinear: (distance, step) => Math.max(0, 1 - distance / Math.max(step, 1)),
  // The part of the input that the output's square covers: means of whole blocks where the size is divided evenly.
  area: (distance, step) => Math.max(0, Math.min(1, step, (step + 1) / 2 - distance)),
};
