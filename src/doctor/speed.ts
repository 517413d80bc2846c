/** What the device does in a second: arithmetic, memory traffic, and how long a readback takes. */
import type { Runner } from "../gpu/mod.ts";
import { type Node, type Shape, storedFloats } from "../graph/node.ts";
import { input, pointwise, relu } from "../graph/ops/mod.ts";

export interface Speed {
  /** 10⁹ floating-point operations a second of pointwise convolutions, 64 channels to 64. */
  readonly gflops: number;
  /** 10⁹ bytes a second, read and written, of ReLU over tensors larger than caches. */
  readonly gigabytesPerSecond: number;
  /** Milliseconds from asking for four bytes of an idle device until they are here; median. */
  readonly readbackMilliseconds: number;
}

export async function measureSpeed(runner: Runner): Promise<Speed> {
  const readbackMilliseconds = await readback(runner);
  const matrix = input("m", [64, 64]);
  const arithmetic = await rate(runner, [64, 16, 32, 32], (x) => pointwise(x, matrix));
  const traffic = await rate(runner, [64, 64, 64, 64], relu);
  return { gflops: arithmetic.flop / 1e9, gigabytesPerSecond: traffic.bytes / 1e9, readbackMilliseconds };
}

/** Flop and bytes a second of a chain of eight times the same operation, from a shape to itself. */
async function rate(runner: Runner, shape: Shape, operation: (x: Node) => Node) {
  let node: Node = input("x", shape);
  for (let i = 0; i < 8; i++) node = operation(node);
  const plan = runner.compile({ y: node });
  const program = await runner.load(plan);
  const x = runner.tensors.upload(new Float32Array(storedFloats(shape)), shape);
  const m = runner.tensors.upload(new Float32Array(64 * 64), [64, 64]);
  const runs = async (count: number) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) runner.tensors.release(program.run({ x, m })["y"]!);
    await runner.settle();
    return (performance.now() - start) / 1000;
  };
  await runs(1);
  // Enough of them that the wait at the end hardly counts.
  let count = 1;
  let seconds = await runs(count);
  while (seconds < 0.3) seconds = await runs(count *= 2);
  runner.tensors.release(x, m);
  program.destroy();
  const total = (of: "flop" | "bytes") => plan.dispatches.reduce((sum, dispatch) => sum + dispatch[of], 0);
  return { flop: total("flop") * count / seconds, bytes: total("bytes") * count / seconds };
}

async function readback(runner: Runner): Promise<number> {
  const tensor = runner.tensors.upload(new Float32Array(1), [1]);
  await runner.settle();
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const start = performance.now();
    await runner.tensors.read([tensor]);
    times.push(performance.now() - start);
  }
  runner.tensors.release(tensor);
  return times.sort((a, b) => a - b)[4]!;
}
