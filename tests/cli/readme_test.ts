/** Every command that the README and the help show is one that exists and parses. */
import { assert, assertEquals } from "@std/assert";
import { readCommandLine } from "../../src/cli/flags.ts";
import { resolve } from "../../src/config/resolve.ts";
import { commands, type CommandSpec } from "../../src/config/spec.ts";

const file = (name: string) => Deno.readTextFileSync(new URL(`../../${name}`, import.meta.url));
const { tasks } = JSON.parse(file("deno.json")) as { tasks: Record<string, string> };

/** The words after `deno task`, of every such command in a text. */
const commandsIn = (text: string): string[][] =>
  [...text.matchAll(/^(?:.*`)?npx -y deno task ([^`\n#]+)/gm)].map((match) => match[1]!.trim().split(/\s+/));

function parses([name, ...args]: string[]): void {
  assert(name !== undefined && name in tasks, `there is no task ${name}`);
  if (!(name in commands)) return;
  const spec: CommandSpec<unknown> = commands[name as keyof typeof commands] as CommandSpec<unknown>;
  const request = readCommandLine(spec, args);
  if (request.kind === "run") resolve(spec, { flags: request.flags });
}

const shown = commandsIn(file("README.md"));

Deno.test("README: shows the two commands of a first visit, and every command", () => {
  assertEquals(shown.slice(0, 2), [["search"], ["test"]]);
  const names = shown.map(([name]) => name);
  for (const name of Object.keys(commands)) assert(names.includes(name), `${name} is missing`);
});

for (const words of shown) Deno.test(`README: ${words.join(" ")}`, () => parses(words));

for (const { name, examples } of Object.values(commands)) {
  for (const example of examples) Deno.test(`help of ${name}: ${example}`, () => parses(example.split(" ")));
}
