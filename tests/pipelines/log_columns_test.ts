/** The columns of the logs: runs have no others, and no number of a method takes the place of one. */
import { assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { logColumns } from "../../src/io/log_columns.ts";
import { darts } from "../../src/methods/darts.ts";
import { methods, methodSettings } from "../../src/methods/mod.ts";
import { checkedSearch } from "../../pipelines/algorithm/checked.ts";
import frozen from "../goldens/frozen.json" with { type: "json" };
import { noiseData } from "./noise_data.ts";

Deno.test("columns of the logs: all that runs have, but for the numbers of methods", () => {
  const numbers = methods.flatMap((method) => Object.keys(method.numbers(methodSettings(), 0, 2)));
  assertEquals(numbers.filter((name) => name in logColumns), []);
  const others = Object.keys(frozen["metrics.jsonl"]).filter((name) => !(name in logColumns));
  assertEquals(others.filter((name) => !numbers.includes(name)), []);
});

Deno.test("columns of the logs: a method of a user's cannot have a number of that name", () => {
  const config = resolve(searchCommand, { flags: { preset: "tiny", batch: "2" } });
  const named = (name: string) => ({ ...darts, name: "own", numbers: () => ({ [name]: 1 }) });
  checkedSearch(config, noiseData, { method: named("skips") });
  assertThrows(
    () => checkedSearch(config, noiseData, { method: named("skip_weight") }),
    UserError,
    'The method own has a number "skip_weight"',
  );
});
