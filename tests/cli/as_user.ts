/** Runs a command as a user types it: by the shell, with a login shell's environment, in a terminal or in a pipe. */
import { loginEnvironment, root } from "./spawn.ts";
import { fromFileUrl } from "../../src/io/paths.ts";

/** Where a command is typed. */
export interface Surroundings {
  /** Changes of the environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The whole environment, in place of a login shell's. */
  readonly only?: Readonly<Record<string, string>>;
  /** The folder to stand in; the checkout when left out. */
  readonly cwd?: string;
  /** Columns of a pseudo-terminal; when left out, output goes into pipes. */
  readonly columns?: number;
}

export interface Seen {
  readonly code: number;
  /** Standard output; in a terminal, everything. */
  readonly stdout: string;
  /** Standard error; empty in a terminal. */
  readonly stderr: string;
}

export const checkout = fromFileUrl(root).replace(/\/$/, "");

/** Whether a program is there, and runs. */
export async function isThere(program: string, ...args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

/** Whether there are pseudo-terminals: util-linux's `script` makes them. */
export const terminals = await isThere("script", "--version");
if (!terminals) console.log("skipped: commands in a terminal (there is no program `script` of util-linux)");

/** What the tests' own driver is told by: a user's shell has chosen none. */
export const unchosen = {
  MS_DARTS_DRIVER: undefined,
  VK_DRIVER_FILES: undefined,
  DENO_WEBGPU_BACKEND: undefined,
};

/** Where Node is not, Deno itself stands for what `npx -y deno` starts. */
const npx = await isThere("npx", "--version");

/** Runs words of a shell, `npx -y deno …` among them. */
export async function asUser(typed: string, surroundings: Surroundings = {}): Promise<Seen> {
  const words = npx ? typed : typed.replaceAll("npx -y deno ", `'${Deno.execPath()}' `);
  const { env, only, cwd = checkout, columns } = surroundings;
  const args = columns === undefined
    ? ["sh", "-c", words]
    : ["script", "--quiet", "--return", "--command", `stty cols ${columns}; ${words}`, "/dev/null"];
  const { code, stdout, stderr } = await new Deno.Command(args[0]!, {
    args: args.slice(1),
    clearEnv: true,
    env: only ?? loginEnvironment({ ...unchosen, ...env }),
    cwd,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replaceAll("\r\n", "\n");
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A copy of the checkout, with what git does not ignore, at another path. */
export async function copyCheckout(path: string): Promise<void> {
  const list = "git ls-files --cached --others --exclude-standard -z";
  const copy = `mkdir -p "$1" && ${list} | xargs -0 cp --parents --target-directory "$1" --`;
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", copy, "sh", path], cwd: checkout })
    .output();
  if (!success) throw new Error(`The checkout was not copied: ${new TextDecoder().decode(stderr)}`);
}

/** Does this for all of them, a few at a time: most of a short command's time is its start. */
export async function forAll<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: navigator.hardwareConcurrency }, worker));
}
