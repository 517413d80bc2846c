/** Programs of the system, run to their end. */

/** A program's end. */
export interface Ended {
  readonly success: boolean;
  /** What it printed on standard output. */
  readonly stdout: string;
  /** The last lines it printed, those that say what failed where it did. */
  readonly tail: string;
}

/** Runs a program that asks nobody anything, without success where it cannot be started. */
export const run = (program: string, ...args: string[]): Promise<Ended> => runWith({}, program, ...args);

/** The same with these variables in its environment. */
export async function runWith(
  env: Readonly<Record<string, string>>,
  program: string,
  ...args: string[]
): Promise<Ended> {
  try {
    const command = new Deno.Command(program, { args, env: { ...env }, stdin: "null" });
    const { success, ...printed } = await command.output();
    const [stdout, stderr] = [printed.stdout, printed.stderr].map((bytes) => new TextDecoder().decode(bytes));
    const text = (success ? stdout : stderr) || stdout!;
    return { success, stdout: stdout!, tail: text.trimEnd().split("\n").slice(-5).join("\n") };
  } catch (error) {
    const tail = `${program} could not be started: ${(error as Error).message}`;
    return { success: false, stdout: "", tail };
  }
}
