/** The program of the user's own that `deno task run` starts. */
import { runner, userPath } from "../environment.ts";
import { usageError } from "../errors.ts";

/** What that task alone has Deno load, before the words that the user typed. */
const preload = "--preload=src/setup/ask.ts";

/** Whether a word looks like a program: a file of a script, or an address. */
const isProgram = (word: string): boolean => /\.[cm]?[jt]sx?$|^[a-z]{2,}:/.test(word);

/** How the task is typed. */
export const usage = `${runner} run [OPTION OF DENO …] PROGRAM.ts [ARGUMENT …]`;

/**
 * The arguments for Deno with the path of the user's program as the user means it: from where the user stands. Those of
 * other tasks as they are; undefined where the user asks how it is typed. Throws a usage error without a program.
 */
export function withProgram(args: readonly string[]): readonly string[] | undefined {
  const typed = args.indexOf(preload) + 1;
  if (typed === 0) return args;
  const words = [...args.keys()].filter((i) => i >= typed && !args[i]!.startsWith("-"));
  // The value of an option may stand before it.
  const at = words.find((i) => isProgram(args[i]!)) ?? words[0] ?? -1;
  if (args.slice(typed, at === -1 ? undefined : at).some((word) => /^(-h|--help)$/.test(word))) {
    return undefined;
  }
  if (at === -1) throw usageError(`Give the program that is to be run: ${usage}`);
  const program = args[at]!;
  // An address, as of npm.
  if (/^[a-z]{2,}:/.test(program)) return args;
  const path = userPath(program);
  if (!isFile(path)) throw usageError(`There is no program ${path}.`);
  return args.with(at, path);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
