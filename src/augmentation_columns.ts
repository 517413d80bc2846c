/**
 * Columns of an augmentation plan, a row of 32-bit integers for each image, which `data` draws and the operation
 * `augment` reads: offsets of the crop, 1 to flip left and right, centre and side of the cutout square.
 */
export const augmentationColumns = ["cropY", "cropX", "flip", "cutoutY", "cutoutX", "cutoutSize"] as const;
