/** All commands and tasks in words. */
import { runner } from "../environment.ts";
import { program } from "./flags.ts";

/** What a list says of a command or task. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
}

/** The list of commands, under these headings, as the help shows it. */
export function overview(summary: string, headings: Readonly<Record<string, readonly Listed[]>>): string {
  const all = program(runner, summary).usage("COMMAND [options]").helpOption(false).helpCommand(false);
  for (const [heading, listed] of Object.entries(headings)) {
    for (const { name, summary } of listed) {
      all.addCommand(program(name, summary).usage(" ").helpGroup(`${heading}:`));
    }
  }
  return `${all.helpInformation()}\nOptions and examples of one: ${runner} COMMAND --help`;
}
