/** Eigen-solver and Lanczos on matrices whose spectrum is known. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { blockedLanczos, lanczos, symmetricEigen } from "../../src/curvature/mod.ts";
import { normal } from "../../src/random.ts";

/** A product of Householder reflections with `values` between: a full matrix with that spectrum. */
function withSpectrum(values: readonly number[]): Float64Array {
  const n = values.length;
  let a = Array.from(
    { length: n },
    (_, i) => Array.from({ length: n }, (_, j) => (i === j ? values[i]! : 0)),
  );
  for (let k = 0; k < 3; k++) {
    const w = Array.from({ length: n }, (_, i) => normal([k, 7], i));
    const norm = w.reduce((sum, x) => sum + x * x, 0);
    const reflect = (rows: number[][]) =>
      rows.map((row) => {
        const share = (2 * row.reduce((sum, x, i) => sum + x * w[i]!, 0)) / norm;
        return row.map((x, i) => x - share * w[i]!);
      });
    const transpose = (rows: number[][]) => rows.map((_, i) => rows.map((row) => row[i]!));
    a = transpose(reflect(transpose(reflect(a))));
  }
  return Float64Array.from(a.flat());
}

const times = (a: Float64Array, v: ArrayLike<number>): Float64Array =>
  Float64Array.from({ length: v.length }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < v.length; j++) sum += a[i * v.length + j]! * v[j]!;
    return sum;
  });
const residual = (a: Float64Array, value: number, v: Float64Array): number =>
  Math.hypot(...times(a, v).map((x, i) => x - value * v[i]!));

Deno.test("Jacobi finds every eigenpair, clusters, signs and zeros included", () => {
  const wanted = [-3, -1e-3, 0, 0, 0, 1e-3, 1, 1, 1 + 1e-9, 2, 40];
  const a = withSpectrum(wanted);
  const { values, vectors } = symmetricEigen(a, wanted.length);
  wanted.forEach((value, i) => {
    assert(Math.abs(values[i]! - value) < 1e-12 * 40, `${i}: ${values[i]}, wants ${value}`);
    assert(residual(a, values[i]!, vectors[i]!) < 1e-12 * 40);
  });
  vectors.forEach((u, i) =>
    vectors.forEach((v, j) => {
      const product = u.reduce((sum, x, k) => sum + x * v[k]!, 0);
      assert(Math.abs(product - Number(i === j)) < 1e-12);
    })
  );
  assertThrows(() => symmetricEigen([1, NaN, NaN, 1], 2), RangeError);
});

Deno.test("Lanczos: both ends to the tolerance in few products, and the error estimate holds", async () => {
  // As over alphas: a few large eigenvalues of both signs, many near zero.
  const spectrum = [-0.5, -0.2, ...Array.from({ length: 115 }, (_, i) => 1e-3 * Math.sin(i)), 0.3, 0.6, 1];
  const a = withSpectrum(spectrum);
  const found = await lanczos((v) => Promise.resolve(times(a, v)), spectrum.length, { tolerance: 1e-6 });
  assert(found.products <= 14, `${found.products} products`);
  assert(Math.abs(found.top.value - 1) < 1e-5 && Math.abs(found.bottom.value + 0.5) < 1e-5);
  for (const { value, vector, error } of [found.top, found.bottom]) {
    assert(error <= 1e-6 && Math.abs(Math.hypot(...vector) - 1) < 1e-6);
    assert(residual(a, value, vector) < 1e-2);
  }
  assertEquals([...found.values], [...found.values].sort((x, y) => x - y));
});

Deno.test("Lanczos goes on where its start lies in an invariant subspace", async () => {
  const a = Float64Array.from({ length: 25 }, (_, i) => (i % 6 === 0 ? i / 6 + 1 : 0));
  const start = [0, 1, 1, 0, 0];
  const { values, products } = await lanczos((v) => Promise.resolve(times(a, v)), 5, { start, tolerance: 0 });
  assertEquals(products, 5);
  values.forEach((value, i) => assert(Math.abs(value - i - 1) < 1e-6));
});

Deno.test("Lanczos in blocks finds what it finds product by product", async () => {
  const spectrum = Array.from({ length: 40 }, (_, i) => Math.sin(3 * i) * (i % 7));
  const a = withSpectrum(spectrum);
  const orthogonal = (x: Float64Array, basis: readonly Float64Array[]) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const b of basis) {
        const share = x.reduce((sum, v, i) => sum + v * b[i]!, 0);
        x = x.map((v, i) => v - share * b[i]!);
      }
    }
    const length = Math.hypot(...x);
    return x.map((v) => v / length);
  };
  const three = (start: Float64Array, basis: readonly Float64Array[]) => {
    const vectors = [start];
    const products = [times(a, start)];
    while (vectors.length < 3) {
      vectors.push(orthogonal(products.at(-1)!, [...basis, ...vectors]));
      products.push(times(a, vectors.at(-1)!));
    }
    return Promise.resolve({ vectors, products });
  };
  const blocks = await blockedLanczos(three, 40, { tolerance: 0, most: 12 });
  const single = await lanczos((v) => Promise.resolve(times(a, v)), 40, { tolerance: 0, most: 12 });
  assertEquals([blocks.products, single.products], [12, 12]);
  blocks.values.forEach((value, i) => assert(Math.abs(value - single.values[i]!) < 1e-4));
});
