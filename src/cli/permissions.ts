/**
 * Permissions that a command gives up on its way: a run that has its data needs no network, and writes to its own folder
 * only. Nothing here grants what the process was not given; what is given up does not come back.
 */

/**
 * Leaves the permission to write to these paths, and what is under them, only. They need not exist yet. Without effect
 * where writing was allowed without a list (`-A`, `--allow-write`), which Deno cannot narrow, and in a library's user.
 */
export function confineWrites(paths: readonly string[]): void {
  const anywhere = { name: "write", path: "/" } as const;
  if (stateOf({ name: "write" }) === "granted" || stateOf(anywhere) !== "granted") return;
  // Granted without a question, as a part of the whole; each then outlives the whole.
  for (const path of paths) Deno.permissions.requestSync({ name: "write", path });
  Deno.permissions.revokeSync(anywhere);
}

/** Gives up the network: after the data is there. */
export const dropNetwork = (): void => void Deno.permissions.revokeSync({ name: "net" });

const stateOf = (permission: Deno.PermissionDescriptor): Deno.PermissionState =>
  Deno.permissions.querySync(permission).state;
