/**
 * What the driver takes for the things that kernels are made of: `deno bench -A bench/driver.bench.ts` prints the
 * nanoseconds of each for 8 lanes, which a software driver with 256 bits computes at once. On it, one workgroup of 8
 * threads is one core's work, so nothing here depends on how many cores there are. The tilings of the kernels are chosen
 * by these costs.
 */
import { openGpu } from "../src/gpu/device.ts";
import { expand } from "../src/plan/expand.ts";
import { preferVulkan } from "../src/setup/adapter.ts";
import { askForAdapter } from "../src/setup/driver.ts";

askForAdapter();
preferVulkan();
const { device, info, close } = await openGpu("high-performance");

/**
 * A loop around `body`. All data fits the first cache. It ends with a store to a buffer it loads from, so that no load
 * can be moved out of it.
 */
const kernel = (body: string): string => `
@group(0) @binding(0) var<storage, read_write> rounds: array<u32>;
@group(0) @binding(1) var<storage, read_write> x: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> w: array<f32>;
@group(0) @binding(3) var<storage, read_write> y: array<vec4f>;

@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) lane: u32) {
  let end = rounds[0];
  let factor = w[lane];
  //: for k in 0..64
  var s$k = f32(lane + $(k)u);
  var v$k = vec4f(s$k);
  //: end
  for (var i = 0u; i < end; i++) {
    let at = (i * 8u) % 256u + lane;
${body}
    w[2048u + lane] = v0.x + s0;
  }
  var sum = vec4f(0.0);
  //: for k in 0..64
  sum += v$k + vec4f(s$k);
  //: end
  y[lane] = sum;
}`;
/** A line of a body, `count` times as $k. */
const repeated = (count: number, line: string): string => `//: for k in 0..${count}\n${line}\n//: end`;

const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
const layout = device.createBindGroupLayout({
  entries: [0, 1, 2, 3].map((binding) => ({
    binding,
    visibility: GPUShaderStage.COMPUTE,
    buffer: { type: "storage" },
  })),
});
const rounds = device.createBuffer({ size: 256, usage });
const bindings = device.createBindGroup({
  layout,
  entries: [rounds, ...[1, 2, 3].map(() => device.createBuffer({ size: 16384, usage }))]
    .map((buffer, binding) => ({ binding, resource: { buffer } })),
});
const pipeline = (body: string): GPUComputePipeline =>
  device.createComputePipeline({
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code: expand(kernel(body), {}) }), entryPoint: "main" },
  });

/** Nanoseconds of a submit with so many dispatches, waiting included: the least of a few. */
async function time(
  dispatched: readonly GPUComputePipeline[],
  turns: number,
  workgroups = 1,
): Promise<number> {
  device.queue.writeBuffer(rounds, 0, Uint32Array.of(turns));
  const once = async () => {
    const start = performance.now();
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const one of dispatched) {
      pass.setPipeline(one);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(workgroups);
    }
    pass.end();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    return 1e6 * (performance.now() - start);
  };
  return Math.min(...await Array.fromAsync({ length: 4 }, once));
}

const known = new Map<string, number>();
/** Nanoseconds of a round of a body, without what a submit and the wait for it take. */
async function round(body: string): Promise<number> {
  const before = known.get(body);
  if (before !== undefined) return before;
  const kernels = [pipeline(body)];
  await time(kernels, 1); // compiles it
  const idle = await time(kernels, 0);
  let turns = 1024;
  let busy = 0;
  while (busy < 1.5e7) busy = await time(kernels, turns *= 4) - idle;
  known.set(body, busy / turns);
  return busy / turns;
}

/** Of one of `count` things: what a body with them takes longer than the same without. */
const each = async (count: number, body: string, without = ""): Promise<number> =>
  (await round(body) - await round(without)) / count;

/** Each load goes into a sum, and multiply-adds are nearly free. 64 sums of vectors do not fit the registers. */
const sums = (count: number, what: string): string =>
  repeated(count, `v$k = fma(v$k, vec4f(factor), ${what});`);
const scalars = (what: string): string => repeated(16, `s$k = fma(s$k, factor, ${what});`);

const rows: Readonly<Record<string, () => Promise<number>>> = {
  "vec4 load, in a short loop": () => each(4, sums(4, "x[at + $(k)u]"), sums(4, "vec4f(factor)")),
  "vec4 load, in long code": () => each(64, sums(64, "x[at + $(8 * k)u]"), sums(64, "vec4f(factor)")),
  "scalar load, one index for all lanes": () => each(16, scalars("w[i % 1024u + $(k)u]"), scalars("factor")),
  "scalar load, neighbouring indices": () => each(16, scalars("w[at + $(8 * k)u]"), scalars("factor")),
  "load at an index known to the compiler": () => each(16, scalars("w[$(64 + k)u]"), scalars("factor")),
  "vec4 store": () => each(8, repeated(8, "y[at + $(8 * k)u] = v$k;")),
  "multiply-add": () => each(64, repeated(64, "s$(k % 16) = fma(s$(k % 16), factor, factor);")),
  "one dispatch": async () => {
    // Pipelines take turns, as they do in a step, and the workgroups are enough for all cores.
    const two = [pipeline(""), pipeline(repeated(1, "v$k += vec4f(factor);"))] as const;
    const many = (count: number) => Array.from({ length: count }, (_, i) => two[i % 2]!);
    await time(two, 1);
    return (await time(many(1100), 1, 64) - await time(many(100), 1, 64)) / 1000;
  },
};

console.log(`${info.adapter}: nanoseconds for 8 lanes`);
for (const [name, measure] of Object.entries(rows)) {
  const nanoseconds = await measure();
  console.log(name.padEnd(40), nanoseconds.toFixed(nanoseconds < 1000 ? 2 : 0).padStart(8));
}
close();
