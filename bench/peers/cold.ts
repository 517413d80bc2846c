/** The beginning of a search: what a user waits for before the first step is done. */
import { searchLoop } from "../../pipelines/algorithm/search.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import type { SearchConfig } from "../../src/config/search_config.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { type Dataset, type Images, makeDataset } from "../../src/data/dataset.ts";
import { openDataset } from "../../src/data/mod.ts";
import { limit } from "../../src/data/splits.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { keyFromSeed, uniform } from "../../src/random.ts";

/** Opens the data, prepares the search of a preset and runs it to the end of its first weight step. */
export async function coldStart(runner: Runner, preset: "tiny" | "cifar10"): Promise<void> {
  const config = resolve(searchCommand, { flags: { preset } });
  const data = preset === "tiny" ? await embedded(config) : standIn();
  const stop = new AbortController();
  const onStep = () => stop.abort();
  const hooks = { signal: stop.signal, onStep, onEpoch: () => {}, note: () => {} };
  await searchLoop(runner, searchProblem(config, data), hooks, () => {}).catch((error) => {
    if (error !== stop.signal.reason) throw error;
  });
  await runner.settle();
}

async function embedded({ data, trainLimit, testLimit }: SearchConfig): Promise<Dataset> {
  const opened = await openDataset(data, { cacheDir: "", download: false, log: () => {} });
  return limit(opened, { train: trainLimit, test: testLimit });
}

/** Random images of CIFAR-10's form: the data set itself is not here on every machine. */
function standIn(): Dataset {
  const count = 256;
  const split = (name: string): Images => ({
    ...{ name, count, channels: 3, height: 32, width: 32 },
    pixels: Uint8Array.from({ length: count * 3 * 32 * 32 }, (_, i) => 256 * uniform(keyFromSeed(0), i)),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  });
  return makeDataset({
    name: "stand-in",
    description: "random images of CIFAR-10's form",
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    train: split("stand-in train"),
    test: split("stand-in test"),
    augmentation: { pad: 4, flip: true },
  });
}
