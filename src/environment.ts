/** The environment, for code that may run without the permission to read it. */
import { isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Every variable that is read, and what it means. */
export const variables = {
  XDG_CACHE_HOME:
    "folder of caches, by default `~/.cache`; data, decoded images and drivers lie in its `ms-darts`",
  HOME: "what `~` in a path stands for, and where the cache lies by default",
  USERPROFILE: "the same on Windows, where `HOME` is not set",
  INIT_CWD: "the folder that the command was typed in, from which paths count; set by `deno task`",
  NO_COLOR: "turns colours off",
  FORCE_COLOR: "turns colours on, in a pipe too",
  CLICOLOR_FORCE: "the same as `FORCE_COLOR`",
  TERM: "`dumb` is a terminal that cannot redraw a line: no progress bars",
  DEBUG: "prints where in the code a bug was",
  MS_DARTS_DRIVER:
    "`system` leaves the choice of the driver to the system; otherwise the driver that was chosen",
  MS_DARTS_RUNNER:
    "how the command was started, for messages: `ms-darts` or `npx -y deno task`; set by `ms-darts`",
  MS_DARTS_STARTER: "the process that started the command and whose end stops it; set by the launcher",
  DENO_WEBGPU_BACKEND: "the backend that Deno asks for an adapter, such as `vulkan`",
  VK_DRIVER_FILES: "the Vulkan drivers to choose from; where it is set, no driver is fetched",
  LP_NATIVE_VECTOR_WIDTH:
    "bits of the vectors of the driver that was brought; where it is not set, what suits the processor",
  VK_ICD_FILENAMES: "the older name of `VK_DRIVER_FILES`",
  PATH: "where programs are found",
  CHROMIUM: "the browser that the tests open pages in",
} as const;
export type VariableName = keyof typeof variables;

/** A variable's value; undefined where it is not set, or not this process's to read. */
export function variable(name: VariableName): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The name of this machine among others; undefined where this process may not know it. */
export const host: string | undefined =
  Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted"
    ? Deno.hostname().replace(/\s/g, "-") || undefined
    : undefined;

/** The name of what starts tasks from anywhere, such as `ms-darts`; INIT_CWD then says where it was typed. */
const startedAs = variable("MS_DARTS_RUNNER");

/** How a user of a checkout starts a command. */
export const usualRunner = "npx -y deno task";

/** How this user started a command: the words before its name. */
export const runner = startedAs || usualRunner;

/** The user's folder; Windows has another name for it. */
const home = (): string | undefined => variable("HOME") || variable("USERPROFILE");

/** Where downloads, decoded images and drivers are kept: the user's cache, by the XDG convention. An absolute path. */
export const cacheFolder = (): string =>
  resolve(variable("XDG_CACHE_HOME") || join(home() || ".", ".cache"), "ms-darts");

/** The folder of deno.json, in which a task starts its command wherever the user stands. */
export const projectFolder = resolve(fileURLToPath(new URL("../", import.meta.url)));

/**
 * Where the user stands, where that is another folder than that of this process: `deno task` goes from there up to the
 * project. Without the name of what started it, a variable that leads out of the project was left by another program.
 */
export function elsewhere(): string | undefined {
  const began = variable("INIT_CWD");
  if (began === undefined || Deno.cwd() !== projectFolder) return undefined;
  const below = relative(projectFolder, realPath(began));
  const outside = isAbsolute(below) || below.split(/[/\\]/)[0] === "..";
  return below === "" || (outside && !startedAs) ? undefined : began;
}

/** A path without links; as it is where nothing is there. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    return resolve(path);
  }
}

/** A path as the user means it: from where the user stands, with `~` for home, which a shell leaves inside a word. */
export function userPath(path: string): string {
  const folder = home();
  if (folder && /^~(?=$|[/\\])/.test(path)) return join(folder, path.slice(1));
  const from = elsewhere();
  return from === undefined || isAbsolute(path) ? path : join(from, path);
}

/**
 * Where runs lie that are given no path: for a task in the project, by a name that leads there from where the user
 * stands; for a command that is started anywhere, where the user stands.
 */
export function runsFolder(): string {
  const from = elsewhere();
  return from === undefined ? "runs" : join(startedAs ? from : projectFolder, "runs");
}
