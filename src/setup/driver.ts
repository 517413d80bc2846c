/**
 * Which driver a process computes on. One environment variable says it, which users may set too.
 *
 * - not set: nobody has chosen; the process is on its own, with whatever the system has.
 * - `unchosen`: {@link launch} waits to choose, and starts the process again once it asks for an adapter.
 * - `system`: the system's driver, chosen or wished for.
 * - else the folder of a newer driver (see newer_driver.ts), which the process runs on.
 */
import { variable } from "../environment.ts";
import { installedMesa, readText } from "./debian.ts";
import { readDriver } from "./newer_driver.ts";

export const driverVariable = "MS_DARTS_DRIVER";
export const unchosen = "unchosen";
export const ofSystem = "system";

/** The exit code with which a process asks for an adapter. */
export const wantsAdapter = 86;

/** To be called before a process touches the device, and before it does anything that it should not do twice. */
export function askForAdapter(): void {
  if (variable(driverVariable) === unchosen) Deno.exit(wantsAdapter);
}

/**
 * The driver behind an adapter: what was brought, NVIDIA's from the kernel's file, Mesa's from Debian's package list,
 * `unknown` elsewhere. WebGPU does not tell.
 *
 * @param vendor PCI vendor number of the adapter as WebGPU gives it, in decimal.
 */
export function driverVersion(vendor: string): string {
  const chosen = variable(driverVariable) ?? ofSystem;
  const brought = chosen === ofSystem ? undefined : readDriver(chosen);
  if (brought) return brought.version;
  const [name, version] = Number(vendor) === 0x10de
    ? ["NVIDIA", /\s(\d+(?:\.\d+)+)\s/.exec(readText("/proc/driver/nvidia/version"))?.[1]]
    : ["Mesa", installedMesa()];
  return version === undefined ? "unknown" : `${name} ${version}`;
}
