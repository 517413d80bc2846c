/** The environment, for code that may run without the permission to read it. */

import { join, resolve } from "./io/paths.ts";

/** A variable's value; undefined where it is not set, or not this process's to read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** Where downloads, decoded images and drivers are kept: the user's cache, by the XDG convention. An absolute path. */
export const cacheFolder = (): string =>
  resolve(variable("XDG_CACHE_HOME") || join(variable("HOME") || ".", ".cache"), "ms-darts");
