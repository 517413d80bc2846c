/** Convolutions as plain float64 loops over dense feature maps [C, N, H, W]: the oracle of the kernels. */
import type { Shape } from "../../src/graph/node.ts";

type Numbers = ArrayLike<number>;
export interface Filter {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
}

/** Visits (index into x, index into w, index into y) of every multiply-add of a depthwise convolution. */
export function depthwiseTaps(
  [channels, images, height, width]: Shape,
  { kernel, stride, dilation }: Filter,
  visit: (x: number, w: number, y: number) => void,
): void {
  const pad = (dilation * (kernel - 1)) / 2;
  const [outHeight, outWidth] = [Math.ceil(height! / stride), Math.ceil(width! / stride)];
  let y = 0;
  for (let c = 0; c < channels!; c++) {
    for (let n = 0; n < images!; n++) {
      for (let p = 0; p < outHeight; p++) {
        for (let q = 0; q < outWidth; q++, y++) {
          for (let i = 0; i < kernel; i++) {
            for (let j = 0; j < kernel; j++) {
              const [row, column] = [p * stride + i * dilation - pad, q * stride + j * dilation - pad];
              if (row < 0 || row >= height! || column < 0 || column >= width!) continue;
              visit(((c * images! + n) * height! + row) * width! + column, (c * kernel + i) * kernel + j, y);
            }
          }
        }
      }
    }
  }
}

/** Windows of a dense convolution: pairs are [vertical, horizontal]. */
export interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly pad: readonly [number, number];
  readonly offset?: readonly [number, number];
}

/**
 * Visits (index into x, index into w, index into y) of every multiply-add of a dense convolution of x with
 * w [Co, Ci, kh, kw] to y [Co, N, Ho, Wo].
 */
export function convolutionTaps(
  [inputs, images, height, width]: Shape,
  [outputs, , outHeight, outWidth]: Shape,
  { kernel: [rows, columns], stride, pad, offset = [0, 0] }: Windows,
  visit: (x: number, w: number, y: number) => void,
): void {
  let y = 0;
  for (let o = 0; o < outputs!; o++) {
    for (let n = 0; n < images!; n++) {
      for (let p = 0; p < outHeight!; p++) {
        for (let q = 0; q < outWidth!; q++, y++) {
          for (let c = 0; c < inputs!; c++) {
            for (let i = 0; i < rows; i++) {
              for (let j = 0; j < columns; j++) {
                const row = p * stride[0] + i - pad[0] + offset[0];
                const column = q * stride[1] + j - pad[1] + offset[1];
                if (row < 0 || row >= height! || column < 0 || column >= width!) continue;
                const x = ((c * images! + n) * height! + row) * width! + column;
                visit(x, ((o * inputs! + c) * rows + i) * columns + j, y);
              }
            }
          }
        }
      }
    }
  }
}

/** Visits (index into x, index into w, index into y) of every multiply-add of y [Co, M] = w [Co, Ci] · x [Ci, M]. */
export function pointwiseTaps(
  outputs: number,
  inputs: number,
  columns: number,
  visit: (x: number, w: number, y: number) => void,
): void {
  for (let o = 0; o < outputs; o++) {
    for (let k = 0; k < inputs; k++) {
      for (let m = 0; m < columns; m++) visit(k * columns + m, o * inputs + k, o * columns + m);
    }
  }
}

type Taps = (visit: (x: number, w: number, y: number) => void) => void;

/** The three sides of a trilinear form given by its multiply-adds: y from x and w, dx from dy and w, dw from x and dy. */
export const trilinear = (taps: Taps) => ({
  forward(x: Numbers, w: Numbers, size: number): Float64Array {
    const y = new Float64Array(size);
    taps((i, j, k) => y[k]! += x[i]! * w[j]!);
    return y;
  },
  inputGrad(dy: Numbers, w: Numbers, size: number): Float64Array {
    const dx = new Float64Array(size);
    taps((i, j, k) => dx[i]! += dy[k]! * w[j]!);
    return dx;
  },
  weightGrad(x: Numbers, dy: Numbers, size: number): Float64Array {
    const dw = new Float64Array(size);
    taps((i, j, k) => dw[j]! += x[i]! * dy[k]!);
    return dw;
  },
});
