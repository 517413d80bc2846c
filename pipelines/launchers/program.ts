/** Starts the programs of a cluster and reads what they say. */
import { usageError } from "../../src/errors.ts";

/** What a program came to. */
export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end; undefined where it is not on this machine. */
export async function tryProgram(name: string, args: readonly string[]): Promise<Said | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(name, { args: [...args], stdin: "null" })
      .output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return { code, stdout: decode(stdout), stderr: decode(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** What went wrong, in one line: the program's last words. */
export const lastWords = ({ code, stderr }: Said): string =>
  stderr.split("\n").findLast((line) => line.trim() !== "") ?? `exit code ${code}`;

/** What a program prints. Throws a usage error where it is not there, or fails: in its own words. */
export async function printedBy(name: string, args: readonly string[], advice: string): Promise<string> {
  const said = await tryProgram(name, args);
  if (said === undefined) throw usageError(`There is no program ${name} on this machine; ${advice}.`);
  if (said.code !== 0) throw usageError(`${name} failed: ${lastWords(said)}`);
  return said.stdout;
}
