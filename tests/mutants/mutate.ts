/** Applies mutants one by one to a copy of the checkout and runs, for each, the tests that have to notice it. */
import { readTally, skippedForMemory } from "../../scripts/tally.ts";
import { fromFileUrl, join } from "../../src/io/paths.ts";
import type { Mutant } from "./mutant.ts";

/** What of a checkout the tests need. */
const parts = [
  "README.md",
  "bench",
  "data",
  "deno.json",
  "deno.lock",
  "docs",
  "mod.ts",
  "pipelines",
  "scripts",
  "shaders",
  "src",
  "tests",
];

/** Milliseconds after which tests that do not end have noticed: a mutant may loop for ever. */
const patience = 300_000;

export const checkout = fromFileUrl(new URL("../../", import.meta.url));

export type Fate =
  /** `by`: the file of the test that failed; its words. */
  | { readonly kind: "caught"; readonly by: string; readonly error?: string | undefined }
  | { readonly kind: "survived" }
  /** Its text is not in the file, or several times. */
  | { readonly kind: "stale"; readonly why: string }
  /** Nothing was tested: the code does not load, or there was no memory for the tests. */
  | { readonly kind: "invalid"; readonly why: string };

/** The text of the file with the mistake in it, or why there is none. */
export function mutated({ file, from, to }: Mutant, root: string): { text: string } | { why: string } {
  let text: string;
  try {
    text = Deno.readTextFileSync(join(root, file));
  } catch {
    return { why: `there is no file ${file}` };
  }
  const times = text.split(from).length - 1;
  if (times !== 1) return { why: `${file} has ${JSON.stringify(from)} ${times} times, not once` };
  return from === to ? { why: "it changes nothing" } : { text: text.replace(from, () => to) };
}

interface TestRun {
  readonly passed: number;
  readonly failed: number;
  readonly ended: boolean;
  readonly output: string;
}

async function test(root: string, files: readonly string[], filter?: string): Promise<TestRun> {
  const flags = ["--allow-all", "--no-check", "--quiet", "--fail-fast", "--preload=tests/enough_memory.ts"];
  const timeout = AbortSignal.timeout(patience);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", ...flags, ...filter === undefined ? [] : [`--filter=${filter}`], ...files],
    cwd: root,
    env: { NO_COLOR: "1" },
    stdin: "null",
    signal: timeout,
  }).output();
  const output = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
  return { ...readTally(output), ended: !timeout.aborted, output };
}

/** What becomes of a mutant in a copy of the checkout, which is left as it was. */
export async function fateOf(mutant: Mutant, root: string): Promise<Fate> {
  const change = mutated(mutant, root);
  if ("why" in change) return { kind: "stale", why: change.why };
  const path = join(root, mutant.file);
  const original = Deno.readTextFileSync(path);
  Deno.writeTextFileSync(path, change.text);
  try {
    const { passed, failed, ended, output } = await test(root, mutant.tests, mutant.filter);
    if (!ended) return { kind: "caught", by: `${mutant.tests}, which did not end` };
    const broken = passed + failed === 0
      ? /error.*/i
      : /.*(\(uncaught error\)|ReferenceError|Shader .* is invalid).*/;
    const [words] = broken.exec(output) ?? [];
    if (words !== undefined) return { kind: "invalid", why: `the code does not load: ${words.trim()}` };
    if (output.includes(skippedForMemory)) return { kind: "invalid", why: "there was no memory for a test" };
    if (failed > 0) {
      // With --fail-fast the last file that was begun is the one.
      const [, by] = [...output.matchAll(/^running \d+ tests? from \.\/(.*)$/gm)].at(-1) ?? [];
      return { kind: "caught", by: by ?? String(mutant.tests), error: /^error: (.*)$/m.exec(output)?.[1] };
    }
    if (passed > 0) return { kind: "survived" };
    return { kind: "invalid", why: "no test ran" };
  } finally {
    Deno.writeTextFileSync(path, original);
  }
}

/** Runs every test that is asked for once as the code is; what they print where one fails. */
async function asItIs(list: readonly Mutant[], root: string): Promise<string | undefined> {
  const whole = new Set(list.filter(({ filter }) => filter === undefined).flatMap(({ tests }) => tests));
  const filtered = list.filter(({ tests, filter }) =>
    filter !== undefined && !tests.every((t) => whole.has(t))
  );
  const runs = [
    ...whole.size > 0 ? [{ tests: [...whole], filter: undefined }] : [],
    ...Map.groupBy(filtered, ({ tests, filter }) => `${tests} ${filter}`).values().map(([first]) => first!),
  ];
  for (const { tests, filter } of runs) {
    const { passed, failed, output } = await test(root, tests, filter);
    if (passed === 0 || failed > 0) return output;
  }
  return undefined;
}

/** Does something with a copy of the checkout, which is removed afterwards. */
export async function withCopy<T>(work: (root: string) => Promise<T>): Promise<T> {
  const root = Deno.makeTempDirSync({ prefix: "ms-darts-mutants-" });
  try {
    const { success, stderr } = await new Deno.Command("cp", { args: ["-r", ...parts, root], cwd: checkout })
      .output();
    if (!success) throw new Error(`The checkout was not copied: ${new TextDecoder().decode(stderr)}`);
    return await work(root);
  } finally {
    Deno.removeSync(root, { recursive: true });
  }
}

/**
 * Tries all mutants, a line for each, and counts them. Whether each was caught.
 *
 * @param trusted the tests are known to pass as the code is
 * @param why says as well what the tests that failed said
 */
export function mutate(
  list: readonly Mutant[],
  say: (line: string) => void,
  { trusted = false, why = false } = {},
): Promise<boolean> {
  return withCopy(async (root) => {
    const failure = trusted ? undefined : await asItIs(list, root);
    if (failure !== undefined) {
      say(`${failure}\nThe tests have to pass without a mutant first.`);
      return false;
    }
    const counts = { caught: 0, survived: 0, stale: 0, invalid: 0 };
    for (const mutant of list) {
      const begun = performance.now();
      const fate = await fateOf(mutant, root);
      counts[fate.kind]++;
      say(`${lineOf(fate, (performance.now() - begun) / 1000)}: ${mutant.file}, ${mutant.what}`);
      if (why && fate.kind === "caught" && fate.error) say(`  ${fate.error}`);
    }
    const { caught, survived, stale, invalid } = counts;
    const rest = invalid > 0 ? `, ${invalid} invalid` : "";
    say(`${caught} caught, ${survived} survived, ${stale} stale${rest}`);
    return survived + stale + invalid === 0;
  });
}

function lineOf(fate: Fate, seconds: number): string {
  if (fate.kind === "caught") return `caught by ${fate.by} in ${seconds.toFixed(1)} s`;
  return fate.kind === "survived" ? "SURVIVED" : `${fate.kind.toUpperCase()} (${fate.why})`;
}
