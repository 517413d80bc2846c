/** Kernels of microseconds are timed as well as those of seconds, though waiting for a device varies by a millisecond. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { Runner } from "../../src/gpu/mod.ts";
import { input, pointwise, relu } from "../../src/graph/ops/mod.ts";
import { patched } from "./patched.ts";

const x = input("x", [4, 1, 8, 8]);
const [m, n] = [input("m", [4, 4]), input("n", [8, 4])];
const graph = { y: pointwise(pointwise(pointwise(relu(x), m), m), n) };

/** What a plan's kernels take by the clock of a device whose dispatches all take as many milliseconds. */
async function profiled(milliseconds: number) {
  const runner = await Runner.open();
  const program = await runner.load(runner.compile(graph));
  let now = 0;
  let encoded = 0;
  let submits = 0;
  {
    using _dispatch = patched(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => void encoded++);
    using _submit = patched(GPUQueue.prototype, "submit", (plain, [commands]) => {
      now += milliseconds * encoded;
      encoded = 0;
      return plain(commands);
    });
    using _wait = patched(GPUQueue.prototype, "onSubmittedWorkDone", (plain) => {
      // From 10.5 to 11.5 ms, by turns.
      now += 10.5 + (submits++ * 7 % 11) / 10;
      return plain();
    });
    using _clock = patched(performance, "now", () => now);
    const kernels = await program.profile();
    return { kernels, dispatches: program.plan.dispatches, submits, seconds: now / 1000 };
  }
}

for (const milliseconds of [0.002, 0.3, 40, 700]) {
  Deno.test(`profile: dispatches of ${milliseconds} ms are timed to 3 %`, async () => {
    const { kernels, dispatches, submits, seconds } = await profiled(milliseconds);
    assertEquals(dispatches.length, kernels.reduce((sum, kernel) => sum + kernel.dispatches, 0));
    assert(kernels.some((kernel) => kernel.dispatches === 2), "those of one kernel are timed together");
    for (const kernel of kernels) {
      const each = kernel.milliseconds / kernel.dispatches;
      assertAlmostEquals(each, milliseconds, 0.03 * milliseconds, kernel.kernel);
    }
    const total = (of: "flop" | "bytes") => dispatches.reduce((sum, one) => sum + one[of], 0);
    assertEquals(kernels.reduce((sum, { flop }) => sum + flop, 0), total("flop"));
    assertEquals(kernels.reduce((sum, { bytes }) => sum + bytes, 0), total("bytes"));
    assert(submits <= 5 + 4 * kernels.length, `${submits}`);
    // Long ones run once to compile and once to be timed, short ones for a tenth of a second.
    assert(seconds < 0.1 + 0.3 * kernels.length + 2e-3 * milliseconds * dispatches.length, `${seconds} s`);
  });
}
