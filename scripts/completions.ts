/** `completions`: prints a script by which a shell completes the words of ms-darts. */
import { runCommand } from "../src/cli/main.ts";
import { bash } from "../src/cli/completions/bash.ts";
import { fish } from "../src/cli/completions/fish.ts";
import { type Completed, ofCommand, ofTask } from "../src/cli/completions/words.ts";
import { zsh } from "../src/cli/completions/zsh.ts";
import type { CommandShape } from "../src/config/command.ts";
import { completionsCommand, everyCommand, headings, wordCommands } from "./commands.ts";

const specs: Readonly<Record<string, CommandShape>> = { ...everyCommand, ...wordCommands };
const listed = Object.values(headings).flat();

const commands = listed.map((task): Completed => {
  if (!Object.hasOwn(specs, task.name)) return ofTask(task);
  const completed = ofCommand(specs[task.name]!);
  if (task.name !== "help") return completed;
  return {
    ...completed,
    word: { title: "command", names: listed.map(({ name }) => name), list: false, paths: "none" },
  };
});

const shells = { bash, zsh, fish };

await runCommand(completionsCommand, ({ shell }, { print }) => print(shells[shell]("ms-darts", commands)));
