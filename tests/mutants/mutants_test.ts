/** The mutation tests themselves: their tables fit the code, a few of them run, and the tool tells what becomes of one. */
import { assert, assertEquals, assertMatch } from "deno-std/assert";
import { methods } from "../../src/methods/mod.ts";
import { mutantsOf, rooms } from "./mod.ts";
import type { Mutant } from "./mutant.ts";
import { checkout, mutate, mutated } from "./mutate.ts";

Deno.test("mutants: each is one piece of the code as it is, and its tests are there", () => {
  const stale = mutantsOf().flatMap((mutant) => {
    const change = mutated(mutant, checkout);
    return "why" in change ? [`${mutant.what}: ${change.why}`] : [];
  });
  assertEquals(stale, []);
  for (const file of new Set(mutantsOf().flatMap(({ tests }) => tests))) {
    assert(Deno.statSync(`${checkout}${file}`).isFile, file);
  }
});

Deno.test("mutants: at least sixty, of every method, each told apart by its words", () => {
  assert(mutantsOf().length >= 60);
  const words = mutantsOf().map(({ file, what, tests }) => `${file}, ${what}, ${tests}`);
  assertEquals(words.length, new Set(words).size);
  const files = mutantsOf(["methods"]).map(({ file }) => file).join(" ");
  for (const { name } of methods) {
    const file = name.replaceAll("-", "_").replace("darts_$", "darts_minus").replace(/_(dp|l2)$/, "");
    const path = `src/methods/${file.replace(/darts_$/, "darts_minus")}.ts`;
    assert(files.includes(path), `tests/mutants/methods.ts has no mutant of ${path}`);
  }
});

Deno.test("mutants: those that always run are caught", async () => {
  const lines: string[] = [];
  const chosen = mutantsOf([], { ci: true });
  assert(chosen.length >= 12);
  // Their tests run as the code is too, beside this one.
  assert(await mutate(chosen, (line) => lines.push(line), { trusted: true }), lines.join("\n"));
});

/** A mutant whose tests take no time. */
const plain = (change: Partial<Mutant>): Mutant => ({
  file: "src/optim/schedules.ts",
  from: "epochs > 1 ?",
  to: "epochs > 0 ?",
  what: "a ramp",
  tests: ["tests/data/splits_test.ts"],
  ...change,
});

Deno.test("mutate: says of each what became of it, and counts them", async () => {
  const lines: string[] = [];
  const list = [
    plain({ file: "src/data/splits.ts", from: "Math.floor(train.count / 2)", to: "1" }),
    plain({ what: "not tested there" }),
    plain({ from: "no such text" }),
    plain({ from: "epoch" }),
    plain({ file: "src/gone.ts" }),
    plain({ file: "src/data/splits.ts", from: "export function slice(", to: "export function slice((" }),
    plain({ file: "src/data/splits.ts", from: "Math.floor(train.count / 2)", to: "half(train.count)" }),
  ];
  assertEquals(await mutate(list, (line) => lines.push(line)), false);
  const want = [
    /^caught by tests\/data\/splits_test.ts in [\d.]+ s: src\/data\/splits.ts, a ramp$/,
    /^SURVIVED: src\/optim\/schedules.ts, not tested there$/,
    /^STALE \(src\/optim\/schedules.ts has "no such text" 0 times, not once\)/,
    /^STALE \(src\/optim\/schedules.ts has "epoch" \d\d? times, not once\)/,
    /^STALE \(there is no file src\/gone.ts\)/,
    /^INVALID \(the code does not load: .+\)/,
    /^INVALID \(the code does not load: .*half is not defined\)/,
    /^1 caught, 1 survived, 3 stale, 2 invalid$/,
  ];
  assertEquals(lines.length, want.length);
  lines.forEach((line, i) => assertMatch(line, want[i]!));
});

Deno.test("mutate: tests that fail without a mutant say nothing of one", async () => {
  const lines: string[] = [];
  const list = [plain({ tests: ["tests/data/no_such_test.ts"] })];
  assertEquals(await mutate(list, (line) => lines.push(line)), false);
  assertMatch(lines.join("\n"), /have to pass without a mutant first/);
});

async function tool(...words: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "scripts/mutate.ts", ...words],
    cwd: checkout,
  }).output();
  return { code, text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
}

Deno.test("deno task mutate: takes words and two options", async () => {
  const help = await tool("--help");
  assertEquals(help.code, 0);
  for (const room of rooms) assert(help.text.includes(room));
  const nothing = await tool("kernels", "teapot");
  assertEquals(nothing.code, 2);
  assertMatch(nothing.text, /^error: No mutant fits "kernels teapot"; the rooms are kernels, [^\n]*\.\n$/);
  const wrong = await tool("--all");
  assertEquals([wrong.code, wrong.text], [2, "error: There is no option --all; see --help.\n"]);
  const one = await tool("splits", "overlap");
  assertEquals(one.code, 0, one.text);
  assertMatch(one.text, /\n1 caught, 0 survived, 0 stale\n$/);
});
