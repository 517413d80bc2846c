/**
 * Runs a few nodes on the device and gives their logical values back: what every kernel test stands on. Whatever runs
 * here runs under the tuning of GPUs as well.
 */
import { assertEquals } from "deno-std/assert";
import { input } from "../../src/graph/ops/leaf.ts";
import { elements, type Node, type Shape } from "../../src/graph/node.ts";
import type { Tuning } from "../../src/graph/tuning.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { Runner, withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { normal } from "../../src/random.ts";
import { assertClose } from "./close.ts";
import { forgetMemory } from "./unwritten.ts";

/** One device for the whole test process. */
const runner = await Runner.open();
export const sharedRunner = (): Runner => runner;

type Feeds = Readonly<Record<string, Float32Array | Uint32Array>>;

/** Evaluates nodes. `feeds` holds dense logical values (no row padding) by input name. */
export async function run(nodes: readonly Node[], feeds: Feeds = {}): Promise<Float32Array[]> {
  return (await runStored(nodes, feeds)).map((data, i) => withoutPadding(data, nodes[i]!.shape));
}

/**
 * Like run, but with the row padding, so that a test can see that it is zero. Asserts that the tuning of GPUs gives the
 * same but for rounding.
 */
export async function runStored(nodes: readonly Node[], feeds: Feeds = {}): Promise<Float32Array[]> {
  const { [runner.tuning.name]: own, ...others } = await runTuned(nodes, feeds);
  for (const [name, stored] of Object.entries(others)) {
    nodes.forEach((n, i) => assertSame(n, stored[i]!, own![i]!, `output ${i} [${n.shape}] under ${name}`));
  }
  return own!;
}

/** A number, under the adapter's tuning record alone. */
export async function once(scalar: Node, feeds: Feeds): Promise<number> {
  const [stored] = await runPlan(runner.compile({ out0: scalar }), feeds);
  return stored![0]!;
}

/** The same under the adapter's tuning record, and under that of GPUs where its plan is another one, by name. */
export async function runTuned(
  nodes: readonly Node[],
  feeds: Feeds = {},
): Promise<Record<string, Float32Array[]>> {
  const outputs = Object.fromEntries(nodes.map((n, i) => [`out${i}`, n]));
  const own = runner.compile(outputs);
  const results = { [own.tuning.name]: await runPlan(own, feeds) };
  const other = planUnder(records.gpu, outputs);
  if (work(other) !== work(own)) results[other.tuning.name] = await runPlan(other, feeds);
  return results;
}

const planUnder = (tuning: Tuning, outputs: Readonly<Record<string, Node>>): Plan => {
  const { maxStorageBufferBindingSize, maxBufferSize } = runner.info.limits;
  return compile(outputs, { maxBinding: Math.min(maxStorageBufferBindingSize!, maxBufferSize!), tuning });
};

/** What a plan does, for comparison. */
const work = ({ dispatches, table }: Plan): string =>
  JSON.stringify([dispatches.map(({ kernel: { source: _, ...kernel }, ...rest }) => [kernel, rest]), [
    ...table,
  ]]);

async function runPlan(plan: Plan, feeds: Feeds): Promise<Float32Array[]> {
  const program = await runner.load(plan);
  const stored: Record<string, Float32Array | Uint32Array> = {};
  for (const [name, port] of Object.entries(plan.inputs)) {
    const feed = feeds[name];
    if (feed === undefined) throw new Error(`test gave no ${name}`);
    stored[name] = feed instanceof Uint32Array ? feed : withPadding(feed, port.shape);
  }
  forgetMemory();
  const results = program.run(stored);
  const tensors = Object.keys(plan.outputs).map((name) => results[name]!);
  const data = await runner.tensors.read(tensors);
  runner.tensors.release(...tensors);
  program.destroy();
  return data;
}

const bits = (data: Float32Array): Uint32Array => new Uint32Array(data.slice().buffer);

/** Integers, NaN and infinities are the same, other numbers up to rounding. */
function assertSame({ dtype }: Node, actual: Float32Array, expected: Float32Array, what: string): void {
  if (dtype === "u32") return assertEquals(bits(actual), bits(expected), what);
  const close = (data: Float32Array): Float32Array => data.map((x) => Number.isFinite(x) ? x : 0);
  const other = (data: Float32Array): number[] => Array.from(data, (x) => Number.isFinite(x) ? 0 : x);
  assertEquals(other(actual), other(expected), what);
  assertClose(close(actual), close(expected), what, 1e-4);
}

/** An input node and standard normal values for it, from a seed. */
export function random(name: string, shape: Shape, seed = 1): { node: Node; value: Float32Array } {
  const value = Float32Array.from({ length: elements(shape) }, (_, i) => normal([seed, 0], i));
  return { node: input(name, shape), value };
}
