/**
 * What the engine asks of the program that it runs in: Deno, or a browser, which tells nothing of its machine and needs
 * no permissions. The only file of the engine that names Deno.
 */
import { withinGroups } from "./cgroup.ts";

/** Of the machine, or of what a container or a job of a cluster may have of it, in bytes. */
export interface MachineMemory {
  readonly total: number;
  readonly available: number;
  /** Of this process. */
  readonly own: number;
}

const inDeno = "Deno" in globalThis;

/** The memory that this process may have; undefined in a browser, and without `--allow-sys=systemMemoryInfo`. */
export function machineMemory(): MachineMemory | undefined {
  if (!inDeno || Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" }).state !== "granted") {
    return undefined;
  }
  const { total, available, free } = Deno.systemMemoryInfo();
  // On Windows the number stands in the other place.
  const machine = { total, available: available || free };
  return { ...withinGroups(machine, textOf), own: Deno.memoryUsage().rss };
}

/** A file of the system. */
function textOf(path: string): string | undefined {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return undefined;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return undefined; // another system, or a group that another program has removed
  }
}

/** Whether kernels that are asked for at once compile at once, in threads that the host has for it. */
export const compilesAside = !inDeno;

/** Whether a thread of a module can start: not without the permission to read it. */
export const mayStart = (module: URL): boolean =>
  inDeno && (module.protocol !== "file:" ||
    Deno.permissions.querySync({ name: "read", path: module }).state === "granted");

/** What to do where there is no adapter. */
export const howToGetAdapter = inDeno
  ? "install a Vulkan driver (Debian and Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1; " +
    "Fedora: dnf install mesa-vulkan-drivers; Arch: pacman -S vulkan-swrast) or update the graphics driver"
  : "take a browser with WebGPU switched on, and open the page from https:// or http://localhost";
