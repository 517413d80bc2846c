/** The environment, for code that may run without the permission to read it. */

import { fromFileUrl, isAbsolute, join, resolve } from "./io/paths.ts";

/** A variable's value; undefined where it is not set, or not this process's to read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** Where downloads, decoded images and drivers are kept: the user's cache, by the XDG convention. An absolute path. */
export const cacheFolder = (): string =>
  resolve(variable("XDG_CACHE_HOME") || join(variable("HOME") || ".", ".cache"), "ms-darts");

/** The folder of deno.json, in which a task starts its command wherever the user stands. */
const project = resolve(fromFileUrl(new URL("../", import.meta.url)));

/** Where the user stands, where that is another folder than that of this process: a task moved it. */
function elsewhere(): string | undefined {
  const began = variable("INIT_CWD");
  return began === undefined || Deno.cwd() !== project || resolve(began) === project ? undefined : began;
}

/** A path as the user means it: from where the user stands, with `~` for home, which a shell leaves in `--out=~/a`. */
export function userPath(path: string): string {
  const home = variable("HOME");
  if (home && /^~(?=$|[/\\])/.test(path)) return join(home, path.slice(1));
  const from = elsewhere();
  return from === undefined || isAbsolute(path) ? path : join(from, path);
}

/** Where runs lie that are given no path: in the project, by a name that leads there from where the user stands. */
export const runsFolder = (): string => elsewhere() === undefined ? "runs" : join(project, "runs");
