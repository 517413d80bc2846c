/** A few kernels against plain loops, on sizes that are no multiple of any tile: does this adapter compute right? */
import { type Runner, withoutPadding, withPadding } from "../gpu/mod.ts";
import { elements, type Node, type Shape } from "../graph/node.ts";
import { depthwise, input, maxPool, moments, pointwise } from "../graph/ops/mod.ts";
import { fold, keyFromSeed, normal } from "../random.ts";

export interface KernelTest {
  readonly kernel: string;
  /** |difference| / |expected| over the whole result. */
  readonly error: number;
  readonly passed: boolean;
}

/** Float32 rounding of the few hundred terms of a sum stays far below this; a wrong tap is far above. */
const tolerance = 1e-5;

const [channels, images, height, width] = [5, 3, 7, 9] as const;
const map: Shape = [channels, images, height, width];
const filters: Shape = [channels, 9];
const matrix: Shape = [6, channels];

/** Runs the cases on the device. */
export async function selfTest(runner: Runner): Promise<KernelTest[]> {
  const values = (name: string, shape: Shape) => {
    const key = fold(keyFromSeed(0), name);
    return Float32Array.from({ length: elements(shape) }, (_, i) => normal(key, i));
  };
  const [x, w, m] = [values("x", map), values("w", filters), values("m", matrix)];
  const image = input("x", map);
  const cases: Record<string, { node: Node; expected: Float64Array }> = {
    "depthwise 3×3": {
      node: depthwise(image, input("w", filters), { kernel: 3, stride: 1, dilation: 1 }),
      expected: depthwiseLoops(x, w),
    },
    "pointwise": { node: pointwise(image, input("m", matrix)), expected: pointwiseLoops(x, m) },
    "max pool 3×3": { node: maxPool(image, { kernel: 3, stride: 1, pad: 1 }), expected: maxPoolLoops(x) },
    "batch moments": { node: moments(image), expected: momentLoops(x) },
  };
  const nodes = Object.fromEntries(Object.entries(cases).map(([name, { node }]) => [name, node]));
  const program = await runner.load(runner.compile(nodes));
  const results = program.run({ x: withPadding(x, map), w, m });
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
function windows(visit: (place: number, tap: number, offset: number, channel: number) => void): void {
  for (let place = 0; place < elements(map); place++) {
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
  windows((place, tap, offset, channel) => y[place]! += x[tap]! * w[channel * 9 + offset]!);
  return y;
}

function maxPoolLoops(x: Float32Array): Float64Array {
  const y = new Float64Array(x.length).fill(-Infinity);
  windows((place, tap) => y[place] = Math.max(y[place]!, x[tap]!));
  return y;
}

function pointwiseLoops(x: Float32Array, m: Float32Array): Float64Array {
  const columns = x.length / channels;
  return Float64Array.from({ length: matrix[0]! * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += m[row * channels + c]! * x[c * columns + column]!;
    return sum;
  });
}

/** [means, biased variances] of the channels. */
function momentLoops(x: Float32Array): Float64Array {
  const count = x.length / channels;
  const planes = Array.from({ length: channels }, (_, c) => [...x.subarray(c * count, (c + 1) * count)]);
  const means = planes.map((plane) => plane.reduce((a, b) => a + b) / count);
  const variances = planes.map((plane, c) => plane.reduce((a, b) => a + (b - means[c]!) ** 2, 0) / count);
  return Float64Array.from([...means, ...variances]);
}
