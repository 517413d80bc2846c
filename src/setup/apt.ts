/** Installs Debian packages, from the release's backports where they are there. Leaves the system's sources alone. */
import { backportsSource, type SourceFile } from "./apt_sources.ts";

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
export function distribution(): Distribution {
  try {
    return readDistribution(Deno.build.os === "linux" ? Deno.readTextFileSync("/etc/os-release") : "");
  } catch {
    return readDistribution("");
  }
}

/** Whether packages can be installed without asking anyone: apt, as root. */
export const canInstall = (machine: Distribution): boolean => machine.debianLike && Deno.uid() === 0;

/**
 * Installs packages: with backports preferred first, else from the configured suites.
 *
 * @returns undefined when installed, else the last lines apt printed.
 */
export async function aptInstall(
  packages: readonly string[],
  machine: Distribution,
  backports: boolean,
): Promise<string | undefined> {
  // Not where TMPDIR may point: tasks that write nothing else may write there only.
  const folder = await Deno.makeTempDir({ dir: "/tmp", prefix: "ms-darts-apt-" });
  try {
    const options = await sourceOptions(folder, machine, backports);
    // A source that cannot be reached fails the update but not always the install: what counts is the install.
    const update = await apt([...options, "update"]);
    const install = ["install", "--yes", "--no-install-recommends"];
    const suite = backports && machine.id === "debian" ? [`${machine.codename}-backports`] : [];
    for (const target of [...suite.map((name) => ["--target-release", name]), []]) {
      const result = await apt([...options, ...install, ...target, ...packages]);
      if (result.success) return undefined;
      if (target.length === 0) {
        return update.success || update.tail === result.tail ? result.tail : `${update.tail}\n${result.tail}`;
      }
    }
    return undefined;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Options that show apt the system's sources and, besides, one of the backports, in a folder of its own. */
async function sourceOptions(folder: string, machine: Distribution, backports: boolean): Promise<string[]> {
  if (!backports || machine.id !== "debian") return [];
  const parts = await sourceFiles();
  const main = await Deno.readTextFile("/etc/apt/sources.list").catch(() => "");
  const extra = backportsSource([...parts, { name: "sources.list", text: main }], machine.codename);
  if (extra === undefined) return [];
  for (const file of [...parts, extra]) await Deno.writeTextFile(`${folder}/${file.name}`, file.text);
  // apt reads the lists as its own user.
  await Deno.chmod(folder, 0o755);
  return ["-o", `Dir::Etc::sourceparts=${folder}`];
}

async function sourceFiles(): Promise<SourceFile[]> {
  const folder = "/etc/apt/sources.list.d";
  const files: SourceFile[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (/\.(list|sources)$/.test(name)) {
        files.push({ name, text: await Deno.readTextFile(`${folder}/${name}`) });
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return files;
}

/** One apt-get: waits for another one's lock, gives up on a dead network within a minute. */
async function apt(args: readonly string[]): Promise<{ success: boolean; tail: string }> {
  const patience = ["DPkg::Lock::Timeout=120", "Acquire::Retries=1", "Acquire::http::Timeout=20"];
  const command = new Deno.Command("apt-get", {
    args: ["--quiet", ...patience.flatMap((option) => ["-o", option]), ...args],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  });
  try {
    const { success, stdout, stderr } = await command.output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const text = decode(success ? stdout : stderr) || decode(stdout);
    return { success, tail: text.trimEnd().split("\n").slice(-5).join("\n") };
  } catch (error) {
    return { success: false, tail: `apt-get could not be started: ${(error as Error).message}` };
  }
}
