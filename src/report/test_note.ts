/** What a small test split leaves open of an accuracy. */

/** Half of a normal distribution's middle 95 %, in deviations. */
const z = 1.959964;

/** Points of accuracy to either side from which on a reader is told. */
const wide = 0.05;

/**
 * Within what the accuracy on many images would lie, 19 times in 20: Wilson's interval of 95 % (Wilson, "Probable
 * inference, the law of succession, and statistical inference", 1927).
 *
 * @param share of the images that the network got right, 0 to 1
 * @param images how many there were, at least 1
 */
function interval(share: number, images: number): [least: number, largest: number] {
  const stretch = 1 + z * z / images;
  const middle = (share + z * z / (2 * images)) / stretch;
  const side = z * Math.sqrt(share * (1 - share) / images + z * z / (4 * images * images)) / stretch;
  return [Math.max(0, middle - side), Math.min(1, middle + side)];
}

/** How the interval is read, as the title of its column. */
export const intervalTitle = "95 % interval";

/** "86.8–89.6 %"; what stands where there is none. */
export function intervalWords(share: number | null, images: number): string {
  if (share === null || images === 0) return "–";
  return `${interval(share, images).map((end) => (100 * end).toFixed(1)).join("–")} %`;
}

/**
 * A sentence where few images tested the network.
 *
 * @param test share of the images that the network got right, 0 to 1; undefined where none was tested
 * @param images how many there were, at least 1
 */
export function fewTestImagesNotes(
  test: { readonly accuracy: number } | undefined,
  images: number,
): string[] {
  if (test === undefined) return [];
  const [least, largest] = interval(test.accuracy, images);
  if ((largest - least) / 2 <= wide) return [];
  const [from, to] = [least, largest].map((share) => Math.round(100 * share));
  return [
    `The test accuracy is that of only ${images} images; on many it would lie between ${from} and ${to} %, 19 times ` +
    "in 20.",
  ];
}
