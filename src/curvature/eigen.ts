/** Eigenvalues and eigenvectors of small symmetric matrices on the host, in float64. */

/** The spectrum of a symmetric matrix. */
export interface Eigen {
  /** Ascending [n]. */
  readonly values: Float64Array;
  /** Orthonormal, `vectors[k]` [n] belongs to `values[k]`. */
  readonly vectors: readonly Float64Array[];
}

/**
 * All eigenvalues and eigenvectors by cyclic Jacobi rotations (Golub & Van Loan, section 8.5): slower than a
 * tridiagonal solver, but accurate to rounding for every eigenvalue, and short.
 *
 * @param matrix [n, n], row-major; only its symmetric part counts. Throws a RangeError for one that is not finite.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): Eigen {
  const a = symmetrized(matrix, n);
  if (!a.every(Number.isFinite)) {
    throw new RangeError(`A matrix [${n}, ${n}] with values that are not finite`);
  }
  // Row k of v becomes the eigenvector of diagonal entry k.
  const v = Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
  const norm = Math.hypot(...a);
  for (let sweep = 0; sweep < 60 && offDiagonal(a, n) > 1e-15 * norm; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, v, n, p, q);
  }
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i]! - a[j * n + j]!);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]!),
    vectors: order.map((i) => v.slice(i * n, (i + 1) * n)),
  };
}

/** (A + Aᵀ) / 2. */
const symmetrized = (matrix: ArrayLike<number>, n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return (matrix[i]! + matrix[column * n + row]!) / 2;
  });

function offDiagonal(a: Float64Array, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) total += 2 * a[i * n + j]! ** 2;
  return Math.sqrt(total);
}

/** The rotation of rows and columns p and q that makes a[p, q] zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q]!;
  if (off === 0) return;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  const mix = (x: Float64Array, i: number, j: number): void => {
    const [xi, xj] = [x[i]!, x[j]!];
    x[i] = c * xi - s * xj;
    x[j] = s * xi + c * xj;
  };
  for (let k = 0; k < n; k++) mix(a, k * n + p, k * n + q);
  for (let k = 0; k < n; k++) {
    mix(a, p * n + k, q * n + k);
    mix(v, p * n + k, q * n + k);
  }
}
