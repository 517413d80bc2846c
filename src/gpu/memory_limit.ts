/** How much memory a run may need where nobody says. */
import type { MemoryLimit } from "../plan/budget.ts";
import type { DeviceInfo } from "./device.ts";

/** The rest is for the images, the records and other processes. */
const share = 0.8;

/**
 * What a driver that computes on the CPU finds free of the machine's memory. Undefined for a GPU, whose memory WebGPU
 * does not tell, and without the permission to ask (`--allow-sys=systemMemoryInfo`).
 */
export function freeMemory({ software }: DeviceInfo): MemoryLimit | undefined {
  const asked = { name: "sys", kind: "systemMemoryInfo" } as const;
  if (!software || Deno.permissions.querySync(asked).state !== "granted") return undefined;
  return { bytes: Math.floor(share * Deno.systemMemoryInfo().available), given: false };
}
