/** What a small test split leaves open of an accuracy. */

/** Half of a normal distribution's middle 95 %, in deviations. */
const z = 1.959964;

/** Points of accuracy to either side from which on a reader is told. */
const wide = 0.05;

/**
 * A sentence where few images tested the network: within what its accuracy on many would lie, by Wilson's interval of
 * 95 % (Wilson, "Probable inference, the law of succession, and statistical inference", 1927).
 *
 * @param test share of the images that the network got right, 0 to 1; undefined where none was tested
 * @param images how many there were, at least 1
 */
export function fewTestImagesNotes(
  test: { readonly accuracy: number } | undefined,
  images: number,
): string[] {
  if (test === undefined) return [];
  const { accuracy } = test;
  const stretch = 1 + z * z / images;
  const middle = (accuracy + z * z / (2 * images)) / stretch;
  const side = z * Math.sqrt(accuracy * (1 - accuracy) / images + z * z / (4 * images * images)) / stretch;
  if (side <= wide) return [];
  const [from, to] = [middle - side, middle + side].map((share) => Math.round(100 * share));
  return [
    `The test accuracy is that of only ${images} images; on many it would lie between ${from} and ${to} %, 19 times ` +
    "in 20.",
  ];
}
