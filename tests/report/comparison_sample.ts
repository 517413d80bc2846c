/** A comparison to draw: two methods, three seeds, a benchmark, and a run that failed. */
import type { ComparedGroup, Comparison, MetricRow, RunRecord } from "../../src/report/mod.ts";

export const drawing = (kind: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 90" width="600" height="90"><title>${kind} cell</title>` +
  `<desc>Node 0 adds c_{k-1} &amp; none.</desc><rect width="600" height="90" fill="#8aa"/></svg>`;

const epochs = 8;

/** A run whose accuracies rise with its seed; `steepness` is of its eigenvalue over the epochs. */
export function sampleRecord(method: string, seed: number, steepness: number): RunRecord {
  const search = Array.from({ length: epochs }, (_, epoch): MetricRow => ({
    stage: "search",
    epoch,
    valid_accuracy: 0.3 + 0.05 * epoch + 0.01 * seed,
    benchmark_accuracy: 85 + epoch + seed,
    ...epoch % 2 === 1 && { eigenvalue: 0.2 + steepness * epoch + 0.1 * seed },
    alpha_entropy: 1.6 - 0.1 * epoch,
    skip_count: Math.min(seed, epoch),
  }));
  return {
    config: {
      method,
      space: "s3",
      seed,
      preset: "tiny",
      data: "fashion-mnist-small",
      order: 1,
      lr: 0.025,
      out: `${seed}`,
    },
    environment: { adapter: "llvmpipe" },
    result: {
      parameters: 10_000 + 1000 * seed,
      skip_count: 2 * seed,
      seconds: 60 + 10 * seed,
      test_accuracy: 0.8 + 0.01 * seed + (method === "darts" ? 0.05 : 0),
      benchmark: {
        table: "nasbench201",
        dataset: "cifar10",
        accuracies: { cifar10: 91 + seed, cifar100: 70 },
        rank: 300 - 100 * seed,
        of: 15_625,
        regret: 3.37 - seed,
      },
    },
    metrics: [...search, { stage: "train", epoch: 0, valid_accuracy: 0.7 - 0.1 * seed }],
    cells: [{ kind: "normal", svg: drawing("Normal") }, { kind: "reduce", svg: drawing("Reduction") }],
  };
}

const group = (method: string, steepness: number): ComparedGroup => ({
  method,
  space: "s3",
  runs: [0, 1, 2].map((seed) => ({
    name: `${method}-s3-seed${seed}`,
    seed,
    record: sampleRecord(method, seed, steepness),
  })),
});

export function sampleComparison(): Comparison {
  const [first, second] = [group("ms-darts", 0.01), group("darts", 0.1)];
  const failed = { name: "darts-s3-seed2", seed: 2, failure: "The training loss became NaN & <worse>." };
  return {
    command: "npx -y deno task compare --methods ms-darts,darts --out 'runs/<made up>'",
    seeds: [0, 1, 2],
    jobs: 1,
    setting: undefined,
    groups: [first, { ...second, runs: [...second.runs.slice(0, 2), failed] }],
  };
}

/** One method over values of its bandwidth. */
export const sampleGrid = (values: readonly string[]): Comparison => ({
  ...sampleComparison(),
  setting: "bandwidth",
  groups: values.map((value, i) => ({ ...group("ms-darts", 0.02 * i), value })),
});
