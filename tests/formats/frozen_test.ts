/**
 * Names that outlive a version: of random keys, and of whatever a run's files hold. Who has a run, a checkpoint or a
 * seed of before needs them as they are. `tests/goldens/frozen.json` has them all: of the files, each name with the
 * runs that have it. `FREEZE=1` writes it anew, after a change that is meant.
 */
import { assertEquals } from "deno-std/assert";
import { smallest } from "../cli/smallest.ts";
import { root, task } from "../cli/spawn.ts";

/** Kind of name, name, and where it is. */
type Frozen = Record<string, Record<string, string>>;

const path = new URL("tests/goldens/frozen.json", root);
const freezing = Deno.env.get("FREEZE") === "1";
const golden: Frozen = freezing ? {} : JSON.parse(Deno.readTextFileSync(path));

/** A run of each control flow: the smallest that goes through all of it. */
const searches: Record<string, readonly string[]> = {
  "ms-darts": [],
  "p-darts": ["--epochs", "3", "--no-train"],
  "r-darts-l2": ["--search-seeds", "1", "--select-epochs", "1", "--no-train"],
  "random-ws": ["--candidates", "3", "--candidate-batches", "1", "--finalists", "2", "--no-train"],
  "random": ["--no-train"],
  "is-darts": ["--epochs", "2", "--no-train"],
  "darts-es": ["--stop-every", "1", "--no-train"],
  "sgas": ["--epochs", "2", "--no-train"],
  "darts-pt": ["--no-train"],
};
const limits = ["--search-limit", "4", "--valid-limit", "2", "--train-limit", "8", "--test-limit", "2"];
const short = ["--epochs", "1", "--eval-epochs", "1", "--checkpoint-every", "0", "--quiet"];

/** Every path to a value in JSON, with `[]` for any place in a list. */
function pathsOf(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsOf(item, `${at}[]`));
  if (typeof value !== "object" || value === null || "$tensor" in value) return [at];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, at === "" ? key : `${at}.${key}`));
}

/** The JSON header of a safetensors file. */
function headerOf(file: string): Record<string, Record<string, string>> {
  const bytes = Deno.readFileSync(file);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  return JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
}

/** Names of the files below a folder. */
const filesOf = (folder: string): string[] =>
  [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesOf(`${folder}/${name}`).map((inner) => `${name}/${inner}`) : [name]
  );

/** What a run's files hold, by kind of name. */
function namesOf(run: string): Record<string, string[]> {
  const files = filesOf(run).sort();
  const json = (name: string): unknown[] =>
    Deno.readTextFileSync(`${run}/${name}`).trim().split(/\n(?=\{)/).map((text) => JSON.parse(text));
  const records = files.filter((name) => /^(?!environment).*\.jsonl?$/.test(name))
    .map((name) => [name, json(name).flatMap((record) => pathsOf(record))] as const);
  // Cells are numbered alike, and so are the searches and stages of a run.
  const tensors = files.filter((name) => /^\w+\.safetensors$/.test(name))
    .map((name) =>
      [
        name,
        Object.keys(headerOf(`${run}/${name}`)).map((tensor) =>
          tensor.replace(/^cells\.\d+\._ops\.\d+/, "cells.NUMBER._ops.NUMBER")
        ),
      ] as const
    );
  const newest = files.findLast((name) => name.startsWith("checkpoints/"));
  const { __metadata__: kept, ...placed } = newest ? headerOf(`${run}/${newest}`) : {};
  return {
    files: files.map((name) => name.replace(/\d{6}/, "NUMBER")),
    ...Object.fromEntries([...records, ...tensors]),
    "checkpoint: tensors": Object.keys(placed),
    "checkpoint: record": kept
      ? pathsOf(JSON.parse(kept["record"]!)).map((path) => path.replace(/(search|stage) \d+/, "$1 NUMBER"))
      : [],
  };
}

/** What is gone and what is new, in a sentence each. */
const changes = (kind: string, before: Record<string, string>, now: Record<string, string>): string[] => [
  ...Object.keys(before).filter((name) => now[name] === undefined)
    .map((name) => `Of the names of ${kind}, ${name} is gone (it was in ${before[name]}).`),
  ...Object.keys(now).filter((name) => before[name] === undefined)
    .map((name) => `Among the names of ${kind}, ${name} is new (in ${now[name]}).`),
  ...Object.keys(now).filter((name) => before[name] !== undefined && before[name] !== now[name])
    .map((name) => `${name} of ${kind} was in ${before[name]}, and is in ${now[name]}.`),
];

function check(now: Frozen): void {
  const sorted = Object.fromEntries(
    Object.entries(now).map(([kind, names]) => [
      kind,
      Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1))),
    ]),
  );
  if (freezing) {
    Object.assign(golden, sorted);
    Deno.writeTextFileSync(path, `${JSON.stringify(golden, undefined, 2)}\n`);
  }
  const found = Object.entries(sorted).flatMap(([kind, names]) => changes(kind, golden[kind] ?? {}, names));
  assertEquals(found, [], found.join("\n"));
}

/** The sources of a folder. */
const sources = (folder: string): string[] =>
  filesOf(new URL(folder, root).pathname).filter((name) => name.endsWith(".ts"))
    .map((name) => Deno.readTextFileSync(new URL(`${folder}/${name}`, root)));

/** The texts between quotes in the arguments of every call of one of these functions. */
function quoted(text: string, functions: readonly string[]): string[] {
  const calls = text.matchAll(new RegExp(`(?<![.\\w])(?:${functions.join("|")})\\(`, "g"));
  return [...calls].flatMap(({ index, 0: call }) => {
    const begin = index + call.length;
    let end = begin;
    for (let open = 1; open > 0; end++) open += Number(text[end] === "(") - Number(text[end] === ")");
    return [...text.slice(begin, end).matchAll(/"([^"\n]*)"/g)].map(([, name]) => name!);
  });
}

Deno.test("random keys have the names they had: a seed draws what it drew", () => {
  const texts = [...sources("src"), ...sources("pipelines")];
  // What folds the use it is given stands for `fold` itself.
  const helpers = texts.flatMap((text) =>
    [...text.matchAll(/const (\w+)(?:: \w+)? =\s*\([^;]*?\) *(?:: \w+)? *=>[^;]*?\bfold\([^;]*?\buse\b/g)]
      .map(([, name]) => name!)
  );
  const names = texts.flatMap((text) => quoted(text, ["fold", ...helpers]));
  check({ "random keys": Object.fromEntries(names.map((name) => [name, "sources"])) });
});

Deno.test("runs of every control flow have the files, records, checkpoints and tensors they had", async () => {
  const runs = Deno.makeTempDirSync();
  const now: Record<string, Record<string, string[]>> = {};
  const run = async (flow: string, ...args: string[]): Promise<void> => {
    const { code, stderr } = await task(...args as [string], "--out", `${runs}/${flow}`);
    assertEquals(code, 0, `${flow}: ${stderr}`);
    for (const [kind, names] of Object.entries(namesOf(`${runs}/${flow}`))) {
      for (const name of new Set(names)) ((now[kind] ??= {})[name] ??= []).push(flow);
    }
  };
  try {
    for (const [flow, flags] of Object.entries(searches)) {
      await run(flow, "search", ...smallest, ...limits, ...short, "--method", flow, ...flags);
    }
    const genotype = JSON.stringify(`${runs}/ms-darts/genotype.json`).slice(1, -1);
    const evaluated = ["--genotype", genotype, "--preset", "tiny", "--epochs", "1", "--batch", "2"];
    const size = [
      "--channels",
      "2",
      "--layers",
      "1",
      "--holdout",
      "0",
      "--train-limit",
      "8",
      "--test-limit",
      "2",
    ];
    await run("evaluate", "evaluate", ...evaluated, ...size, "--checkpoint-every", "0", "--quiet");
    check(Object.fromEntries(
      Object.entries(now).map(([kind, names]) => [
        kind,
        Object.fromEntries(Object.entries(names).map(([name, flows]) => [name, flows.join(", ")])),
      ]),
    ));
  } finally {
    Deno.removeSync(runs, { recursive: true });
  }
});
