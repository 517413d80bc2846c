/** A disk that fills up soon, for the tests of what a run does then. */

async function system(program: string, ...args: string[]): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args, stdin: "null" }).output();
    return success ? undefined : new TextDecoder().decode(stderr).trim();
  } catch (error) {
    return (error as Error).message;
  }
}

/** Runs `use` with a folder that is a file system of its own in memory, of that many KiB, and takes it down. */
export async function onSmallDisk(kib: number, use: (folder: string) => unknown): Promise<void> {
  const folder = Deno.makeTempDirSync();
  const failure = await system("mount", "-t", "tmpfs", "-o", `size=${kib}k`, "tmpfs", folder);
  if (failure !== undefined) throw new Error(`Cannot mount: ${failure}`);
  try {
    await use(folder);
  } finally {
    await system("umount", "-l", folder);
    Deno.removeSync(folder);
  }
}

/** Makes such a disk read-only. */
export async function makeReadOnly(folder: string): Promise<void> {
  const failure = await system("mount", "-o", "remount,ro", folder);
  if (failure !== undefined) throw new Error(`Cannot make ${folder} read-only: ${failure}`);
}

/** Writes a file until nothing more goes onto the disk, and frees `left` bytes. */
export function fill(path: string, left = 0): void {
  using file = Deno.openSync(path, { write: true, create: true });
  const block = new Uint8Array(4096);
  let size = 0;
  try {
    for (;;) size += file.writeSync(block);
  } catch {
    file.truncateSync(size - left);
  }
}

/** Whether this system lets the tests mount a disk: root on Linux. */
export const mountable: boolean = await onSmallDisk(64, () => {}).then(() => true, (error: Error) => {
  console.log(`skipped: tests on a small disk (${error.message})`);
  return false;
});
