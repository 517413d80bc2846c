/** The driver's version, which WebGPU does not tell: from where Linux drivers leave it. */

/**
 * The driver behind an adapter: NVIDIA's from the kernel's file, Mesa's from Debian's package list, `unknown`
 * elsewhere.
 *
 * @param vendor PCI vendor number of the adapter as WebGPU gives it, in decimal.
 */
export function driverVersion(vendor: string): string {
  const [name, version] = Number(vendor) === 0x10de
    ? ["NVIDIA", /\s(\d+(?:\.\d+)+)\s/.exec(read("/proc/driver/nvidia/version"))?.[1]]
    : ["Mesa", packageVersion(read("/var/lib/dpkg/status"), "mesa-vulkan-drivers")];
  return version === undefined ? "unknown" : `${name} ${version}`;
}

/** The version of an installed package in the text of dpkg's status file. */
export function packageVersion(status: string, name: string): string | undefined {
  const stanza = status.split("\n\n").find((text) => text.startsWith(`Package: ${name}\n`));
  if (!stanza?.includes("\nStatus: install ok installed\n")) return undefined;
  return /^Version: (.*)$/m.exec(stanza)?.[1];
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
