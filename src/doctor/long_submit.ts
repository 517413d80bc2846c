/** Whether the driver lets a computation run for seconds. */
import { DeviceFailedError, type Runner } from "../gpu/mod.ts";
import type { Node } from "../graph/node.ts";
import { input } from "../graph/ops/mod.ts";
import { multiplyAdds } from "./probes.ts";

export interface LongSubmit {
  /** How long the longest submit took that was tried. */
  readonly seconds: number;
  /** What became of it, where it failed. */
  readonly failure?: string;
}

/** Milliseconds of a dispatch: nothing stops one in the middle. */
const dispatch = 20;

/** Rounds of multiply-adds after which all are 1. */
const fewest = 4;

/**
 * Submits work of a second, of two and of three (by default), each at once and on a device of its own, until one fails:
 * drivers may stop what takes longer than some of them allow, two seconds on Windows. `gflops`: what the device does in
 * a second.
 */
export async function longSubmit(
  open: () => Promise<Runner>,
  gflops: number,
  lengths: readonly number[] = [1, 2, 3],
): Promise<LongSubmit> {
  let result: LongSubmit = { seconds: 0 };
  for (const wanted of lengths) {
    const runner = await open();
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      result = { seconds: await submit(runner, wanted, gflops) };
    } catch (error) {
      if (!(error instanceof DeviceFailedError)) throw error;
      return { seconds: seconds(), failure: error.message };
    } finally {
      runner.close();
    }
  }
  return result;
}

/** The seconds that a submit took which should take as many as wanted. */
async function submit(runner: Runner, wanted: number, gflops: number): Promise<number> {
  const floats = 2 ** 18;
  const { flop } = runner.compile({ y: multiplyAdds(input("ones", [1]), floats, 1) }).dispatches[0]!;
  const rounds = Math.max(fewest, Math.round(gflops * 1e6 * dispatch / flop));
  let y: Node = input("ones", [1]);
  for (let i = 0; i < Math.ceil(1000 * wanted / dispatch); i++) y = multiplyAdds(y, floats, rounds);
  const plan = runner.compile({ y });
  const whole = { ...plan.tuning.submit, dispatches: Infinity, seconds: Infinity };
  const program = await runner.load({ ...plan, tuning: { ...plan.tuning, submit: whole } });
  const start = performance.now();
  const { y: ones } = program.run<"y">({ ones: Float32Array.of(1) });
  const [values] = await runner.tensors.read([ones]);
  if (values!.some((value) => value !== 1)) {
    throw new DeviceFailedError("The results were wrong, and the device did not say so");
  }
  return (performance.now() - start) / 1000;
}
