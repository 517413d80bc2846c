/** This machine as far as Debian's package tools are concerned. */

/** The distribution, from os-release. */
export interface Distribution {
  /** `debian`, `ubuntu`, `fedora`, `arch`, …; `unknown` off Linux. */
  readonly id: string;
  readonly codename: string;
  /** Debian or made from it: apt is there. */
  readonly debianLike: boolean;
}

export function readDistribution(osRelease: string): Distribution {
  const value = (key: string) => new RegExp(`^${key}="?([^"\\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
  const family = [value("ID"), ...value("ID_LIKE").split(" ")];
  return {
    id: value("ID") || "unknown",
    codename: value("VERSION_CODENAME"),
    debianLike: family.includes("debian") || family.includes("ubuntu"),
  };
}

/** This machine's distribution. */
export const distribution = (): Distribution =>
  readDistribution(Deno.build.os === "linux" ? readText("/etc/os-release") : "");

/** Whether packages can be installed without asking anyone: apt, as root. */
export const canInstall = (machine: Distribution): boolean => machine.debianLike && Deno.uid() === 0;

/** The version of an installed package in the text of dpkg's status file. */
export function packageVersion(status: string, name: string): string | undefined {
  const stanza = status.split("\n\n").find((text) => text.startsWith(`Package: ${name}\n`));
  if (!stanza?.includes("\nStatus: install ok installed\n")) return undefined;
  return /^Version: (.*)$/m.exec(stanza)?.[1];
}

/** The version of Mesa's Vulkan drivers that Debian's package list has as installed. */
export const installedMesa = (): string | undefined =>
  packageVersion(readText("/var/lib/dpkg/status"), "mesa-vulkan-drivers");

/** The address of the archive that this release of Debian comes from; of Debian's own where it is another system. */
export function archiveOf({ id, codename }: Distribution): string {
  return (id === "debian" ? archiveIn(sourceTexts(), codename) : undefined) ?? "http://deb.debian.org/debian";
}

/** How the addresses of Debian's archive end, of its mirrors and snapshots. */
const ofDebian = /\/debian(?:\/\d{8}T\d{6}Z)?\/?$/;

/** The archive of a release among package sources of either format: that of Debian before those that others have. */
export function archiveIn(texts: readonly string[], codename: string): string | undefined {
  const release = `(?:.*[ \\t])?${codename}(?:[ \\t].*)?$`;
  const found = texts.flatMap((text) => {
    const lines = text.matchAll(
      new RegExp(`^\\s*deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${codename}\\s`, "gm"),
    );
    const stanzas = text.replace(/^#.*\n/gm, "").split(/\n\s*\n/).filter((part) =>
      new RegExp(`^Suites:[ \\t]*${release}`, "im").test(part) && !/^Enabled:[ \t]*no$/im.test(part) &&
      /^Types:(?:.*[ \t])?deb(?:[ \t].*)?$/im.test(part)
    );
    return [
      ...[...lines].map(([, address]) => address),
      ...stanzas.map((stanza) => /^URIs:[ \t]*(\S+)/im.exec(stanza)?.[1]),
    ];
  });
  const addresses = found.filter((address) => address !== undefined);
  return addresses.find((address) => ofDebian.test(address)) ?? addresses[0];
}

function sourceTexts(): string[] {
  const folder = "/etc/apt/sources.list.d";
  const names = namesIn(folder).filter((name) => /\.(list|sources)$/.test(name)).sort();
  return ["/etc/apt/sources.list", ...names.map((name) => `${folder}/${name}`)].map(readText);
}

/** The names in a folder, none where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch {
    return [];
  }
}

/** A file's text, empty where it cannot be read. */
export function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
