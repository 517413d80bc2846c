/** The help of a command or task. */
import project from "../deno.json" with { type: "json" };
import { readCommandLine } from "../src/cli/flags.ts";
import type { CommandShape } from "../src/config/command.ts";
import { runner } from "../src/environment.ts";
import { nearest, usageError } from "../src/errors.ts";
import { everyCommand, headings, wordCommands } from "./commands.ts";

const specs: Readonly<Record<string, CommandShape>> = { ...everyCommand, ...wordCommands };
const tasks: Readonly<Record<string, string>> = project.tasks;

/**
 * The help of a command; of a task that is no command, what it does and what it runs.
 *
 * @throws UserError (exit 2) for any other name, with the nearest
 */
export function helpOf(name: string): string {
  if (Object.hasOwn(specs, name)) {
    const request = readCommandLine(specs[name]!, ["--help"]);
    return request.kind === "help" ? request.text : "";
  }
  const listed = Object.values(headings).flat();
  const task = listed.find((task) => task.name === name);
  if (task !== undefined) return `${runner} ${name}\n\n${task.summary}\n\nIt runs: ${tasks[name]}`;
  const near = nearest(name, listed.map(({ name }) => name));
  throw usageError(`There is no command "${name}"; did you mean ${near}? See ${runner} help.`);
}

/** For a task that is no command: where its words ask for help it prints that, and the process ends. */
export function answerHelp(name: string): void {
  if (!Deno.args.some((word) => word === "--help" || word === "-h")) return;
  console.log(helpOf(name));
  Deno.exit(0);
}
