/** A few kernels against plain loops, on sizes that are no multiple of any tile: does this adapter compute right? */
import { type Runner, withoutPadding, withPadding } from "../gpu/mod.ts";
import { elements, type Node } from "../graph/node.ts";
import {
  depthwise,
  depthwiseWeightGrad,
  div,
  exp,
  input,
  maxPool,
  moments,
  mul,
  pointwise,
  pointwiseWeightGrad,
  square,
  sum,
} from "../graph/ops/mod.ts";
import { fold, keyFromSeed, normal } from "../random.ts";

export interface KernelTest {
  readonly kernel: string;
  /** |difference| / |expected| over the whole result. */
  readonly error: number;
  readonly passed: boolean;
}

/** Float32 rounding of the few hundred terms of a sum stays far below this; a wrong tap is far above. */
const tolerance = 1e-5;

type Size = readonly [channels: number, images: number, height: number, width: number];
const size: Size = [5, 3, 7, 9];
const [channels] = size;
/** So many elements that their sums are split over workgroups. */
const large: Size = [4, 8, 17, 18];
const many = 40_000;
const few = [6, 10] as const;
const shapes = {
  x: size,
  w: [channels, 9],
  m: [6, channels],
  y: large,
  dy: large,
  small: few,
  long: [many],
} as const;

/** What a graph is of, its inputs included. */
export interface SelfTestCase {
  readonly node: Node;
  readonly expected: Float64Array;
}

/** The graphs of the test, with what they should give for some values of their inputs. */
export function selfTestCases(): {
  readonly cases: Readonly<Record<string, SelfTestCase>>;
  readonly feeds: Readonly<Record<string, Float32Array>>;
} {
  const values = (name: keyof typeof shapes) => {
    const key = fold(keyFromSeed(0), name);
    return Float32Array.from({ length: elements(shapes[name]) }, (_, i) => normal(key, i));
  };
  const [x, w, m, y, dy] = [values("x"), values("w"), values("m"), values("y"), values("dy")];
  const [small, long] = [values("small"), values("long")];
  const of = (name: keyof typeof shapes): Node => input(name, shapes[name]);
  const attrs = { kernel: 3, stride: 1, dilation: 1 } as const;
  const rows = div(exp(of("small")), sum(exp(of("small")), [1]));
  const cases: Record<string, SelfTestCase> = {
    "depthwise 3×3": { node: depthwise(of("x"), of("w"), attrs), expected: depthwiseLoops(x, w) },
    "pointwise": { node: pointwise(of("x"), of("m")), expected: pointwiseLoops(x, m) },
    "max pool 3×3": { node: maxPool(of("x"), { kernel: 3, stride: 1, pad: 1 }), expected: maxPoolLoops(x) },
    "batch moments": { node: moments(of("y")), expected: momentLoops(y) },
    "depthwise weight gradient": {
      node: depthwiseWeightGrad(of("y"), of("dy"), attrs),
      expected: depthwiseWeightLoops(y, dy),
    },
    "pointwise weight gradient": {
      node: pointwiseWeightGrad(of("y"), of("dy")),
      expected: pointwiseWeightLoops(y, dy),
    },
    "sum in parts": {
      node: sum(square(of("long"))),
      expected: Float64Array.of(long.reduce((total, v) => total + v * v, 0)),
    },
    // Threads read what others of their workgroup have just written.
    "program of small tensors": { node: mul(rows, sum(rows, [0])), expected: programLoops(small) },
  };
  const feeds = {
    ...{ x: withPadding(x, size), y: withPadding(y, large), dy: withPadding(dy, large) },
    ...{ w, m, small, long },
  };
  return { cases, feeds };
}

/** Runs the cases on the device. */
export async function selfTest(runner: Runner): Promise<KernelTest[]> {
  const { cases, feeds } = selfTestCases();
  const nodes = Object.fromEntries(Object.entries(cases).map(([name, { node }]) => [name, node]));
  const program = await runner.load(runner.compile(nodes));
  const results = program.run(feeds);
  const names = Object.keys(cases);
  const data = await runner.tensors.read(names.map((name) => results[name]!));
  runner.tensors.release(...Object.values(results));
  program.destroy();
  return names.map((kernel, i) => {
    const { node, expected } = cases[kernel]!;
    const error = difference(withoutPadding(data[i]!, node.shape), expected);
    return { kernel, error, passed: error <= tolerance };
  });
}

function difference(got: Float32Array, expected: Float64Array): number {
  let [apart, size] = [0, 0];
  expected.forEach((value, i) => {
    apart += (got[i]! - value) ** 2;
    size += value ** 2;
  });
  return Math.sqrt(apart / size);
}

/** Visits the 3×3 window, padding left out, of every place: (index of the place, of the tap in x, of the tap). */
function windows(
  shape: Size,
  visit: (place: number, tap: number, offset: number, channel: number) => void,
): void {
  const [, images, height, width] = shape;
  for (let place = 0; place < elements(shape); place++) {
    const [column, row] = [place % width, Math.floor(place / width) % height];
    for (let offset = 0; offset < 9; offset++) {
      const [down, right] = [Math.floor(offset / 3) - 1, (offset % 3) - 1];
      if (row + down < 0 || row + down >= height || column + right < 0 || column + right >= width) continue;
      visit(place, place + down * width + right, offset, Math.floor(place / (images * height * width)));
    }
  }
}

function depthwiseLoops(x: Float32Array, w: Float32Array): Float64Array {
  const y = new Float64Array(x.length);
  windows(size, (place, tap, offset, channel) => y[place]! += x[tap]! * w[channel * 9 + offset]!);
  return y;
}

function maxPoolLoops(x: Float32Array): Float64Array {
  const y = new Float64Array(x.length).fill(-Infinity);
  windows(size, (place, tap) => y[place] = Math.max(y[place]!, x[tap]!));
  return y;
}

function pointwiseLoops(x: Float32Array, m: Float32Array): Float64Array {
  const columns = x.length / channels;
  return Float64Array.from({ length: shapes.m[0] * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += m[row * channels + c]! * x[c * columns + column]!;
    return sum;
  });
}

function depthwiseWeightLoops(x: Float32Array, dy: Float32Array): Float64Array {
  const dw = new Float64Array(large[0] * 9);
  windows(large, (place, tap, offset, channel) => dw[channel * 9 + offset]! += x[tap]! * dy[place]!);
  return dw;
}

function pointwiseWeightLoops(x: Float32Array, dy: Float32Array): Float64Array {
  const [n] = large;
  const columns = x.length / n;
  const dw = new Float64Array(n * n);
  for (let i = 0; i < dw.length * columns; i++) {
    const [output, c, column] = [Math.floor(i / columns / n), Math.floor(i / columns) % n, i % columns];
    dw[output * n + c]! += dy[output * columns + column]! * x[c * columns + column]!;
  }
  return dw;
}

/** The softmax of each row, times its sum over the rows. */
function programLoops(x: Float32Array): Float64Array {
  const [height, width] = few;
  const y = Float64Array.from(x, Math.exp);
  const add = (count: number, of: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => of(i)).reduce((a, b) => a + b);
  const rows = y.map((v, i) => v / add(width, (k) => y[Math.floor(i / width) * width + k]!));
  return rows.map((v, i) => v * add(height, (k) => rows[k * width + i % width]!));
}

/** [means, biased variances] of the channels. */
function momentLoops(x: Float32Array): Float64Array {
  const [channels] = large;
  const count = x.length / channels;
  const planes = Array.from({ length: channels }, (_, c) => [...x.subarray(c * count, (c + 1) * count)]);
  const means = planes.map((plane) => plane.reduce((a, b) => a + b) / count);
  const variances = planes.map((plane, c) => plane.reduce((a, b) => a + (b - means[c]!) ** 2, 0) / count);
  return Float64Array.from([...means, ...variances]);
}
