/** Runs as they lie on disk while they go on, made up: small, and of any state. */
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { genotypeJson } from "../../src/network/genotype.ts";
import { publishedGenotype } from "../../src/network/published.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

const settings = resolve(searchCommand, {
  flags: { preset: "tiny", method: "darts", space: "s3", epochs: "20", data: "fashion-mnist-small" },
});
const { matrices } = spaceByName("s3");

/** The row of an epoch of a search, from 0. */
export const searchRow = (epoch: number): Record<string, unknown> => ({
  stage: "search",
  epoch,
  train_loss: 2.3 - 0.1 * epoch,
  train_accuracy: 0.1 + 0.04 * epoch,
  valid_loss: 2.2 - 0.09 * epoch,
  valid_accuracy: 0.12 + 0.035 * epoch,
  lr: 0.025,
  skip_count: epoch % 3,
  seconds: 12,
});

/** The raw alphas of that epoch. */
const alphasRow = (epoch: number): Record<string, unknown> => ({
  epoch,
  ...Object.fromEntries(
    matrices.map(({ name, rows }) => [
      name,
      rows.map(({ choices }, r) => choices.map((_, c) => 0.05 * epoch * Math.sin(r + 2 * c))),
    ]),
  ),
});

export interface MadeUp {
  /** Epochs of its search that are done. */
  readonly epochs: number;
  /** What its `.lock` says, written so many seconds ago; absent where no process has it. */
  readonly lock?: { readonly says: string; readonly seconds?: number };
  readonly log?: string;
  readonly finished?: boolean;
  readonly method?: string;
}

const write = (path: string, value: unknown) => Deno.writeTextFileSync(path, `${JSON.stringify(value)}\n`);

/** Adds the epoch to the logs of a run. */
export function addEpoch(folder: string, epoch: number): void {
  const add = (name: string, row: unknown) =>
    Deno.writeTextFileSync(`${folder}/${name}`, `${JSON.stringify(row)}\n`, { append: true });
  add("alphas.jsonl", alphasRow(epoch));
  add("metrics.jsonl", searchRow(epoch));
}

/** Says again that another machine's process goes on. */
export function beat(folder: string, says = "77 node-7 512000000", seconds = 0): void {
  Deno.writeTextFileSync(`${folder}/.lock`, `${says}\n`);
  const at = new Date(Date.now() - 1000 * seconds);
  Deno.utimeSync(`${folder}/.lock`, at, at);
}

/** Ends a run: its cell and its result. */
export function finish(folder: string): void {
  const genotype = publishedGenotype("c10_s3_ms")!;
  Deno.writeTextFileSync(`${folder}/genotype.json`, genotypeJson(genotype));
  for (const kind of ["normal", "reduce"]) {
    Deno.writeTextFileSync(
      `${folder}/cell-${kind}.svg`,
      `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="9"><desc>${kind}</desc></svg>`,
    );
  }
  write(`${folder}/result.json`, { parameters: 12_345, macs: 678_900, test_accuracy: 0.8125, seconds: 61 });
}

/** Makes a run in a folder, which it makes too. */
export function makeRun(folder: string, { epochs, lock, log, finished, method = "darts" }: MadeUp): void {
  Deno.mkdirSync(folder, { recursive: true });
  write(`${folder}/config.json`, { ...settings, method });
  write(`${folder}/environment.json`, { command: "npx -y deno task search", adapter: "made up" });
  for (let epoch = 0; epoch < epochs; epoch++) addEpoch(folder, epoch);
  if (lock) beat(folder, lock.says, lock.seconds);
  if (log !== undefined) Deno.writeTextFileSync(`${folder}/log.txt`, log);
  if (finished) finish(folder);
}

/** Makes a comparison of darts and pc-darts with two seeds each; of its runs, those that are to be there. */
export function makeComparison(folder: string, runs: Readonly<Record<string, MadeUp>>): void {
  Deno.mkdirSync(folder, { recursive: true });
  const planned = ["darts", "pc-darts"].flatMap((method) =>
    [0, 1].map((seed) => ({ run: `${method}-s3-seed${seed}`, method, space: "s3", value: null, seed }))
  );
  write(`${folder}/comparison.json`, { command: "npx -y deno task compare", setting: null, runs: planned });
  write(`${folder}/config.json`, { methods: "darts,pc-darts", space: "s3", seeds: 2 });
  for (const [name, run] of Object.entries(runs)) {
    makeRun(`${folder}/${name}`, { ...run, method: name.startsWith("pc-") ? "pc-darts" : "darts" });
  }
}
