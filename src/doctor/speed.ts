/** What the device does in a second: arithmetic, memory traffic, dispatches, and how long a readback takes. */
import type { Runner } from "../gpu/mod.ts";
import { type Node, storedFloats } from "../graph/node.ts";
import { input, pointwise, relu } from "../graph/ops/mod.ts";
import { dependentLoads, multiplyAdds } from "./probes.ts";

export interface Speed {
  /** 10⁹ floating-point operations a second of multiply-adds in registers: the most that any kernel can do. */
  readonly peakGflops: number;
  /** 10⁹ floating-point operations a second of pointwise convolutions, 64 channels to 64. */
  readonly gflops: number;
  /** 10⁹ bytes a second, read and written, of ReLU over tensors larger than caches. */
  readonly gigabytesPerSecond: number;
  /** From one dispatch of next to nothing to the next that depends on it. */
  readonly dispatchMicroseconds: number;
  /** From a load to one whose address depends on it, all over 64 MiB. */
  readonly loadNanoseconds: number;
  /** Milliseconds from asking for four bytes of an idle device until they are here; median. */
  readonly readbackMilliseconds: number;
}

export async function measureSpeed(runner: Runner): Promise<Speed> {
  const readbackMilliseconds = await readback(runner);
  const x = input("x", [64, 16, 32, 32]);
  const matrix = input("m", [64, 64]);
  const peak = await profile(runner, multiplyAdds(input("ones", [1]), 2 ** 18, 64));
  const arithmetic = await profile(runner, repeated(8, (y) => pointwise(y, matrix), x));
  const traffic = await profile(runner, repeated(4, relu, input("x", [64, 64, 64, 64])));
  const dispatches = await profile(runner, repeated(100, relu, input("x", [1, 1, 1, 4])));
  const loads = await profile(runner, dependentLoads(input("zeros", [2 ** 24], "u32"), 256));
  return {
    peakGflops: peak.flop / peak.milliseconds / 1e6,
    gflops: arithmetic.flop / arithmetic.milliseconds / 1e6,
    gigabytesPerSecond: traffic.bytes / traffic.milliseconds / 1e6,
    dispatchMicroseconds: 1e3 * dispatches.milliseconds / dispatches.dispatches,
    loadNanoseconds: 1e6 * loads.milliseconds / (16 * 256),
    readbackMilliseconds,
  };
}

/** The same operation so many times one after the other. */
const repeated = (times: number, operation: (x: Node) => Node, x: Node): Node =>
  Array.from({ length: times }).reduce<Node>((y) => operation(y), x);

/** How long the kernel takes whose calls a node is made of. What it is given is zeros. */
async function profile(runner: Runner, y: Node) {
  const program = await runner.load(runner.compile({ y }));
  const inputs = Object.entries(program.plan.inputs);
  const feeds = inputs.map(([name, { shape, dtype }]) => {
    const zeros = dtype === "u32"
      ? new Uint32Array(storedFloats(shape))
      : new Float32Array(storedFloats(shape));
    return [name, zeros] as const;
  });
  runner.tensors.release(...Object.values(program.run(Object.fromEntries(feeds))));
  const [kernel] = await program.profile();
  program.destroy();
  return kernel!;
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
