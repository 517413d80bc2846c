/** Makes sure of a WebGPU adapter: a GPU's driver if there is one, else Mesa's software Vulkan driver. */
import { deviceError } from "../errors.ts";
import { preferVulkan, probeAdapter } from "./adapter.ts";
import { aptInstall, canInstall, type Distribution, distribution } from "./apt.ts";

const packages = ["mesa-vulkan-drivers", "libvulkan1"];

/**
 * Returns the adapter's description. Where there is none, installs the software driver if that needs no one's
 * consent (Debian or made from it, as root), else says what to install.
 *
 * @param note takes lines for the user.
 * @throws UserError (exit 3) with what to do.
 */
export async function ensureAdapter(note: (words: string) => void): Promise<string> {
  preferVulkan();
  const found = await probeAdapter();
  if (found !== null) return found;
  const machine = distribution();
  if (!canInstall(machine)) {
    throw deviceError(`No WebGPU adapter on this machine. ${advice(Deno.build.os, machine)}`);
  }
  note(`No WebGPU adapter here; installing Mesa's software Vulkan driver (${packages.join(", ")}).`);
  // Backports: newer Mesa runs the same kernels about twice as fast.
  const failure = await aptInstall(packages, machine, true);
  if (failure !== undefined) {
    throw deviceError(
      `No WebGPU adapter, and installing ${
        packages.join(" and ")
      } failed (is this machine offline?):\n${failure}\n` +
        advice(Deno.build.os, machine),
    );
  }
  const installed = await probeAdapter();
  if (installed === null) {
    throw deviceError(
      `No WebGPU adapter, even with ${packages.join(" and ")} installed; ` +
        "vulkaninfo of the package vulkan-tools shows why.",
    );
  }
  note(`Installed. Adapter: ${installed}.`);
  return installed;
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
