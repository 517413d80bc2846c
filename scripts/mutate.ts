/**
 * `deno task mutate`: whether the tests notice mistakes. Each mutant of `tests/mutants` is applied to a copy of the
 * checkout, and the tests that have to notice it run there. Exit 1 where one survives or is stale.
 */
import { runner } from "../src/environment.ts";
import { askForAdapter } from "../src/setup/driver.ts";
import { mutantsOf, rooms } from "../tests/mutants/mod.ts";
import { mutate } from "../tests/mutants/mutate.ts";

const help =
  `Whether the tests notice mistakes: applies the mutants of tests/mutants one by one to a copy of this
checkout and runs the tests that have to notice each. Exit 1 where one survives, or is stale: its text is not in the
code any more.

${runner} mutate [WORD …] [--ci] [--why]

WORD    only mutants with every word in their room, their file or what they are; rooms:
        ${rooms.join(", ")}
--ci    only those few that deno task test runs as well
--why   also what the tests say that fail: whether for the mistake
--help  this text`;

const words = Deno.args.filter((word) => !word.startsWith("-"));
const flags = Deno.args.filter((word) => word.startsWith("-"));
const unknown = flags.find((flag) => !["--ci", "--why", "--help", "-h"].includes(flag));
const chosen = mutantsOf(words, { ci: flags.includes("--ci") });

function refuse(sentence: string): never {
  console.error(`error: ${sentence}`);
  Deno.exit(2);
}

if (unknown !== undefined) refuse(`There is no option ${unknown}; see --help.`);
if (flags.includes("--help") || flags.includes("-h")) {
  console.log(help);
  Deno.exit(0);
}
if (chosen.length === 0) {
  refuse(`No mutant fits "${Deno.args.join(" ")}"; the rooms are ${rooms.join(", ")}.`);
}
askForAdapter();
console.log(`${chosen.length} mutants; their tests as the code is come first`);
Deno.exit(await mutate(chosen, console.log, { why: flags.includes("--why") }) ? 0 : 1);
