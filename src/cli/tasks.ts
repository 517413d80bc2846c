/** The tasks of deno.json, for who starts one without its shell. */
import { projectFolder, runner, usualRunner } from "../environment.ts";
import project from "../../deno.json" with { type: "json" };

const tasks: Readonly<Record<string, string>> = project.tasks;

/**
 * What Deno is called with for the command of a task, permissions included; its last word is the script. Without what
 * chooses a driver before (see src/setup/launch.ts): who starts it has one.
 */
export function taskArguments(name: string): string[] {
  const words = tasks[name]!.split(" ");
  return words.slice(words.lastIndexOf("run"));
}

/** The same with what chooses a driver: for who starts a command on another machine. */
export const wholeTask = (name: string): string[] => tasks[name]!.split(" ").slice(1);

/** The words before a command's name that start it from any folder, for what starts commands without a user. */
export const runnerAnywhere: readonly string[] = runner === usualRunner
  ? [...usualRunner.split(" "), "--quiet", "--cwd", projectFolder]
  : [runner];
