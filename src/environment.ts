/** The environment, for code that may run without the permission to read it. */
import { isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Every variable that is read, and what it says. */
export const variables = {
  XDG_CACHE_HOME:
    "the folder of caches: data, decoded images and drivers lie in its `ms-darts`; by default `~/.cache`",
  HOME: "what `~` in a path is, and where the cache lies",
  INIT_CWD: "where the user stands, as `deno task` sets it: paths are from there",
  NO_COLOR: "no colours",
  FORCE_COLOR: "colours in a pipe too",
  CLICOLOR_FORCE: "colours in a pipe too",
  TERM: "`dumb`: a terminal that draws no bars",
  DEBUG: "after a bug, where in the code it was",
  MS_DARTS_DRIVER: "`system` leaves the choice of a driver to the system; else the driver that was chosen",
  MS_DARTS_RUNNER:
    "how the command was started, for messages: `ms-darts`, or else `npx -y deno task`; set by it",
  MS_DARTS_STARTER: "the process that started the command, with which it stops; set by the tasks",
  DENO_WEBGPU_BACKEND: "the backend that Deno asks for an adapter, such as `vulkan`",
  VK_DRIVER_FILES: "the Vulkan drivers to choose from: where it is set none is brought",
  VK_ICD_FILENAMES: "the same, by its older name",
  PATH: "where programs are found",
  CHROMIUM: "the browser that the tests look at pages with",
} as const;
export type VariableName = keyof typeof variables;

/** A variable's value; undefined where it is not set, or not this process's to read. */
export function variable(name: VariableName): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The name of what starts tasks from anywhere, such as `ms-darts`; INIT_CWD then says where it was typed. */
const startedAs = variable("MS_DARTS_RUNNER");

/** How a user of a checkout starts a command. */
const usualRunner = "npx -y deno task";

/** How this user started a command: the words before its name. */
export const runner = startedAs || usualRunner;

/** Where downloads, decoded images and drivers are kept: the user's cache, by the XDG convention. An absolute path. */
export const cacheFolder = (): string =>
  resolve(variable("XDG_CACHE_HOME") || join(variable("HOME") || ".", ".cache"), "ms-darts");

/** The folder of deno.json, in which a task starts its command wherever the user stands. */
const project = resolve(fileURLToPath(new URL("../", import.meta.url)));

/**
 * Where the user stands, where that is another folder than that of this process: `deno task` goes from there up to the
 * project. Without the name of what started it, a variable that leads out of the project was left by another program.
 */
export function elsewhere(): string | undefined {
  const began = variable("INIT_CWD");
  if (began === undefined || Deno.cwd() !== project) return undefined;
  const below = relative(project, realPath(began));
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
  const home = variable("HOME");
  if (home && /^~(?=$|[/\\])/.test(path)) return join(home, path.slice(1));
  const from = elsewhere();
  return from === undefined || isAbsolute(path) ? path : join(from, path);
}

/**
 * Where runs lie that are given no path: for a task in the project, by a name that leads there from where the user
 * stands; for a command that is started anywhere, where the user stands.
 */
export function runsFolder(): string {
  const from = elsewhere();
  return from === undefined ? "runs" : join(startedAs ? from : project, "runs");
}
