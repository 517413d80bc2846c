/** Float64 twins of the operations on dense tensors: elementwise with numpy broadcasting, reductions, products. */
import type { Shape } from "../../src/graph/node.ts";

type Numbers = ArrayLike<number>;

const count = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

/** For every element of `target`, the index of the element of `shape` that numpy broadcasting puts there. */
function broadcastPlaces(shape: Shape, target: Shape): number[] {
  let places = [0];
  let stride = 1;
  // From the last axis to the first: what is known of the axes after it, repeated along this one.
  for (let axis = 1; axis <= target.length; axis++) {
    const size = shape[shape.length - axis] ?? 1;
    const step = size === 1 ? 0 : stride;
    const inner = places;
    places = Array.from({ length: target[target.length - axis]! }, (_, i) => inner.map((at) => at + i * step))
      .flat();
    stride *= size;
  }
  return places;
}

/** x repeated to `target`. */
export function broadcast(x: Numbers, shape: Shape, target: Shape): Float64Array {
  return Float64Array.from(broadcastPlaces(shape, target), (at) => x[at]!);
}

/** f(a, b) of two tensors broadcast to `target`. */
export function elementwise(
  f: (a: number, b: number) => number,
  [a, b]: readonly [Numbers, Numbers],
  [shapeA, shapeB]: readonly [Shape, Shape],
  target: Shape,
): Float64Array {
  const atB = broadcastPlaces(shapeB, target);
  return Float64Array.from(broadcastPlaces(shapeA, target), (at, i) => f(a[at]!, b[atB[i]!]!));
}

/** Folds the middle axis of x [outer, reduced, inner] with f, from `start`. */
export function reduce(
  f: (a: number, b: number) => number,
  start: number,
  x: Numbers,
  [outer, reduced, inner]: readonly [number, number, number],
): Float64Array {
  return Float64Array.from({ length: outer * inner }, (_, i) => {
    const first = Math.floor(i / inner) * reduced * inner + (i % inner);
    let value = start;
    for (let k = 0; k < reduced; k++) value = f(value, x[first + k * inner]!);
    return value;
  });
}

/** a [m, k] · b [k, n], each given transposed where `ta` or `tb` is set. */
export function product(
  [a, b]: readonly [Numbers, Numbers],
  [shapeA, shapeB]: readonly [Shape, Shape],
  { ta, tb }: { readonly ta: boolean; readonly tb: boolean },
): Float64Array {
  const [m, k] = ta ? [shapeA[1]!, shapeA[0]!] : [shapeA[0]!, shapeA[1]!];
  const n = tb ? shapeB[0]! : shapeB[1]!;
  return Float64Array.from({ length: m * n }, (_, i) => {
    const [r, c] = [Math.floor(i / n), i % n];
    let sum = 0;
    for (let j = 0; j < k; j++) sum += a[ta ? j * m + r : r * k + j]! * b[tb ? c * k + j : j * n + c]!;
    return sum;
  });
}

/** Each input at its offset in zeros of `shape`. */
export function packed(inputs: readonly Numbers[], offsets: readonly number[], shape: Shape): Float64Array {
  const out = new Float64Array(count(shape));
  inputs.forEach((x, i) => out.set(x, offsets[i]!));
  return out;
}

/** Rows clamped to [0, 1] and divided by their sum; a row with nothing above 0 one-hot at its first maximum. */
export function projectedRows(x: Numbers, [rows, columns]: readonly [number, number]): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const raw = Array.from({ length: columns }, (_, j) => x[r * columns + j]!);
    const clamped = raw.map((value) => Math.min(1, Math.max(0, value)));
    if (!clamped.some((value) => value > 0)) clamped[raw.indexOf(Math.max(...raw))] = 1;
    const sum = clamped.reduce((a, b) => a + b);
    out.set(clamped.map((value) => value / sum), r * columns);
  }
  return out;
}
