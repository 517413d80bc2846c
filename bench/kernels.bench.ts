/**
 * The convolution kernels against their naive oracles, 64 images of 16 channels, 32×32.
 * `deno bench -A bench/kernels.bench.ts`: first a table of net GFLOP/s (waiting for the device taken off), then
 * Deno's own statistics of ten whole runs at a time, copying the result out and waiting included. On a software
 * driver only the ratios mean anything.
 */
import { type Node, storedFloats } from "../src/graph/node.ts";
import { constant } from "../src/graph/ops/leaf.ts";
import {
  depthwise,
  type DepthwiseAttrs,
  depthwiseInputGrad,
  depthwiseWeightGrad,
} from "../src/graph/ops/depthwise.ts";
import { justRelu } from "../src/graph/ops/loader.ts";
import { pointwise, pointwiseWeightGrad } from "../src/graph/ops/pointwise.ts";
import { type Program, Runner } from "../src/gpu/mod.ts";
import { normal } from "../src/random.ts";
import { preferVulkan } from "../src/setup/adapter.ts";
import { naive } from "../tests/kernels/naive.ts";

const [channels, images, height, width] = [16, 64, 32, 32];
const map = (h = height, w = width) => random([channels, images, h, w]);

function random(shape: readonly number[]): Node {
  const value = Float32Array.from({ length: storedFloats(shape) }, (_, i) => normal([1, shape.length], i));
  return constant(value, shape);
}

function family(attrs: DepthwiseAttrs): [string, Node][] {
  const x = map();
  const w = random([channels, attrs.kernel ** 2]);
  const dy = map(height / attrs.stride, width / attrs.stride);
  const name = `${attrs.kernel}x${attrs.kernel} stride ${attrs.stride} dilation ${attrs.dilation}`;
  return [
    [`depthwise ${name}`, depthwise(x, w, { ...attrs, load: justRelu })],
    [`depthwise input gradient ${name}`, depthwiseInputGrad(dy, w, { ...attrs, height, width })],
    [`depthwise weight gradient ${name}`, depthwiseWeightGrad(x, dy, { ...attrs, load: justRelu })],
  ];
}

const matrix = random([channels, channels]);
const cases: [string, Node][] = [
  ...family({ kernel: 3, stride: 1, dilation: 1 }),
  ...family({ kernel: 5, stride: 1, dilation: 1 }),
  ...family({ kernel: 3, stride: 1, dilation: 2 }),
  ...family({ kernel: 5, stride: 1, dilation: 2 }),
  ...family({ kernel: 3, stride: 2, dilation: 1 }),
  ...family({ kernel: 5, stride: 2, dilation: 1 }),
  ["pointwise 16 to 16", pointwise(map(), matrix)],
  ["pointwise transposed 16 to 16", pointwise(map(), matrix, { transpose: true })],
  ["pointwise weight gradient 16 to 16", pointwiseWeightGrad(map(), map())],
];

preferVulkan();
const runner = await Runner.open();
/** The one program on the device: the arenas of all of them together would not fit a small machine. */
let loaded: { of: Node; program: Program } | undefined;
async function load(y: Node): Promise<Program> {
  if (loaded?.of !== y) {
    loaded?.program.destroy();
    loaded = { of: y, program: await runner.load(runner.compile({ y })) };
  }
  return loaded.program;
}

/** Multiply-adds times two of the kernel a node is lowered to. */
function flop(n: Node): number {
  const lowered = n.op.lower?.(n) ?? n;
  return Math.max(lowered.op.call?.(lowered).flop ?? 0, ...lowered.inputs.map(flop));
}

console.log("kernel".padEnd(52), "naive".padStart(8), "tiled".padStart(8), "GFLOP/s");
for (const [name, n] of cases) {
  const rates: number[] = [];
  for (const [label, variant, repeats] of [["naive", naive(n), 3], ["tiled", n, 40]] as const) {
    const program = await load(variant);
    const milliseconds = (await program.profile(repeats)).reduce((a, b) => a + b);
    rates.push(flop(n) / milliseconds / 1e6);
    Deno.bench({
      name: label,
      group: name,
      baseline: label === "naive",
      n: 5,
      warmup: 1,
      async fn() {
        const program = await load(variant);
        for (let i = 0; i < 10; i++) runner.tensors.release(...Object.values(program.run({})));
        await runner.settle();
      },
    });
  }
  console.log(name.padEnd(52), ...rates.map((rate) => rate.toFixed(1).padStart(8)));
}
