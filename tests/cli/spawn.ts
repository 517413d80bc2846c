/** Runs deno as a user's process, for the tests of the command line. */
export interface Finished {
  code: number;
  stdout: string;
  stderr: string;
}

const root = new URL("../../", import.meta.url);

/** Runs deno with these arguments in the repository. */
export async function deno(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [...args],
    env: { NO_COLOR: "1", ...env },
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
