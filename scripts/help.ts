/** `help`: the commands, or the help of one. */
import project from "../deno.json" with { type: "json" };
import { readCommandLine } from "../src/cli/flags.ts";
import { runCommand } from "../src/cli/main.ts";
import { overview } from "../src/cli/overview.ts";
import type { CommandShape } from "../src/config/command.ts";
import { runner } from "../src/environment.ts";
import { nearest, usageError } from "../src/errors.ts";
import { everyCommand, headings, helpCommand, wordCommands } from "./commands.ts";

const about =
  "Mean-shift differentiable architecture search: find a network's cell, train the network, report it.";

const specs: Readonly<Record<string, CommandShape>> = { ...everyCommand, ...wordCommands };
const tasks: Readonly<Record<string, string>> = project.tasks;

/** The help of one; of a task that is no command, what it does and what it runs. */
function helpOf(name: string): string {
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

await runCommand(helpCommand, ({ command }, { print }) => {
  print(command === undefined ? overview(about, headings) : helpOf(command));
});
