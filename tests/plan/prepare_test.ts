/** Preparing steps: within the memory there is or not at all, until a signal stops it, with or without recomputing. */
import { assert, assertEquals, assertRejects } from "deno-std/assert";
import { explained } from "../../src/cli/explained.ts";
import { UserError } from "../../src/errors.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { freeMemory } from "../../src/gpu/memory.ts";
import { type DeviceInfo, type Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { channelDot, input, pointwise, relu, sum } from "../../src/graph/ops/mod.ts";
import { needOf, ShortageError } from "../../src/plan/budget.ts";
import { compile } from "../../src/plan/compile.ts";
import { normal } from "../../src/random.ts";
import { patched } from "./patched.ts";

const depth = 14;
/** The slopes of a stack of layers at some width: maps of the forward pass wait for the backward pass. */
function step(width: number): Record<string, Node> {
  const weights = Array.from({ length: depth }, (_, i) => input(`w${i}`, [width, width]));
  let y: Node = input("x", [width, 4, 12, 12]);
  for (const w of weights) y = relu(pointwise(y, w));
  const slopes = gradient(sum(channelDot(y, y)), weights);
  return Object.fromEntries(slopes.map((slope, i) => [`dw${i}`, slope]));
}
const feeds = (width: number): Record<string, Float32Array> => ({
  x: Float32Array.from({ length: width * 4 * 144 }, (_, i) => normal([1, 2], i)),
  ...Object.fromEntries(Array.from({ length: depth }, (_, k) => [
    `w${k}`,
    Float32Array.from({ length: width * width }, (_, i) => normal([3, k], i) / Math.sqrt(width / 2)),
  ])),
});

async function bits(runner: Runner, program: Program, width: number): Promise<string> {
  const results = Object.values(program.run(feeds(width)));
  const data = await runner.tensors.read(results);
  runner.tensors.release(...results);
  return data.map((d) => new Uint32Array(d.buffer, d.byteOffset, d.length).join()).join();
}

/** What steps need as a runner plans them here, with everything kept or as much as possible computed again. */
async function planned(recompute: boolean, ...graphs: Record<string, Node>[]): Promise<number> {
  const runner = await Runner.open("high-performance", { recompute });
  const need = needOf(...graphs.map((graph) => runner.compile(graph))).bytes;
  runner.close();
  return need;
}

const [narrow, wide] = [step(8), step(16)];

Deno.test("prepared steps may need as much as the limit, and not a byte more", async () => {
  const need = await planned(true, narrow, wide);
  const fits = await Runner.open("high-performance", { memoryLimit: need });
  const programs = await fits.prepare({ narrow, wide });
  assertEquals(Object.keys(programs), ["narrow", "wide"]);
  await bits(fits, programs.wide, 16);
  fits.close();

  const short = await Runner.open("high-performance", { memoryLimit: need - 1 });
  const made: string[] = [];
  using _watch = patched(GPUDevice.prototype, "createBuffer", (plain, [given]) => {
    made.push(given.label ?? "");
    return plain(given);
  });
  const error = await assertRejects(() => short.prepare({ narrow, wide }, { batch: 4 }), ShortageError);
  assertEquals(error.exitCode, 3);
  assert(
    /^This run needs .* more than the limit of .*; choose a smaller --batch \(now 4: about 3 would fit/
      .test(explained(error)),
    explained(error),
  );
  assertEquals(made, [], "nothing is allocated before the check");
  short.close();
});

Deno.test("programs that are loaded count too, and still run after a refusal", async () => {
  const limit = await planned(true, wide);
  const runner = await Runner.open("high-performance", { memoryLimit: limit });
  const { narrow: small } = await runner.prepare({ narrow });
  const before = await bits(runner, small, 8);
  await assertRejects(() => runner.prepare({ wide }), UserError, "more than the limit");
  assertEquals(await bits(runner, small, 8), before);
  small.destroy();
  await runner.prepare({ wide });
  runner.close();
});

Deno.test("recomputing gives the same bits in less memory", async () => {
  const found: { bits: string; bytes: number; dispatches: number }[] = [];
  for (const recompute of [false, true]) {
    const runner = await Runner.open("high-performance", { recompute });
    const { wide: program } = await runner.prepare({ wide });
    const dispatches = program.plan.dispatches.length;
    found.push({ bits: await bits(runner, program, 16), bytes: runner.arenaBytes, dispatches });
    runner.close();
  }
  const [kept, again] = found as [typeof found[0], typeof found[0]];
  assert(kept.bits.split(",").filter((x) => x !== "0").length > 1000);
  assertEquals(again.bits, kept.bits);
  assert(again.bytes < 0.8 * kept.bytes, `${again.bytes} of ${kept.bytes} bytes`);
  assert(again.dispatches > kept.dispatches);
});

Deno.test("of steps that do not fit the limit as much is computed again as it takes, with the same bits", async () => {
  const [kept, least] = [await planned(false, wide), await planned(true, wide)];
  const found: { bits: string; dispatches: number }[] = [];
  for (const memoryLimit of [kept, (kept + least) / 2, least]) {
    const runner = await Runner.open("high-performance", { memoryLimit });
    const { wide: program } = await runner.prepare({ wide });
    const need = needOf(program.plan).bytes;
    assert(need <= memoryLimit, `${need} of ${memoryLimit} bytes`);
    found.push({ bits: await bits(runner, program, 16), dispatches: program.plan.dispatches.length });
    await assertRejects(() => runner.check({ larger: step(32) }), ShortageError);
    runner.close();
  }
  assertEquals(new Set(found.map(({ bits }) => bits)).size, 1);
  const [none, some, all] = found.map(({ dispatches }) => dispatches) as [number, number, number];
  assert(none < some && some < all, `${none}, ${some} and ${all} dispatches`);
});

Deno.test("a driver that computes on the CPU may take a share of the free memory, a GPU what it has", async () => {
  const { available } = Deno.systemMemoryInfo();
  const limit = freeMemory({ software: true } as DeviceInfo)!;
  assert(!limit.given && limit.bytes > 0.4 * available && limit.bytes < 1.2 * available);
  assertEquals(freeMemory({ software: false } as DeviceInfo), undefined);
  const runner = await Runner.open();
  assertEquals(runner.memoryLimit === undefined, !runner.info.software);
  runner.close();
});

Deno.test({ name: "without the permission to ask there is no limit", permissions: { sys: false } }, () => {
  assertEquals(freeMemory({ software: true } as DeviceInfo), undefined);
});

/** How many pipelines are made until `stop`, called at the n-th, stops it. */
async function pipelinesUntil(at: number, signal: AbortSignal, stop: () => void): Promise<number> {
  const runner = await Runner.open();
  let made = 0;
  using _watch = patched(GPUDevice.prototype, "createComputePipelineAsync", (plain, [given]) => {
    if (++made === at) stop();
    return plain(given);
  });
  await assertRejects(() => runner.prepare({ narrow, wide }, { signal }), Error, "enough");
  assertEquals(runner.arenaBytes, 0);
  runner.close();
  return made;
}

Deno.test("a signal stops preparing between two kernels, with its reason", async () => {
  const early = new AbortController();
  early.abort(new Error("enough"));
  assertEquals(await pipelinesUntil(0, early.signal, () => {}), 0);
  const late = new AbortController();
  assertEquals(await pipelinesUntil(1, late.signal, () => late.abort(new Error("enough"))), 1);
});

interface SmallDevice extends Disposable {
  /** Of all buffers that were asked for. */
  readonly labels: readonly string[];
  /** Bytes of those that are left. */
  readonly taken: number;
}

/** A device on which buffers of `room` bytes in all fit. */
function smallDevice(room: number): SmallDevice {
  let taken = 0;
  let failed = false;
  const labels: string[] = [];
  const scopes: string[] = [];
  const undo = [
    patched(GPUDevice.prototype, "createBuffer", (plain, [given]) => {
      labels.push(given.label ?? "");
      // What compiling takes goes back at once.
      if (given.label !== "warm-up") taken += given.size;
      failed ||= taken > room;
      return plain(given);
    }),
    patched(GPUBuffer.prototype, "destroy", (plain, _, { label, size }) => {
      if (label !== "warm-up") taken -= size;
      return plain();
    }),
    patched(GPUDevice.prototype, "pushErrorScope", (plain, [filter]) => {
      scopes.push(filter);
      return plain(filter);
    }),
    patched(GPUDevice.prototype, "popErrorScope", async (plain) => {
      const memory = scopes.pop() === "out-of-memory";
      const error = await plain();
      return memory && failed ? new GPUOutOfMemoryError("no room") : error;
    }),
  ];
  return {
    labels,
    get taken() {
      return taken;
    },
    [Symbol.dispose]: () => undo.forEach((patch) => patch[Symbol.dispose]()),
  };
}

/** Bytes of the arena, into which everything but tables and constants goes. */
const arenaBytes = (graph: Record<string, Node>): number =>
  compile(graph, { maxBinding: 2 ** 27 }).chunks.reduce((a, b) => a + b, 0);

for (const [what, room] of [["the arena", 1000], ["a program's table", arenaBytes(narrow) + 1000]] as const) {
  Deno.test(`an allocation that fails all the same is reported with its bytes: ${what}`, async () => {
    const runner = await Runner.open();
    using small = smallDevice(room);
    const error = await assertRejects(() => runner.prepare({ narrow }), UserError);
    assertEquals(error.exitCode, 3);
    assert(
      /^Out of GPU memory: Allocating \d\.\d MB for a step\. Set ‹memoryLimit› to less/.test(error.message),
      error.message,
    );
    assert(small.labels.includes("table") === (room > 1000), small.labels.join());
    assertEquals([small.taken, runner.arenaBytes], [0, 0], "what was allocated is freed");
    runner.close();
  });
}

Deno.test("a program that does not get into the arena leaves nothing behind", async () => {
  const runner = await Runner.open();
  using small = smallDevice(arenaBytes(narrow));
  await assertRejects(() => runner.load(runner.compile(narrow)), UserError, "Out of GPU memory");
  assert(small.labels.includes("table") && small.labels.includes("arena 1"));
  assertEquals(small.taken, 0);
  runner.close();
});

Deno.test("an arena that grows needs no room for what it was before", async () => {
  const runner = await Runner.open();
  const tables = 200_000;
  using small = smallDevice(arenaBytes(wide) + tables);
  assert(arenaBytes(narrow) > tables);
  await runner.prepare({ narrow });
  await runner.prepare({ wide });
  assertEquals(small.labels.filter((label) => label === "arena 1").length, 2);
  runner.close();
});

Deno.test("reading back that finds no room says how much it wanted", async () => {
  const runner = await Runner.open();
  const tensor = runner.tensors.upload(new Float32Array(1000), [1000]);
  using _small = smallDevice(0);
  const error = await assertRejects(() => runner.tensors.read([tensor]), UserError);
  assert(/^Out of GPU memory: Reading 4000 bytes back/.test(error.message), error.message);
  runner.close();
});
