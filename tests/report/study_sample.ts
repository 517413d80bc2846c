/** A study to draw, made up: arms that collapse, that recover and that do not, with runs missing and failed. */
import { loadNasbench201 } from "../../src/benchmarks/mod.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import type { Study, StudyEpoch, StudyLook, StudyRecord } from "../../src/report/mod.ts";

const table = await loadNasbench201();

/** 3,128 steps of 8 epochs, looked at every 97 and at the end. */
const steps = 3128;
const perEpoch = 391;

/** What an arm's searches do: the skips that they drift to, and how fast. */
interface Course {
  readonly name: string;
  readonly method: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly skips: (progress: number, seed: number) => number;
}

const courses: readonly Course[] = [
  { name: "darts", method: "darts", skips: (t) => 3 + 20 * t },
  { name: "ms-darts", method: "ms-darts", skips: (t, seed) => seed % 2 ? 6 - 5 * t : 3 + 9 * t },
  { name: "ms-darts, no rest", method: "ms-darts", settings: { warmup: 0 }, skips: (t) => 4 + 12 * t },
  { name: "darts, alphas rested", method: "darts", settings: { warmup: 1 }, skips: (t) => 2 + 8 * t },
  { name: "uniform", method: "uniform", skips: () => 1 },
  { name: "sdarts-rs", method: "sdarts-rs", skips: (t, seed) => (seed + 5 * t) / 2 },
  { name: "lambda-darts", method: "lambda-darts", skips: () => 0.4 },
];

/** A number in [0, 1) of a name. */
const chance = (seed: number, ...names: (string | number)[]): number =>
  names.reduce((key, name) => fold(key, String(name)), keyFromSeed(seed))[0] / 2 ** 32;

const others = ["nor_conv_3x3", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3", "nor_conv_3x3", "none"];

/** A cell with about so many skips. */
function cellOf(skips: number, seed: number, names: readonly (string | number)[]): string {
  const count = Math.max(0, Math.min(6, Math.round(skips + chance(seed, ...names) - 0.5)));
  const [a, b, c, d, e, f] = others.map((_, edge) =>
    edge < count ? "skip_connect" : others[Math.floor(others.length * chance(seed, ...names, edge) ** 1.6)]!
  );
  return `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
}

const times = (text: string, word: string): number => text.split(word).length - 1;

function lookAt(course: Course, seed: number, step: number): StudyLook {
  const t = step / steps;
  const genotype = cellOf(course.skips(t, seed), seed, [course.name, step]);
  const { accuracies, rank } = table.lookup(genotype);
  return {
    step,
    genotype,
    skips: times(genotype, "skip_connect"),
    nones: times(genotype, "none"),
    accuracy: accuracies.cifar10_test_200,
    rank,
    margin: 0.002 + 0.02 * t * chance(seed, course.name),
    skipWeight: 0.2 + 0.004 * t * course.skips(t, seed),
    entropy: Math.log(5) - 0.01 * t,
    ...course.name !== "uniform" && { alignment: 0.1 + 0.5 * t * chance(seed, course.name, "Λ") },
  };
}

function recordOf(course: Course, seed: number): StudyRecord {
  const at = [...Array.from({ length: 32 }, (_, i) => 97 * (i + 1)), steps];
  const looks = at.map((step) => lookAt(course, seed, step));
  const { genotype } = looks.at(-1)!;
  const { accuracies, rank, cells, regret } = table.lookup(genotype);
  return {
    arm: course.name,
    method: course.method,
    seed,
    settings: course.settings ?? {},
    environment: { adapter: "llvmpipe (LLVM <made up>)", driver: "Mesa", deno: "2.0.0", version: "0.1.0" },
    result: {
      genotype,
      dataset: "cifar10",
      accuracies: {
        "cifar10": accuracies.cifar10_test_200,
        "cifar100": accuracies.cifar100_test_200,
        "imagenet16-120": accuracies.imagenet16_120_test_200,
      },
      rank,
      of: cells,
      regret,
      seconds: 1200 + 600 * chance(seed, course.name, "time"),
    },
    looks,
    epochs: Array.from({ length: 8 }, (_, epoch): StudyEpoch => ({
      epoch,
      step: perEpoch * (epoch + 1),
      ...epoch > 0 && { eigenvalue: 0.05 + 0.03 * epoch * chance(seed, course.name, "λ") },
      valid: 0.3 + 0.04 * epoch,
      train: 0.32 + 0.05 * epoch,
      ...epoch > 0 && { architectureLoss: 1.9 - 0.06 * epoch },
    })),
  };
}

export const sampleStudy: Study = {
  title: "Does it <collapse>?",
  settings: {
    space: "nasbench201",
    data: "cifar10",
    epochs: 8,
    channels: 4,
    layers: 15,
    batch: 64,
    size: 16,
  },
  seeds: [0, 1, 2, 3, 4],
  arms: courses.map(({ name, method, settings = {} }) => ({ name, method, settings })),
  tests: [["ms-darts", "darts"], ["ms-darts", "darts, alphas rested"], ["ms-darts", "lambda-darts"]],
  text: [
    "The first paragraph says what the study shows.",
    "The second says what it does not & cannot show: five seeds, one <size>.",
  ],
};

/** Seed by seed, as far as it has come: two seeds of all, a third of some; one failed, and one arm has none. */
export const sampleRecords = (seeds = 5): StudyRecord[] =>
  courses.flatMap((course, i) =>
    Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed): StudyRecord[] => {
      if (course.name === "lambda-darts" || (seed === seeds - 1 && i > 3)) return [];
      const record = recordOf(course, seed);
      if (course.name !== "sdarts-rs" || seed !== 1) return [record];
      const { result: _, ...rest } = record;
      return [{ ...rest, failure: "The training loss became NaN & <worse>.", looks: rest.looks.slice(0, 5) }];
    })
  );

/** What stands beside it. */
export const sampleBaselines = table.baselines(1e12);
