/**
 * Columns of an augmentation plan, a row of 32-bit integers for each image: what `data` draws, the operation `augment` and
 * its shader read. Offsets of the crop, 1 to flip left and right, centre and side of the cutout square.
 */
export const augmentationColumns = ["cropY", "cropX", "flip", "cutoutY", "cutoutX", "cutoutSize"] as const;
