/** Messages for unexpected failures: a permission that Deno refused, or a bug, with what a report of it needs. */
import { runner } from "../environment.ts";
import { project } from "../project.ts";

/** What is known of the process that failed. */
export interface Circumstances {
  /** The command as the user may repeat it. */
  readonly command: string;
  /** The description of the adapter; undefined where none was opened yet. */
  readonly adapter: string | undefined;
}

const firstLine = (text: string): string => text.trim().split("\n")[0]!;

/** Deno's word for what it refused: `env access to "X"`. */
const refusal = (message: string): string =>
  firstLine(message).replace(/^Requires (.*?), run again.*$/, "$1");

/** How the line begins that says what to do about a failure nobody foresaw. */
export const isBug = "This is a bug of this project";

/**
 * Two lines: what failed, and one that says what to do, with everything that a report of it needs. Deno's refusal of a
 * permission is told as what it is.
 */
export function unforeseen(error: unknown, { command, adapter }: Circumstances): string[] {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const { name: of, version } = project;
  const system = `Deno ${Deno.version.deno} on ${Deno.build.os} ${Deno.build.arch}`;
  const report = `${of} ${version}, ${system}, adapter ${adapter ?? "none yet"}, ${command}, ` +
    `${name}: ${firstLine(message)}`;
  const task = `${runner} ${command.slice(runner.length).trim().split(" ")[0]}`;
  if (error instanceof Deno.errors.NotCapable) {
    return [
      `Deno refused this command ${refusal(message)}.`,
      `Started as a task (${task}) it has the permissions it needs; if it was, this is a bug of this project: ` +
      `please open an issue in its repository with this line: ${report}`,
    ];
  }
  return [
    firstLine(message) || name,
    `${isBug} (DEBUG=1 shows where). Please open an issue in its repository with this line: ` +
    report,
  ];
}
