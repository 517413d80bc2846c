/** Settings in messages: by key below the command line, by flag on it, by a search's names in its training. */
import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "deno-std/assert";
import { inFlags } from "../src/cli/flags.ts";
import { kebab } from "../src/config/describe.ts";
import { evaluateGroups, inSearch, nameInSearch, searchGroups } from "../src/config/schema.ts";
import { usageError, UserError } from "../src/errors.ts";
import { fieldsOf } from "../src/fields.ts";
import { setting } from "../src/setting.ts";
import { everyCommand } from "../scripts/commands.ts";

const advice = `Set ${setting("memoryLimit")} 5, fewer ${setting("layers")} or ${setting("momentum")} 0`;

Deno.test("a setting in a message is its key, and a flag on the command line", () => {
  assertEquals(advice, "Set ‹memoryLimit› 5, fewer ‹layers› or ‹momentum› 0");
  assertEquals(inFlags(advice), "Set --memory-limit 5, fewer --layers or --momentum 0");
  assertEquals(inFlags("a › b ‹ c ‹d e›"), "a › b ‹ c ‹d e›");
});

Deno.test("errors of a training that follows a search name the settings of the search", async () => {
  const fail = () => {
    throw usageError(advice);
  };
  const inTraining = "Set ‹memoryLimit› 5, fewer ‹evalLayers› or ‹momentum› 0";
  assertEquals(assertThrows(() => inSearch(fail), UserError).message, inTraining);
  const error = await assertRejects(() => inSearch(() => Promise.resolve().then(fail)), UserError);
  assertEquals([error.message, error.exitCode], [inTraining, 2]);
  assertEquals(inSearch(() => 3), 3);
  assertEquals(await inSearch(() => Promise.resolve(3)), 3);
});

Deno.test("a search has each setting of a training, with the same limits", () => {
  for (const [key, type] of Object.entries(fieldsOf(evaluateGroups))) {
    const same: unknown = fieldsOf(searchGroups)[nameInSearch(key) as "batch"];
    assert(same === type || key === "genotype" || key === "from", key);
  }
});

/** The rooms of src that speak of flags: the model card shows commands. */
const speaking = ["cli", "setup", "exporting"];
/** What quotes command lines: comments, and the examples of a command's help. */
const quoting = /\/\*.*?\*\/|\/\/.*?\n|examples: \[.*?\]/gs;

function* textsBelow(folder: URL): Generator<readonly [path: string, text: string]> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = new URL(name, folder);
    if (isDirectory && !speaking.includes(name)) yield* textsBelow(new URL(`${path}/`));
    else if (name.endsWith(".ts")) yield [path.pathname, Deno.readTextFileSync(path).replace(quoting, "")];
  }
}

Deno.test("no flag is named below the command line", () => {
  const keys = Object.values(everyCommand).flatMap(({ schema }) => Object.keys(schema.shape));
  const flags = new RegExp(`--(?:(?:${keys.map(kebab).join("|")}|help|config)(?![\\w-])|eval-|no-)`);
  for (const [path, text] of textsBelow(new URL("../src/", import.meta.url))) {
    assertEquals(flags.exec(text)?.[0], undefined, path);
  }
  assertMatch(inFlags(advice), flags);
});
