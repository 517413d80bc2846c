/** Makes sure of a WebGPU adapter: a GPU if there is one, else the fastest software driver that can be had. */
import { cacheFolder, runner, variable } from "../environment.ts";
import { deviceError } from "../errors.ts";
import { readText } from "../io/read.ts";
import { preferVulkan, probeAdapter } from "./adapter.ts";
import { install } from "./apt.ts";
import { canInstall, type Distribution, distribution, installedMesa, namesIn } from "./debian.ts";
import {
  driverFolder,
  fastMesa,
  fetchDriver,
  type NewerDriver,
  obstacleTo,
  readDriver,
} from "./newer_driver.ts";

const packages = ["mesa-vulkan-drivers", "libvulkan1"];

/** Hours after which a driver that could not be had is asked for again. */
const retryAfter = 24;

/**
 * The driver to run on: one from the cache, or undefined for the system's. A user's own choice, a GPU that works and a
 * fast software driver are left alone. Where there is no adapter at all and no newer driver can be
 * had, installs the system's software driver if that needs no one's consent (Debian or made from it, as root).
 *
 * @param note takes lines for the user.
 * @param again whether to try what failed within the last day.
 * @throws UserError (exit 3) that says what to install.
 */
export async function chooseDriver(
  note: (words: string) => void,
  again = false,
): Promise<NewerDriver | undefined> {
  if (choseOne()) return undefined;
  preferVulkan();
  const cache = cacheFolder();
  const kept = readDriver(driverFolder(cache));
  // Without a device node there is no GPU to ask for, which would take longer than all the rest.
  if (kept && !hasGpuNode()) return kept;
  const found = await probeAdapter();
  if (found !== null && !isSlow(found)) return undefined;
  const insist = again || found === null;
  const newer = kept ?? (Deno.build.os === "linux" ? await bring(cache, note, insist) : undefined);
  if (newer === undefined && found === null) await ensureSystemDriver(note);
  return newer;
}

/** Whether the user chose a driver for all programs, or another backend than Vulkan. */
function choseOne(): boolean {
  const backend = variable("DENO_WEBGPU_BACKEND") || "vulkan";
  return backend !== "vulkan" || (["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] as const).some(variable);
}

/** Whether an adapter is a software driver of a Mesa before the fast ones. */
function isSlow(description: string): boolean {
  const mesa = installedMesa();
  return /llvmpipe/.test(description) && mesa !== undefined && parseInt(mesa) < fastMesa;
}

/** Whether the kernel shows the device of a GPU. */
const hasGpuNode = (): boolean =>
  namesIn("/dev/dri").some((name) => name.startsWith("render")) ||
  namesIn("/dev").some((name) => /^(nvidia\d|dxg$|kgsl|mali)/.test(name));

/** A newer driver; where it cannot be had, says so, and what it would give. */
async function bring(
  cache: string,
  note: (words: string) => void,
  again: boolean,
): Promise<NewerDriver | undefined> {
  const memory = `${cache}/driver/failed.json`;
  const obstacle = obstacleTo(cache);
  const before = obstacle === undefined && !again ? lastFailure(memory) : undefined;
  const got = obstacle ?? before ?? await fetchDriver({ cache, note });
  if (typeof got !== "string") return got;
  const retry = before === undefined ? "" : ` (${runner} setup tries again)`;
  note(`Mesa ${fastMesa} or newer may compute up to four times as fast as an older one, but ${got}${retry}.`);
  if (obstacle === undefined && before === undefined) {
    try {
      Deno.writeTextFileSync(memory, JSON.stringify({ reason: got, at: Date.now() }));
    } catch {
      // It is asked for anew next time.
    }
  }
  return undefined;
}

/** Why it could not be downloaded within the last day: with a dead network each try takes long. */
function lastFailure(path: string): string | undefined {
  try {
    const { reason, at } = JSON.parse(readText(path, { most: 10_000 }));
    return Date.now() - at < retryAfter * 3600e3 ? reason : undefined;
  } catch {
    return undefined;
  }
}

async function ensureSystemDriver(note: (words: string) => void): Promise<void> {
  const machine = distribution();
  const names = packages.join(" and ");
  if (!canInstall(machine)) {
    throw deviceError(`No WebGPU adapter on this machine. ${advice(Deno.build.os, machine)}`);
  }
  note(`No WebGPU adapter here; installing Mesa's software Vulkan driver (${packages.join(", ")}).`);
  const failure = await install(packages);
  if (failure !== undefined) {
    throw deviceError(
      `No WebGPU adapter, and installing ${names} failed (is this machine offline?):\n${failure}\n` +
        advice(Deno.build.os, machine),
    );
  }
  const installed = await probeAdapter();
  if (installed === null) {
    throw deviceError(
      `No WebGPU adapter, even with ${names} installed; vulkaninfo of the package vulkan-tools shows why.`,
    );
  }
  note(`Installed. Adapter: ${installed}.`);
}

/** What to install, by system. */
export function advice(os: typeof Deno.build.os, machine: Distribution): string {
  const then = "A GPU needs its vendor's Vulkan driver; without one, Mesa's software driver does:";
  switch (os) {
    case "darwin":
      return "Deno uses Metal, which every Mac since 2012 has; in a virtual machine it may be missing.";
    case "windows":
      return "Install or update the graphics driver: Deno uses Direct3D 12 or Vulkan.";
    default:
      if (machine.debianLike) return `${then} sudo apt-get install mesa-vulkan-drivers libvulkan1`;
      if (["fedora", "rhel", "centos"].includes(machine.id)) {
        return `${then} sudo dnf install mesa-vulkan-drivers vulkan-loader`;
      }
      if (machine.id === "arch") return `${then} sudo pacman -S vulkan-swrast vulkan-icd-loader`;
      return `${then} mesa-vulkan-drivers (Debian, Ubuntu, Fedora) or vulkan-swrast (Arch), and the Vulkan loader.`;
  }
}
