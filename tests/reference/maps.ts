/**
 * Float64 twins of the feature-map kernels, as plain loops over logical elements [C, N, H, W] (no row padding).
 * Windows and pads become lists of indices first, so that an operation and its adjoints share one definition.
 */
type Shape4 = readonly [number, number, number, number];
type Numbers = ArrayLike<number>;

const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Calls `visit` for every element of a shape with its index and coordinates. */
function each(shape: Shape4, visit: (i: number, c: number, n: number, h: number, w: number) => void): void {
  const [C, N, H, W] = shape;
  let i = 0;
  for (let c = 0; c < C; c++) {
    for (let n = 0; n < N; n++) {
      for (let h = 0; h < H; h++) {
        for (let w = 0; w < W; w++) visit(i++, c, n, h, w);
      }
    }
  }
}

export interface Pool {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
}

export function pooledShape([C, N, H, W]: Shape4, { kernel, stride, pad }: Pool): Shape4 {
  const size = (d: number) => Math.floor((d + 2 * pad - kernel) / stride) + 1;
  return [C, N, size(H), size(W)];
}

/** For every output of a pooling, the indices of its window's pixels inside the image, in row-major order. */
export function windowsOf(shape: Shape4, pool: Pool): number[][] {
  const [, N, H, W] = shape;
  const windows: number[][] = [];
  each(pooledShape(shape, pool), (_, c, n, p, q) => {
    const inside: number[] = [];
    for (let i = 0; i < pool.kernel; i++) {
      for (let j = 0; j < pool.kernel; j++) {
        const [y, x] = [p * pool.stride - pool.pad + i, q * pool.stride - pool.pad + j];
        if (y >= 0 && y < H && x >= 0 && x < W) inside.push(((c * N + n) * H + y) * W + x);
      }
    }
    windows.push(inside);
  });
  return windows;
}

/** For every window, the index of its first maximum. */
export const argmaxOf = (x: Numbers, windows: readonly number[][]): number[] =>
  windows.map((window) => window.reduce((best, i) => (x[i]! > x[best]! ? i : best)));

/** Adds every value to `size` zeros at its place; places of -1 are dropped. */
export function scatter(values: Numbers, places: readonly number[], size: number): Float64Array {
  const out = new Float64Array(size);
  places.forEach((at, i) => {
    if (at >= 0) out[at]! += values[i]!;
  });
  return out;
}

/** The value at every place; 0 for places of -1. */
export const gather = (x: Numbers, places: readonly number[]): number[] =>
  places.map((at) => (at < 0 ? 0 : x[at]!));

export const average = (x: Numbers, windows: readonly number[][]): number[] =>
  windows.map((window) => window.reduce((sum, i) => sum + x[i]!, 0) / window.length);

export function averageAdjoint(dy: Numbers, windows: readonly number[][], size: number): Float64Array {
  const out = new Float64Array(size);
  windows.forEach((window, o) => window.forEach((i) => out[i]! += dy[o]! / window.length));
  return out;
}

export interface Unfold {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly pad: readonly [number, number];
  readonly dilation?: number;
  readonly offset?: readonly [number, number];
}

/** The shape of an unfolding and, for each of its elements, the index of the pixel it shows (-1 outside). */
export function unfoldPlaces(
  [C, N, H, W]: Shape4,
  { kernel: [kh, kw], stride: [sh, sw], pad: [ph, pw], dilation = 1, offset: [oy, ox] = [0, 0] }: Unfold,
): { shape: Shape4; places: number[] } {
  const out = (size: number, k: number, s: number, p: number) =>
    Math.floor((size + 2 * p - dilation * (k - 1) - 1) / s) + 1;
  const shape = [C * kh * kw, N, out(H - oy, kh, sh, ph), out(W - ox, kw, sw, pw)] as const;
  const places: number[] = [];
  each(shape, (_, row, n, p, q) => {
    const c = Math.floor(row / (kh * kw));
    const y = oy + p * sh - ph + Math.floor((row % (kh * kw)) / kw) * dilation;
    const x = ox + q * sw - pw + (row % kw) * dilation;
    places.push(y >= 0 && y < H && x >= 0 && x < W ? ((c * N + n) * H + y) * W + x : -1);
  });
  return { shape, places };
}

/** Σ_k scale_k[c] · x_k + bias[c]. */
export function combination(
  shape: Shape4,
  terms: readonly { x: Numbers; scale?: Numbers | undefined }[],
  bias?: Numbers,
): Float64Array {
  const out = new Float64Array(count(shape));
  each(shape, (i, c) => {
    out[i] = terms.reduce((sum, { x, scale }) => sum + (scale ? scale[c]! : 1) * x[i]!, bias ? bias[c]! : 0);
  });
  return out;
}

/** Per-channel sums of x·y, or of x. */
export function channelSums(shape: Shape4, x: Numbers, y?: Numbers): Float64Array {
  const out = new Float64Array(shape[0]);
  each(shape, (i, c) => out[c]! += x[i]! * (y ? y[i]! : 1));
  return out;
}

/** Per-channel means, then biased variances, in two passes. */
export function meansAndVariances(shape: Shape4, x: Numbers): Float64Array {
  const size = shape[1] * shape[2] * shape[3];
  const means = channelSums(shape, x).map((sum) => sum / size);
  const out = new Float64Array(2 * shape[0]);
  out.set(means);
  each(shape, (i, c) => out[shape[0] + c]! += (x[i]! - means[c]!) ** 2 / size);
  return out;
}

/** Mean of every plane, [C, N]. */
export function planeMeans(shape: Shape4, x: Numbers): Float64Array {
  const [C, N, H, W] = shape;
  const out = new Float64Array(C * N);
  each(shape, (i, c, n) => out[c * N + n]! += x[i]! / (H * W));
  return out;
}

/** 1/σ⁴ of every pixel, σ² without bias over the channels and no less than 1e-15. */
export const inverseSquaredVariances = ([C, ...rest]: Shape4, x: Numbers): Float64Array => {
  const pixels = rest.reduce((product, size) => product * size, 1);
  return Float64Array.from({ length: pixels }, (_, i) => {
    const values = Array.from({ length: C }, (_, c) => x[c * pixels + i]!);
    const mean = values.reduce((sum, value) => sum + value, 0) / C;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return Math.max(squares / Math.max(1, C - 1), 1e-15) ** -2;
  });
};

/** For every element of a feature map, what `value` gives for its coordinates. */
export function tabulate(
  shape: Shape4,
  value: (c: number, n: number, h: number, w: number, i: number) => number,
): Float64Array {
  const out = new Float64Array(count(shape));
  each(shape, (i, c, n, h, w) => out[i] = value(c, n, h, w, i));
  return out;
}
