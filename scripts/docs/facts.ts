/** Tables of commands, files, data sets, exit codes and environment variables. */
import project from "../../deno.json" with { type: "json" };
import { datasets, pathFormats } from "../../src/data/mod.ts";
import { variables } from "../../src/environment.ts";
import { exitCodes } from "../../src/errors.ts";
import { logColumns } from "../../src/io/log_columns.ts";
import { furtherFiles, runFiles } from "../../src/io/run_files.ts";
import { everyCommand, wordCommands } from "../commands.ts";
import { code, codes, none, table } from "./markdown.ts";

const commands = (): string =>
  table(
    ["command", "what it does"],
    Object.values({ ...everyCommand, ...wordCommands }).map(({ name, summary }) => [code(name), summary]),
  );

const pairs = (
  titles: readonly string[],
  rows: Readonly<Record<string, string>>,
  order: readonly string[] = Object.keys(rows),
): string => table(titles, order.map((name) => [code(name), rows[name]!]));

const sets: Readonly<Record<string, object & { readonly env?: readonly string[] }>> = project.permissions;

/** Tasks by the set of permissions that the command itself runs with; `-P=launch` before it is what starts it. */
function tasksBySet(): Map<string, string[]> {
  const tasks = new Map<string, string[]>([["launch", []]]);
  for (const [name, words] of Object.entries(project.tasks as Record<string, string>)) {
    const set = [...words.matchAll(/-P=(\S+)/g)].at(-1)?.[1];
    if (set !== undefined && !words.includes("--allow-all")) tasks.set(set, [...tasks.get(set) ?? [], name]);
  }
  return tasks;
}

/** The commands that may read a variable, or those that may not where these are fewer. */
function readers(name: string): string {
  const tasks = [...tasksBySet()].filter(([set]) => set !== "launch" && sets[set]!.env !== undefined)
    .flatMap(([set, tasks]) => tasks.map((task) => ({ task, reads: sets[set]!.env!.includes(name) })));
  const { reading = [], others = [] } = Object.groupBy(tasks, ({ reads }) => reads ? "reading" : "others");
  const names = (of: typeof tasks): string => codes(of.map(({ task }) => task));
  const but = others.length === 0 ? "" : ` but ${names(others)}`;
  const commands = others.length < reading.length ? `every command${but}` : names(reading);
  const launcher = sets["launch"]!.env!.includes(name) ? "the launcher" : "";
  return [commands, launcher].filter(Boolean).join("; ");
}

const environment = (): string =>
  table(
    ["variable", "what it means", "read by"],
    Object.entries(variables).map(([name, meaning]) => [code(name), meaning, readers(name)]),
  );

const halves = (summary: string): string[] => {
  const [what, where] = summary.split("; ");
  return [what!, where ?? none];
};

export const factTables: readonly (readonly [string, () => string])[] = [
  ["commands", commands],
  ["variables", environment],
  ["exit codes", () => pairs(["code", "what it means"], exitCodes)],
  [
    "columns of the logs",
    () =>
      table(
        ["column", "what it has"],
        Object.entries(logColumns).map(([name, [, words]]) => [code(name), words]),
      ),
  ],
  ["files of a run", () => pairs(["name", "what is in it"], { ...runFiles, ...furtherFiles })],
  [
    "data sets",
    () =>
      table(
        ["name", "what it is", "where it comes from"],
        datasets.map(({ name, summary }) => [code(name), ...halves(summary)]),
      ),
  ],
  [
    "layouts",
    () => table(["`--data` may be a path that is or holds"], pathFormats.map(({ expects }) => [expects])),
  ],
];
