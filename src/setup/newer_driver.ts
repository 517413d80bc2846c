/**
 * Mesa's software driver as Debian's newest release and its backports have it, in the user's cache: from version 26 on it
 * runs this project's kernels two to four times as fast as before on many processors, and as fast on the others. It needs
 * a newer libc than older systems have, so the packages it depends on come along, libc included, and a copy of Deno that
 * is told to load them in the place of the system's. Nothing of the system is touched, and no root is needed.
 *
 * To move to another release of Debian, change `release`; the cache then fetches it anew.
 */
import { statfsSync } from "node:fs";
import { statIfThere } from "../io/read.ts";
import { download } from "./apt.ts";
import { archiveOf, distribution, namesIn, readText } from "./debian.ts";
import { run, runWith } from "./program.ts";

/** The first Mesa whose software driver is fast. */
export const fastMesa = 26;

const release = {
  suites: ["trixie", "trixie-backports"],
  packages: ["mesa-vulkan-drivers", "libvulkan1", "patchelf"],
} as const;

/** What Debian calls a processor, its libraries' folder and its loader, by Deno's name of the processor. */
const processors = {
  x86_64: { name: "amd64", libraries: "usr/lib/x86_64-linux-gnu", loader: "ld-linux-x86-64.so.2" },
  aarch64: { name: "arm64", libraries: "usr/lib/aarch64-linux-gnu", loader: "ld-linux-aarch64.so.1" },
} as const;

const keyrings = ["gpg", "pgp"].map((ending) => `/usr/share/keyrings/debian-archive-keyring.${ending}`);

/** Bytes that the download and the driver take at most while it is set up. */
const space = 700e6;

/** A driver that is ready. */
export interface NewerDriver {
  readonly folder: string;
  /** The copy of Deno that runs on it. */
  readonly deno: string;
  /** What its processes find in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** `Mesa 26.1.6-1~bpo13+1`. */
  readonly version: string;
}

/** What is written beside a driver once it is whole. */
interface Receipt {
  readonly version: string;
  /** Where it was put: paths are written into its Deno. */
  readonly folder: string;
  /** Its files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
}

const receiptName = "driver.json";
const denoName = "bin/deno";
const icdName = "lvp.json";

/** Where drivers are kept below the project's cache: one for each version of Deno, whose copy is part of it. */
export const driverFolder = (cache: string): string =>
  `${cache}/driver/${release.suites.at(-1)}-${Deno.build.arch}-deno-${Deno.version.deno}`;

/**
 * Whether something of that name beside the drivers is this project's: a driver, one that is not whole, or a note that
 * none could be had.
 */
export const isOfDrivers = (name: string): boolean =>
  name === "failed.json" || name.startsWith(unfinished) ||
  /^[a-z-]+-(x86_64|aarch64)-deno-[\d.]+$/.test(name);

/** The driver in a folder, if it is whole. */
export function readDriver(folder: string): NewerDriver | undefined {
  try {
    const receipt = JSON.parse(readText(`${folder}/${receiptName}`)) as Receipt;
    const files = Object.entries(receipt.files);
    const whole = files.every(([name, size]) => Deno.statSync(`${folder}/${name}`).size === size);
    if (!whole || receipt.folder !== folder) return undefined;
    const env = { VK_DRIVER_FILES: `${folder}/${icdName}` };
    return { folder, deno: `${folder}/${denoName}`, env, version: `Mesa ${receipt.version}` };
  } catch {
    return undefined;
  }
}

export interface FetchOptions {
  /** The project's cache. */
  readonly cache: string;
  /** Takes lines for the user. */
  readonly note: (words: string) => void;
  /** The archive's address; the system's own, or Debian's, when left out. */
  readonly archive?: string;
}

/**
 * Brings the driver into the cache. Two processes may do so at once: the first to end is the one that counts.
 *
 * @returns the driver, or in half a sentence why it cannot be had.
 */
export async function fetchDriver({ cache, note, archive }: FetchOptions): Promise<NewerDriver | string> {
  const obstacle = obstacleTo(cache);
  if (obstacle !== undefined) return obstacle;
  const processor = processors[Deno.build.arch as keyof typeof processors];
  const folder = driverFolder(cache);
  const begun = performance.now();
  let fresh = "";
  try {
    Deno.mkdirSync(`${cache}/driver`, { recursive: true });
    clearAway(`${cache}/driver`);
    fresh = Deno.makeTempDirSync({ dir: `${cache}/driver`, prefix: unfinished });
    note("Bringing a newer software driver (Mesa, about 65 MB from Debian) into the cache, once.");
    const packages = await download({
      packages: release.packages,
      suites: release.suites,
      archive: archive ?? archiveOf(distribution()),
      keyring: keyrings.find(isFile)!,
      architecture: processor.name,
    }, `${fresh}/apt`);
    if ("failure" in packages) return `it could not be downloaded: ${reasonIn(packages.failure)}`;
    const failure = await assemble(packages, fresh, folder, processor);
    if (failure !== undefined) return failure;
    put(fresh, folder);
    const ready = readDriver(folder);
    if (ready === undefined || !await works(ready)) {
      remove(folder);
      return "it does not run on this machine";
    }
    note(`Got ${ready.version} in ${((performance.now() - begun) / 1000).toFixed(0)} s.`);
    return ready;
  } catch (error) {
    return `its files could not be written below ${cache}: ${(error as Error).message}`;
  } finally {
    if (fresh !== "") remove(fresh);
  }
}

/** How folders of drivers begin that are not whole yet, and milliseconds after which nobody works on one any more. */
const unfinished = "new-";
const abandoned = 3600e3;

/** Removes what was stopped in its middle. */
function clearAway(folder: string): void {
  for (const name of namesIn(folder)) {
    const path = `${folder}/${name}`;
    const age = Date.now() - (statIfThere(path)?.mtime?.getTime() ?? 0);
    if (name.startsWith(unfinished) && age > abandoned) remove(path);
  }
}

/** Puts a driver where it will be, unless another process has done so meanwhile. */
function put(fresh: string, folder: string): void {
  if (readDriver(folder) !== undefined) return;
  remove(folder);
  try {
    Deno.renameSync(fresh, folder);
  } catch (error) {
    if (readDriver(folder) === undefined) throw error;
  }
}

/** Why this machine cannot have it, in half a sentence. */
export function obstacleTo(cache: string): string | undefined {
  if (!(Deno.build.arch in processors)) return `Debian builds none for ${Deno.build.arch}`;
  for (const program of ["apt-get", "dpkg-deb"]) {
    if (!isFile(`/usr/bin/${program}`)) {
      return `${program}, which unpacks it, is missing here; a distribution with Mesa ${fastMesa} has it as its own`;
    }
  }
  if (!keyrings.some(isFile)) {
    return "the package debian-archive-keyring, whose keys it is checked with, is missing";
  }
  let existing = cache;
  while (!statIfThere(existing)) existing = existing.slice(0, existing.lastIndexOf("/")) || "/";
  const { bavail, bsize } = statfsSync(existing);
  if (bavail * bsize >= space) return undefined;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return `it takes ${megabytes(space)} of disk space and ${existing} has ${megabytes(bavail * bsize)}`;
}

/**
 * Unpacks the packages, keeps the libraries among their files, and makes the copy of Deno that loads them from where they
 * will be. Half a sentence where it fails.
 */
async function assemble(
  packages: readonly string[],
  fresh: string,
  folder: string,
  { libraries, loader }: (typeof processors)[keyof typeof processors],
): Promise<string | undefined> {
  const unpacked = `${fresh}/unpacked`;
  for (const path of packages) {
    const { success, tail } = await run("dpkg-deb", "--extract", path, unpacked);
    if (!success) return `one of its packages is damaged: ${reasonIn(tail)}`;
  }
  const [now, then] = [`${fresh}/lib`, `${folder}/lib`];
  Deno.renameSync(`${unpacked}/${libraries}`, now);
  Deno.mkdirSync(`${fresh}/bin`);
  Deno.copyFileSync(Deno.execPath(), `${fresh}/${denoName}`);
  const paths = ["--set-interpreter", `${then}/${loader}`, "--force-rpath", "--set-rpath", then];
  const tool = ["--library-path", now, `${unpacked}/usr/bin/patchelf`];
  const patched = await run(`${now}/${loader}`, ...tool, ...paths, `${fresh}/${denoName}`);
  if (!patched.success) return `Deno could not be made to load it: ${reasonIn(patched.tail)}`;
  for (const name of namesIn(now)) {
    // Drivers of GPUs.
    if (/^libvulkan_.*\.so$/.test(name) && name !== driverLibrary) remove(`${now}/${name}`);
  }
  const icd = { library_path: `${then}/${driverLibrary}`, api_version: "1.3.0" };
  Deno.writeTextFileSync(`${fresh}/${icdName}`, JSON.stringify({ file_format_version: "1.0.0", ICD: icd }));
  const names = [denoName, icdName, ...namesIn(now).map((name) => `lib/${name}`)];
  const files = names.filter((name) => isFile(`${fresh}/${name}`));
  const receipt: Receipt = {
    version: /_([^_]+)_/.exec(packages.find((path) => path.includes("/mesa-vulkan-drivers_"))!)![1]!,
    folder,
    files: Object.fromEntries(files.map((name) => [name, Deno.statSync(`${fresh}/${name}`).size])),
  };
  Deno.writeTextFileSync(`${fresh}/${receiptName}`, JSON.stringify(receipt));
  for (const name of ["apt", "unpacked"]) remove(`${fresh}/${name}`);
  return undefined;
}

const driverLibrary = "libvulkan_lvp.so";

/** Whether a process finds an adapter on it. */
async function works({ deno, env }: NewerDriver): Promise<boolean> {
  const code = "console.log((await navigator.gpu.requestAdapter())?.info.description)";
  const variables = { ...env, DENO_WEBGPU_BACKEND: "vulkan", NO_COLOR: "1" };
  const { success, stdout } = await runWith(variables, deno, "eval", code);
  return success && stdout.includes("llvmpipe");
}

function remove(path: string): void {
  if (statIfThere(path)) Deno.removeSync(path, { recursive: true });
}

/** The most telling of the last lines that a program printed, without its mark and its full stop. */
function reasonIn(text: string): string {
  const lines = text.trim().split("\n");
  const telling = lines.find((line) => /failed to fetch|GPG error|not signed/i.test(line)) ?? lines.at(-1)!;
  return telling.replace(/^[EW]: /, "").replace(/[.\s]+$/, "");
}

const isFile = (path: string): boolean => statIfThere(path)?.isFile ?? false;
