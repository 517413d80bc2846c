/** Runs a few nodes on the device and gives their logical values back: what every kernel test stands on. */
import { input } from "../../src/graph/ops/leaf.ts";
import { elements, type Node, type Shape } from "../../src/graph/node.ts";
import { Runner, withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import { normal } from "../../src/random.ts";

/** One device for the whole test process. */
const runner = await Runner.open();
export const sharedRunner = (): Runner => runner;

/** Evaluates nodes. `feeds` holds dense logical values (no row padding) by input name. */
export async function run(
  nodes: readonly Node[],
  feeds: Readonly<Record<string, Float32Array | Uint32Array>> = {},
): Promise<Float32Array[]> {
  return (await runStored(nodes, feeds)).map((data, i) => withoutPadding(data, nodes[i]!.shape));
}

/** Like run, but with the row padding, so that a test can see that it is zero. */
export async function runStored(
  nodes: readonly Node[],
  feeds: Readonly<Record<string, Float32Array | Uint32Array>> = {},
): Promise<Float32Array[]> {
  const names = nodes.map((_, i) => `out${i}`);
  const program = await runner.load(runner.compile(Object.fromEntries(nodes.map((n, i) => [names[i]!, n]))));
  const stored: Record<string, Float32Array | Uint32Array> = {};
  for (const [name, port] of Object.entries(program.plan.inputs)) {
    const feed = feeds[name];
    if (feed === undefined) throw new Error(`test gave no ${name}`);
    stored[name] = feed instanceof Uint32Array ? feed : withPadding(feed, port.shape);
  }
  const results = program.run(stored);
  const tensors = names.map((name) => results[name]!);
  const data = await runner.tensors.read(tensors);
  runner.tensors.release(...tensors);
  program.destroy();
  return data;
}

/** An input node and standard normal values for it, from a seed. */
export function random(name: string, shape: Shape, seed = 1): { node: Node; value: Float32Array } {
  const value = Float32Array.from({ length: elements(shape) }, (_, i) => normal([seed, 0], i));
  return { node: input(name, shape), value };
}
