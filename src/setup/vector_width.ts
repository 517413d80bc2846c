/** How wide the software driver's vectors are. */
import { variable } from "../environment.ts";
import { run } from "./program.ts";

/** A processor with this has all of AVX-512 and does not slow down for it: Zen 4 and Ice Lake on. */
const flag = "avx512_vpopcntdq";

/**
 * What a process that runs on the driver that was brought finds in its environment. By itself the driver computes on
 * vectors of 256 bits; those of 512 take 0.8 to 0.97 of the time where the processor has them.
 */
export async function vectorWidth(): Promise<Readonly<Record<string, string>>> {
  if (variable("LP_NATIVE_VECTOR_WIDTH") !== undefined) return {};
  // Files below /proc are not for Deno to read, whatever it may read.
  const { success } = await run("grep", "-qw", flag, "/proc/cpuinfo");
  return success ? { LP_NATIVE_VECTOR_WIDTH: "512" } : {};
}
