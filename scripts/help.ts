/** `help`: the commands, or the help of one. */
import { runCommand } from "../src/cli/main.ts";
import { overview } from "../src/cli/overview.ts";
import { headings, helpCommand } from "./commands.ts";
import { helpOf } from "./help_of.ts";

const about =
  "Mean-shift differentiable architecture search: find a network's cell, train the network, report it.";

await runCommand(helpCommand, ({ command }, { print }) => {
  print(command === undefined ? overview(about, headings) : helpOf(command));
});
