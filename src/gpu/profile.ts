/** How long the kernels of a plan take on a device. */
import type { Plan } from "../plan/plan.ts";
import type { Gpu } from "./device.ts";

/** How long a kernel takes in one run of a plan. */
export interface KernelTime {
  /** Its label. Kernels that were specialised in other ways may have the same. */
  readonly kernel: string;
  /** Of all its dispatches. */
  readonly milliseconds: number;
  /** How many there are. */
  readonly dispatches: number;
  /** Floating-point operations of all its dispatches. */
  readonly flop: number;
  /** Bytes of operands and outputs of all its dispatches, each counted once. */
  readonly bytes: number;
}

/** What is timed takes at least as many milliseconds: waiting for the device varies by one. */
const least = 50;

/**
 * See {@link Program.profile}. `dispatch` encodes the dispatch of a number, whose pipeline has the same number. Throws
 * what the device has failed with: a lost one is done at once with any work.
 */
export async function timeKernels(
  { device, check }: Pick<Gpu, "device" | "check">,
  { dispatches: all }: Pick<Plan, "dispatches">,
  pipelines: readonly GPUComputePipeline[],
  dispatch: (pass: GPUComputePassEncoder, i: number) => void,
): Promise<KernelTime[]> {
  const time = async (dispatches: readonly number[], times: number): Promise<number> => {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (let k = 0; k < times; k++) dispatches.forEach((i) => dispatch(pass, i));
    pass.end();
    const start = performance.now();
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
    check();
    return performance.now() - start;
  };
  const empty = Math.min(...await Array.fromAsync({ length: 5 }, () => time([], 0)));
  const kernels: KernelTime[] = [];
  for (const same of Map.groupBy(all.keys(), (i) => pipelines[i]!).values()) {
    // The first compiles, and says about how many times it takes.
    let times = 1;
    let taken = await time(same, times) - empty;
    do {
      times = Math.ceil(times * Math.max(1, Math.min(1000, 1.2 * least / Math.max(taken, 0.1))));
      taken = await time(same, times) - empty;
    } while (taken < least);
    const sum = (of: "flop" | "bytes") => same.reduce((total, i) => total + all[i]![of], 0);
    kernels.push({
      kernel: all[same[0]!]!.kernel.label,
      milliseconds: taken / times,
      dispatches: same.length,
      flop: sum("flop"),
      bytes: sum("bytes"),
    });
  }
  return kernels;
}
