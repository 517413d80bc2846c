/** Euclidean norms of tensors, by which goldens are compared. */
export function norm(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! ** 2;
  return Math.sqrt(sum);
}

/** ‖a − b‖; infinite where their lengths differ. NaN anywhere gives NaN, which no tolerance admits. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return a.length === b.length ? norm(Float64Array.from(a, (x, i) => x - b[i]!)) : Infinity;
}

/** ⟨a, b⟩. */
export const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};
