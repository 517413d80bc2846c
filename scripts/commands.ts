/** Every command and every other task, with what it does in one sentence. */
import project from "../deno.json" with { type: "json" };
import { benchCommands } from "../bench/settings.ts";
import type { Listed } from "../src/cli/overview.ts";
import { define } from "../src/config/command.ts";
import { commands } from "../src/config/spec.ts";
import { oneOf, path, text } from "../src/fields.ts";

/** The commands that search, measure and look after what they leave, those of the benchmarks included. */
export const everyCommand = { ...commands, ...benchCommands };

export const helpCommand = define({
  name: "help",
  summary: "List the commands, or show the help of one.",
  examples: ["help", "help search"],
  positionals: ["command"],
  groups: { "What to show": { command: text("COMMAND", "command or task; by default the list").optional() } },
  needsAdapter: () => false,
  endsAtOnce: 130,
});

export const completionsCommand = define({
  name: "completions",
  summary:
    "Print what makes a shell complete ms-darts at Tab; in ~/.bashrc: source <(ms-darts completions bash)",
  examples: [
    "completions bash > ~/.local/share/bash-completion/completions/ms-darts",
    "completions zsh > ~/.zfunc/_ms-darts",
    "completions fish > ~/.config/fish/completions/ms-darts.fish",
  ],
  positionals: ["shell"],
  groups: {
    "Which shell": { shell: oneOf(["bash", "zsh", "fish"], "bash, zsh or fish").meta({ title: "SHELL" }) },
  },
  needsAdapter: () => false,
  endsAtOnce: 130,
});

export const installCommand = define({
  name: "install",
  summary: "Make ms-darts a command that is typed in any folder and runs this checkout; needs no root.",
  examples: ["install", "install --root ~/.local"],
  groups: {
    "Where to": { root: path("dir", "folder whose bin gets it; by default Deno's own, ~/.deno").optional() },
  },
  needsAdapter: () => false,
  endsAtOnce: 130,
});

/** The commands about commands. */
export const wordCommands = { help: helpCommand, completions: completionsCommand, install: installCommand };

const setup: Listed = {
  name: "setup",
  summary: "Bring what the machine needs ahead of time: a driver, and a browser for the tests of pages.",
};

/** Tasks of whoever works on this project. */
const developing: Readonly<Record<string, string>> = {
  run: "Run a program of your own on the adapter that the commands use.",
  test: "Run all checks and tests, or those of the folders and files that are named.",
  ok: "Check formatting, lint, types, docstrings and the package.",
  mutate: "Apply small mistakes to a copy of the code, one by one: do the tests notice?",
  bench: "Time every kernel at the shapes of the paper's supernet.",
  docs: "Write the tables and pictures of the docs from the code, or with --check say which are stale.",
};

/** What the list has under its headings. */
export const headings: Readonly<Record<string, readonly Listed[]>> = {
  "Commands": [...Object.values(everyCommand), setup, ...Object.values(wordCommands)],
  "For who works on this project": Object.entries(developing)
    .filter(([name]) => Object.hasOwn(project.tasks, name))
    .map(([name, summary]) => ({ name, summary })),
};
