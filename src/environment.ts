/** The environment, for code that may run without the permission to read it. */
import { isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A variable's value; undefined where it is not set, or not this process's to read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** Where downloads, decoded images and drivers are kept: the user's cache, by the XDG convention. An absolute path. */
export const cacheFolder = (): string =>
  resolve(variable("XDG_CACHE_HOME") || join(variable("HOME") || ".", ".cache"), "ms-darts");

/** The folder of deno.json, in which a task starts its command wherever the user stands. */
const project = resolve(fileURLToPath(new URL("../", import.meta.url)));

/**
 * Where the user stands, where that is another folder than that of this process: `deno task` goes from there up to the
 * project. A variable that leads elsewhere was left by another program.
 */
function elsewhere(): string | undefined {
  const began = variable("INIT_CWD");
  if (began === undefined || Deno.cwd() !== project) return undefined;
  const below = relative(project, realPath(began));
  return below === "" || isAbsolute(below) || below.split(/[/\\]/)[0] === ".." ? undefined : began;
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

/** Where runs lie that are given no path: in the project, by a name that leads there from where the user stands. */
export const runsFolder = (): string => elsewhere() === undefined ? "runs" : join(project, "runs");
