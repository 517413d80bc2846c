/** The whole Hessian, row by row from products with unit vectors, and how its spectrum is to be found. */
import { divergedError, usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import type { AlphaLayout } from "../network/alphas.ts";
import { alphaName, compacted, spread } from "./hvp.ts";

/** How a spectrum is found; `auto` takes the full matrix where it is small. */
export const spectrumNames = ["auto", "full", "lanczos"] as const;
/** One of {@link spectrumNames}. */
export type SpectrumName = typeof spectrumNames[number];

/**
 * Whether to compute the full matrix of n alphas. Throws a usage error where it is asked for and n is above `limit`:
 * it takes n products and n² numbers.
 */
export function takesFull(spectrum: SpectrumName, n: number, limit: number): boolean {
  if (spectrum === "full" && n > limit) {
    throw usageError(
      `The full Hessian of ${n} alphas takes ${n} products and ${8 * n * n} bytes, more than ${
        setting("fullLimit")
      } ${limit} ` +
        `allows; use ${setting("spectrum")} lanczos for the ends of its spectrum, or raise the limit.`,
    );
  }
  return spectrum === "full" || (spectrum === "auto" && n <= limit);
}

/** Products with rows of directions, both [count, floats]. */
export type RowProducts = (directions: Float32Array) => Promise<Float32Array>;

/**
 * The full matrix [n, n], row-major, as computed: symmetric to rounding only. Throws a divergence error (exit 5)
 * that names the alpha whose row is not finite.
 *
 * @param count directions that `products` takes at a time
 */
export async function fullHessian(
  products: RowProducts,
  layout: AlphaLayout,
  count: number,
): Promise<Float64Array> {
  const { count: n, floats } = layout;
  const matrix = new Float64Array(n * n);
  for (let first = 0; first < n; first += count) {
    const rows = Math.min(count, n - first);
    const directions = new Float32Array(count * floats);
    for (let k = 0; k < rows; k++) directions.set(unit(first + k, layout), k * floats);
    const got = await products(directions);
    for (let k = 0; k < rows; k++) {
      const row = compacted(got.subarray(k * floats, (k + 1) * floats), layout);
      checkProduct(row, `hessian (the row of ${alphaName(first + k, layout)})`);
      matrix.set(row, (first + k) * n);
    }
  }
  return matrix;
}

const unit = (i: number, layout: AlphaLayout): Float32Array =>
  spread(Float64Array.from({ length: layout.count }, (_, j) => Number(i === j)), layout);

/** Throws a divergence error (exit 5) that names the tensor, where a value is not finite. */
export function checkProduct(values: ArrayLike<number>, name: string): void {
  const at = Array.prototype.findIndex.call(values, (value: number) => !Number.isFinite(value));
  if (at < 0) return;
  throw divergedError(
    `Tensor ${name} became ${values[at]} at position ${at}: the loss has no finite second derivative here; ` +
      `check the weights, the alphas and the images for very large values.`,
  );
}
