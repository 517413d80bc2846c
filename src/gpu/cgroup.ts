/** What a container or a job of a cluster may have of its machine's memory: control groups of Linux, version 2. */

/** Of the machine or a part of it, in bytes. */
interface Memory {
  readonly total: number;
  readonly available: number;
}

/** The text of a file; undefined where there is none, or none that may be read. */
export type Reader = (path: string) => string | undefined;

const mounted = "/sys/fs/cgroup";

const numberIn = (text: string | undefined, before = ""): number | undefined => {
  const digits = text === undefined ? undefined : new RegExp(`^${before}(\\d+)$`, "m").exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
};

/** The groups that this process is in, from its own outwards: each has a limit of its own. */
function groups(read: Reader): string[] {
  const own = /^0::(\/.*)$/m.exec(read("/proc/self/cgroup") ?? "")?.[1];
  if (own === undefined) return [];
  const names = own.split("/").filter(Boolean);
  return names.map((_, i) => `${mounted}/${names.slice(0, names.length - i).join("/")}`).concat(mounted);
}

/** What a group may have, and how much of it is free; undefined of one without a limit. */
function memoryOf(group: string, read: Reader): Memory | undefined {
  const total = numberIn(read(`${group}/memory.max`)?.trim());
  const current = numberIn(read(`${group}/memory.current`)?.trim());
  if (total === undefined || current === undefined) return undefined;
  // What is kept of files that nobody reads just now is given up before a process is killed.
  const kept = numberIn(read(`${group}/memory.stat`), "inactive_file ") ?? 0;
  return { total, available: Math.max(0, total - Math.max(0, current - kept)) };
}

/** The machine's memory, or what the groups of this process leave of it. */
export const withinGroups = (machine: Memory, read: Reader): Memory =>
  groups(read).reduce((all: Memory, group) => {
    const { total, available } = memoryOf(group, read) ?? all;
    return { total: Math.min(all.total, total), available: Math.min(all.available, available) };
  }, machine);
