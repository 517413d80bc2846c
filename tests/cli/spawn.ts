/** Runs deno as a user's process, for the tests of the command line. */
import { taskArguments } from "../../src/cli/tasks.ts";

export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

/** The repository. */
export const root = new URL("../../", import.meta.url);

/** Variables that CI, a test runner or npx sets and a login shell does not. */
const notOfLogin =
  /^(npm_.*|NO_COLOR|FORCE_COLOR|CLICOLOR_FORCE|CI|DEBUG|COLUMNS|LINES|INIT_CWD|MS_DARTS_RUNNER|NODE)$/;

/** The environment of a user's shell, with these changes; what is undefined is taken away. */
export function loginEnvironment(changes: Readonly<Record<string, string | undefined>> = {}) {
  const own = Object.entries(Deno.env.toObject()).filter(([name]) => !notOfLogin.test(name));
  const all = Object.entries({ ...Object.fromEntries(own), TERM: "xterm-256color", ...changes });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Runs deno with these arguments in the repository. */
export async function deno(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    clearEnv: true,
    env: loginEnvironment(env),
    cwd: root,
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A task, without deno's own line about it. */
export const task = (name: string, ...args: string[]): Promise<Finished> =>
  deno(["task", "--quiet", name, ...args]);

/** Arguments that run `echo_command.ts`. */
export const echoCommand = ["run", "--quiet", "--allow-all", "tests/cli/echo_command.ts"] as const;

/** Starts a program in the repository with a login shell's environment, and these changes; its standard error is piped. */
export const startProgram = (
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.ChildProcess =>
  new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    env: loginEnvironment(env),
    cwd: root,
    stdout: "null",
    stderr: "piped",
  }).spawn();

/** Starts a task as its shell would, but as a process that a signal reaches. */
export const start = (
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.ChildProcess => startProgram(Deno.execPath(), [...taskArguments(name), ...args], env);

/** Exit code and standard error of a process that was started so. */
export async function ended(child: Deno.ChildProcess): Promise<{ code: number; said: string }> {
  const { code, stderr } = await child.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

export function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
