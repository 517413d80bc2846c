/**
 * Every kernel over feature maps at the shapes of the paper's supernet: 64 images, 16 channels of 32×32, 32 of 16×16
 * and 64 of 8×8. `deno bench -A bench/kernels.bench.ts`: first a table of net GFLOP/s and GB/s (waiting for the device
 * taken off; bytes are those of operands and results, each counted once), for convolutions at the largest maps
 * beside their naive oracles; then Deno's own statistics of ten whole runs at a time, copying the result out and
 * waiting included. On a software driver only the ratios mean anything.
 */
import { type Node, type Shape, storedFloats } from "../src/graph/node.ts";
import {
  avgPool,
  avgPoolGrad,
  channelDots,
  combine,
  constant,
  convolution,
  convolutionInputGrad,
  convolutionWeightGrad,
  depthwise,
  type DepthwiseAttrs,
  depthwiseInputGrad,
  depthwiseWeightGrad,
  fold,
  maxPool,
  maxPoolScatter,
  moments,
  pointwise,
  pointwiseWeightGrad,
  relu,
  reluMask,
  sampleScale,
  spatialMean,
  unfold,
} from "../src/graph/ops/mod.ts";
import { type Program, Runner } from "../src/gpu/mod.ts";
import { normal } from "../src/random.ts";
import { preferVulkan } from "../src/setup/adapter.ts";
import { askForAdapter } from "../src/setup/driver.ts";
import { naive } from "../tests/kernels/naive.ts";

interface Case {
  readonly name: string;
  readonly outputs: Readonly<Record<string, Node>>;
  /** The same by the naive oracle. */
  readonly oracle?: Node;
}

const images = 64;
const made = new Map<string, Node>();
/** Normal numbers; tensors of one shape and seed are one. */
function random(shape: Shape, seed = 0): Node {
  const key = `${shape}/${seed}`;
  const known = made.get(key);
  if (known) return known;
  const value = Float32Array.from({ length: storedFloats(shape) }, (_, i) => normal([1, seed], i));
  const tensor = constant(value, shape);
  made.set(key, tensor);
  return tensor;
}

function casesOf(channels: number, size: number, withOracles: boolean): Case[] {
  const map = (seed = 0, side = size) => random([channels, images, side, side], seed);
  const vector = (seed: number) => random([channels], seed);
  const one = (name: string, y: Node): Case => ({ name, outputs: { y } });
  const besideNaive = (name: string, y: Node): Case => ({
    ...one(name, y),
    ...withOracles && { oracle: naive(y) },
  });

  const depthwiseFamily = (attrs: DepthwiseAttrs): Case[] => {
    const w = random([channels, attrs.kernel ** 2]);
    const dy = map(1, size / attrs.stride);
    const name = `${attrs.kernel}x${attrs.kernel} stride ${attrs.stride} dilation ${attrs.dilation}`;
    return [
      besideNaive(`depthwise ${name}`, depthwise(map(), w, attrs)),
      besideNaive(
        `depthwise input gradient ${name}`,
        depthwiseInputGrad(dy, w, { ...attrs, height: size, width: size }),
      ),
      besideNaive(`depthwise weight gradient ${name}`, depthwiseWeightGrad(map(), dy, attrs)),
    ];
  };
  const matrix = random([channels, channels]);
  const terms = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => ({ x: map(seed), scale: vector(seed) }));
  /** Dense convolutions, beside products with the windows as channels (im2col). */
  const denseFamily = (stride: 1 | 2): Case[] => {
    const attrs = { kernel: [3, 3], stride: [stride, stride], pad: [1, 1] } as const;
    const [height, width] = [size, size];
    const w = random([channels, channels * 9]);
    const dy = map(1, size / stride);
    const beside = (name: string, y: Node, oracle: Node): Case => ({
      ...one(`${name} 3x3 stride ${stride}`, y),
      ...withOracles && { oracle },
    });
    return [
      beside("convolution", convolution(map(), w, attrs), pointwise(unfold(map(), attrs), w)),
      beside(
        "convolution input gradient",
        convolutionInputGrad(dy, w, { ...attrs, height, width }),
        fold(pointwise(dy, w, { transpose: true }), { ...attrs, height, width }),
      ),
      beside(
        "convolution weight gradient",
        convolutionWeightGrad(map(), dy, attrs),
        pointwiseWeightGrad(unfold(map(), attrs), dy),
      ),
    ];
  };
  return [
    ...depthwiseFamily({ kernel: 3, stride: 1, dilation: 1 }),
    ...depthwiseFamily({ kernel: 5, stride: 1, dilation: 1 }),
    ...depthwiseFamily({ kernel: 3, stride: 1, dilation: 2 }),
    ...depthwiseFamily({ kernel: 5, stride: 1, dilation: 2 }),
    ...depthwiseFamily({ kernel: 3, stride: 2, dilation: 1 }),
    ...depthwiseFamily({ kernel: 5, stride: 2, dilation: 1 }),
    ...denseFamily(1),
    ...denseFamily(2),
    besideNaive("pointwise", pointwise(map(), matrix)),
    besideNaive("pointwise transposed", pointwise(map(), matrix, { transpose: true })),
    besideNaive("pointwise weight gradient", pointwiseWeightGrad(map(), map(1))),
    one("moments", moments(map())),
    one("combine of 1 with bias", combine(terms.slice(0, 1), vector(9))),
    one("combine of 2 with bias", combine(terms.slice(0, 2), vector(9))),
    one("combine of 8 with bias", combine(terms, vector(9))),
    one("sum of 8 maps", combine(terms.map(({ x }) => ({ x })))),
    {
      name: "channel dots of 8 with 1, and its sum",
      outputs: Object.fromEntries(
        channelDots(terms.map(({ x }) => x), map(), { sum: true }).map((row, k) => [`row${k}`, row]),
      ),
    },
    one("relu", relu(map())),
    one("relu mask", reluMask(map(), map(1))),
    ...([1, 2] as const).flatMap((stride) => {
      const pool = { kernel: 3, stride, pad: 1 };
      const dy = map(1, size / stride);
      return [
        one(`max pool 3x3 stride ${stride}`, maxPool(map(), pool)),
        one(`max pool gradient 3x3 stride ${stride}`, maxPoolScatter(dy, map(), pool)),
        one(`average pool 3x3 stride ${stride}`, avgPool(map(), pool)),
        one(
          `average pool gradient 3x3 stride ${stride}`,
          avgPoolGrad(dy, { ...pool, height: size, width: size }),
        ),
      ];
    }),
    one("drop path (sample scale)", sampleScale(map(), random([images]))),
    one("spatial mean", spatialMean(map())),
  ];
}

askForAdapter();
preferVulkan();
const runner = await Runner.open();
/** The one program on the device: the arenas of all of them together would not fit a small machine. */
let loaded: { of: object; program: Program } | undefined;
async function load(outputs: Readonly<Record<string, Node>>): Promise<Program> {
  if (loaded?.of !== outputs) {
    loaded?.program.destroy();
    loaded = { of: outputs, program: await runner.load(runner.compile(outputs)) };
  }
  return loaded.program;
}

/** GFLOP/s and GB/s of the kernels, without waiting. */
async function rates(outputs: Readonly<Record<string, Node>>): Promise<[number, number]> {
  const kernels = await (await load(outputs)).profile();
  const total = (of: "flop" | "bytes" | "milliseconds") => kernels.reduce((sum, one) => sum + one[of], 0);
  const nanoseconds = 1e6 * total("milliseconds");
  return [total("flop") / nanoseconds, total("bytes") / nanoseconds];
}

const column = (value: number | undefined) => (value?.toFixed(1) ?? "").padStart(10);
const table = [
  ["".padEnd(60), ...["GFLOP/s", "GB/s", "naive", "ratio"].map((title) => title.padStart(10))].join(" "),
];
console.log(`On ${runner.info.adapter}.`);
addEventListener("unload", () => console.log(`\n${table.join("\n")}`));
for (const [channels, size] of [[16, 32], [32, 16], [64, 8]] as const) {
  for (const { name, outputs, oracle } of casesOf(channels, size, size === 32)) {
    const group = `${name}, ${channels} × ${size}×${size}`;
    let isRated = false;
    /** A row of the table, of the kernels that a filter leaves. */
    const rate = async (): Promise<void> => {
      isRated = true;
      const [slow] = oracle ? await rates({ y: oracle }) : [undefined];
      const [flops, bytes] = await rates(outputs);
      table.push([group.padEnd(60), ...[flops, bytes, slow, slow && flops / slow].map(column)].join(" "));
    };
    Deno.bench({
      name: `ten runs of ${group}`,
      group,
      n: 5,
      warmup: 1,
      async fn() {
        // While it warms up.
        if (!isRated) await rate();
        const program = await load(outputs);
        for (let i = 0; i < 10; i++) runner.tensors.release(...Object.values(program.run({})));
        await runner.settle();
      },
    });
  }
}
