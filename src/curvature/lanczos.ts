/**
 * Both ends of a symmetric matrix's spectrum from products with vectors: Lanczos with full reorthogonalisation
 * (Golub & Van Loan, section 10.3), on the host in float64 around products that may be float32.
 */
import { fold, keyFromSeed, normal } from "../random.ts";
import { symmetricEigen } from "./eigen.ts";

/** An approximate eigenpair. */
export interface EigenPair {
  /** The Ritz value: vᵀ·A·v of the vector. */
  readonly value: number;
  /** Of length one [n]. */
  readonly vector: Float64Array;
  /**
   * Estimated distance from `value` to an eigenvalue: the residual r = ‖A·v − value·v‖, which bounds it, or r²/gap
   * where that is smaller (Kato and Temple), with the gap to the nearest other Ritz value.
   */
  readonly error: number;
}

/** The ends of a spectrum. */
export interface Spectrum {
  /** Ritz values, ascending: approximations of eigenvalues, the ends first. */
  readonly values: Float64Array;
  /** The algebraically largest eigenvalue. */
  readonly top: EigenPair;
  /** The algebraically smallest. */
  readonly bottom: EigenPair;
  /** Products with the matrix that were taken. */
  readonly products: number;
}

/** When {@link lanczos} is content, and where it starts. */
export interface LanczosOptions {
  /** Stops when the errors of the ends asked for are at most this share of the largest absolute Ritz value. */
  readonly tolerance?: number;
  /** Products taken at most; n by default. */
  readonly most?: number;
  /** Which end has to have converged. */
  readonly ends?: "both" | "top";
  /** First vector [n], of any length but zero; by default of fixed pseudo-random numbers. */
  readonly start?: ArrayLike<number> | undefined;
}

/** Vectors [n] and the matrix's products with them, in pairs. */
export interface Krylov {
  /** Orthonormal, [n] each. */
  readonly vectors: readonly ArrayLike<number>[];
  /** A·v of each vector v, [n] each, in the same order. */
  readonly products: readonly ArrayLike<number>[];
}

/**
 * Continues a Krylov sequence: `start` (of length one, orthogonal to `basis`) and further vectors, orthonormal
 * among each other and to `basis`, each the product with the one before less its parts along earlier ones.
 */
export type Expand = (start: Float64Array, basis: readonly Float64Array[]) => Promise<Krylov>;

/** Lanczos around one product at a time. */
export const lanczos = (
  product: (v: Float32Array) => Promise<ArrayLike<number>>,
  n: number,
  options: LanczosOptions = {},
): Promise<Spectrum> =>
  blockedLanczos(
    async (start) => ({ vectors: [start], products: [await product(Float32Array.from(start))] }),
    n,
    options,
  );

/**
 * Lanczos around whatever number of products `expand` takes at a time. All products are kept, so that the
 * Rayleigh quotient and the residuals are those of the products themselves and not of a recurrence: rounding in
 * the products costs accuracy, never false convergence.
 */
export async function blockedLanczos(
  expand: Expand,
  n: number,
  { tolerance = 1e-3, most = n, ends = "both", start }: LanczosOptions = {},
): Promise<Spectrum> {
  const basis: Float64Array[] = [];
  const products: Float64Array[] = [];
  let next = direction(Float64Array.from(start ?? pseudoRandom(n)), basis);
  for (;;) {
    const more = await expand(next, basis);
    for (const [k, vector] of more.vectors.entries()) {
      const clean = direction(Float64Array.from(vector), basis);
      // Where the sequence ended inside the block, what follows is amplified rounding.
      if (k > 0 && dot(clean, Float64Array.from(vector)) < 0.999) break;
      basis.push(clean);
      products.push(Float64Array.from(more.products[k]!));
    }
    const spectrum = ritz(basis, products);
    const size = Math.max(...spectrum.values.map(Math.abs));
    const open = ends === "both" ? [spectrum.top, spectrum.bottom] : [spectrum.top];
    if (open.every(({ error }) => error <= tolerance * size)) return spectrum;
    if (basis.length >= Math.min(most, n)) return spectrum;
    next = direction(products.at(-1)!, basis);
    // An invariant subspace is complete for its own ends only: the next vector is one outside it.
    if (dot(next, next) === 0) next = direction(pseudoRandom(n, basis.length), basis);
    if (dot(next, next) === 0) return spectrum;
  }
}

/** Rayleigh-Ritz over an orthonormal basis and the products with it. */
function ritz(basis: readonly Float64Array[], products: readonly Float64Array[]): Spectrum {
  const m = basis.length;
  const small = Float64Array.from(
    { length: m * m },
    (_, i) => dot(basis[Math.floor(i / m)]!, products[i % m]!),
  );
  const { values, vectors } = symmetricEigen(small, m);
  const pair = (k: number): EigenPair => {
    const value = values[k]!;
    const vector = combined(basis, vectors[k]!);
    const image = combined(products, vectors[k]!);
    const residual = Math.hypot(...image.map((x, i) => x - value * vector[i]!));
    const gap = Math.min(...values.filter((_, i) => i !== k).map((other) => Math.abs(other - value)));
    // One Ritz value has no gap (the least of nothing is infinite), and says little.
    const error = m > 1 && residual < gap ? residual ** 2 / gap : residual;
    return { value, vector, error };
  };
  return { values, top: pair(m - 1), bottom: pair(0), products: m };
}

/** What of `x` is orthogonal to the basis, of length one; zero where nothing is left but rounding. */
function direction(x: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const before = Math.hypot(...x);
  const rest = x.slice();
  // Twice is enough (Kahan and Parlett).
  for (let pass = 0; pass < 2; pass++) {
    for (const b of basis) {
      const share = dot(b, rest);
      for (let i = 0; i < rest.length; i++) rest[i]! -= share * b[i]!;
    }
  }
  const after = Math.hypot(...rest);
  return after > 1e-5 * before ? rest.map((value) => value / after) : rest.fill(0);
}

function combined(vectors: readonly Float64Array[], weights: Float64Array): Float64Array {
  return vectors[0]!.map((_, i) => vectors.reduce((total, v, k) => total + weights[k]! * v[i]!, 0));
}

/** Standard normal numbers, of a stream of their own. */
const pseudoRandom = (n: number, stream = 0): Float64Array => {
  const key = fold(fold(keyFromSeed(0), "lanczos"), stream);
  return Float64Array.from({ length: n }, (_, i) => normal(key, i));
};

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
