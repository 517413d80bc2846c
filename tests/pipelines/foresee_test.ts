/** What is said of a search before it begins: steps that are too few, and advice that is enough of them. */
import { assert, assertEquals, assertMatch } from "deno-std/assert";
import { inFlags } from "../../src/cli/flags.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { methods } from "../../src/methods/mod.ts";
import { foresee } from "../../pipelines/needs/foresee.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { noiseData } from "./noise_data.ts";

const sizes = {
  preset: "cifar10",
  channels: "4",
  layers: "2",
  batch: "8",
  warmup: "0",
  space: "s3",
  stageParts: "4,2",
};

/** The notes to a search of the paper's settings, which leave the alphas' learning rate to the flags. */
const notes = (flags: Record<string, string>): string[] =>
  foresee(searchProblem(resolve(searchCommand, { flags: { ...sizes, ...flags } }), noiseData)).map(inFlags);

/** The flags that a sentence says to give, from `words` up to a comma or its end. */
const advised = (note: string, words: string): Record<string, string> =>
  Object.fromEntries(
    [...note.slice(note.indexOf(words)).split(/, |\. |\.$|: /)[0]!.matchAll(
      /--([a-z-]+) (?:to )?([\d.e+-]+)/g,
    )]
      .map(([, flag, value]) => [flag!.replace(/-./g, (dash) => dash[1]!.toUpperCase()), value!]),
  );

Deno.test("a method whose steps suffice says nothing", () => {
  for (const { name } of methods) {
    const space = name === "fair-darts" ? "s2" : sizes.space;
    const layers = name === "p-darts" ? "3" : "2";
    assertEquals(notes({ method: name, epochs: "60", archLr: "0.1", space, layers }), [], name);
  }
});

const stages: Readonly<Record<string, number>> = { "p-darts": 3, "drnas-progressive": 2 };

Deno.test("alphas that hardly leave their random start are named, of every method that starts at random", () => {
  for (const { name, start, strategy: { kind } } of methods) {
    if (["drawn", "weight sharing", "pruned"].includes(kind) || start.deviation === 0) continue;
    const found = notes({ method: name, epochs: "3", archLr: "1e-6" });
    const [first] = found.filter((note) => note.includes("chance decides the cell"));
    assertMatch(
      first!,
      new RegExp(`deviation of ${start.deviation}, .* in \\d+ architecture steps of --arch-lr 0.000001:`),
      name,
    );
    assertEquals(found.filter((note) => note.startsWith("Stage")).length, stages[name] ?? 0);
  }
});

Deno.test("what is advised against chance suffices", () => {
  const given = { method: "darts", epochs: "2", archLr: "1e-5" };
  const [note] = notes(given);
  for (const words of ["Set --arch-lr", "give --epochs"]) {
    assertEquals(notes({ ...given, ...advised(note!, words) }), [], words);
  }
});

Deno.test("fair-darts says that its steps do not reach the threshold, and what does", () => {
  const given = { method: "fair-darts", space: "s2", epochs: "4", warmup: "1", archLr: "0.01" };
  const [note, ...others] = notes(given);
  assertEquals(others, []);
  const { data } = searchProblem(resolve(searchCommand, { flags: { ...sizes, ...given } }), noiseData);
  const steps = 3 * Math.floor(data.train.count / 2 / 8);
  assertMatch(
    note!,
    new RegExp(`sigmoid of 0.85 .*, an alpha of 1.73; .* in ${steps} architecture steps of --arch-lr 0.01`),
  );
  for (const words of ["Set --arch-lr", "give --epochs", "or --edge-threshold"]) {
    const flags = advised(note!, words);
    assert(Object.keys(flags).length > 0, words);
    assertEquals(notes({ ...given, ...flags }), [], words);
  }
  assertEquals(notes({ ...given, edgeThreshold: "0.5" }), []);
  assertMatch(notes({ ...given, edgeThreshold: "1" })[0]!, /^No sigmoid reaches --edge-threshold 1/);
});

Deno.test("fair-darts in every short preset says so, whatever their number of epochs", () => {
  for (const epochs of ["2", "40"]) {
    const found = notes({ ...{ method: "fair-darts", space: "s2", preset: "tiny" }, epochs, warmup: "1" });
    assertEquals(found.length, 1);
    assertEquals(
      notes({ method: "fair-darts", space: "s2", preset: "tiny", ...advised(found[0]!, "give --epochs") }),
      [],
    );
  }
});

Deno.test("a search too short for the eigenvalue rule says so", () => {
  const given = { archLr: "0.1" };
  for (const method of ["darts-es", "darts-ada"]) {
    assert(notes({ ...given, method, epochs: "23" })[0]!.includes("epoch 22"));
    assertEquals(notes({ ...given, method, epochs: "24" }), []);
  }
  assertEquals(notes({ ...given, method: "darts", epochs: "4" }), []);
  const [never] = notes({ ...given, method: "darts-ada", epochs: "50", weightDecay: "0.03" });
  assertMatch(never!, /--weight-decay 0.03 .* --decay-max 0.03/);
});

Deno.test("is-darts says how often it measures in a search too short for its four cuts", () => {
  const given = { method: "is-darts", space: "nasbench201" };
  assertMatch(
    notes({ ...given, epochs: "1" })[0]!,
    /In 1 epoch is-darts measures the operations once instead of 4 times, .* Give --epochs 15/,
  );
  assertMatch(notes({ ...given, epochs: "5" })[0]!, /measures the operations 2 times/);
  assertEquals(notes({ ...given, epochs: "15" }), []);
});

Deno.test("sgas says how many edges chance decides, and how many the last epoch at once", () => {
  const given = { archLr: "0.1", method: "sgas" };
  const [blind, late, ...others] = notes({ ...given, epochs: "6", warmup: "2" });
  assertEquals(others, []);
  assertMatch(blind!, /rest in the first 2 epochs, .* from epoch 1 on: chance decides 1 of the 8 edges/);
  assertMatch(late!, /Of the 8 edges of a cell, sgas decides 5 one by one and the other 3 at once/);
  assertEquals(
    notes({ ...given, epochs: "6", warmup: "2", ...advised(blind!, "Set --decide-start") }).length,
    1,
  );
  assertEquals(notes({ ...given, ...advised(late!, "Give --epochs") }), []);
  assertEquals(notes({ ...given, epochs: "50" }), []);
});

Deno.test("a number that is 0 throughout the only epoch is named, unless it grows with the steps", () => {
  const grows = (method: string, further = {}) =>
    notes({ method, epochs: "1", archLr: "0.1", ...further }).filter((note) => note.includes("grows from 0"));
  assertEquals(grows("beta-darts"), [
    "The beta weight of beta-darts grows from 0 with the epochs: in the only one it has no effect. Set --epochs to 2 or " +
    "more, or --ramps to step.",
  ]);
  assertEquals(grows("em-darts").length, 1);
  assertEquals(grows("beta-darts", { ramps: "step" }), []);
  assertEquals(grows("beta-darts", { epochs: "2" }), []);
  assertEquals(grows("beta-darts", { betaWeight: "0" }), []);
  // Their numbers are at work from the start.
  for (const method of ["ms-darts", "sdarts-rs", "darts-", "gdas", "lambda-darts"]) {
    assertEquals(grows(method), []);
  }
});
