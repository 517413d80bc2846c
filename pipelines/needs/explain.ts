/** `--explain` and `--dry-run`: what a run would do and need, without an adapter. */
import { inSearch } from "../../src/config/schema.ts";
import { classCounts } from "../../src/data/class_counts.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { visible } from "../../src/errors.ts";
import type { Graph } from "../../src/gpu/mod.ts";
import type { TuningName } from "../../src/graph/tuning_records.ts";
import { countNetwork, countSupernet } from "../../src/network/count.ts";
import { lessMemory, needOf, type Shortage, ShortageError, sizeInWords } from "../../src/plan/budget.ts";
import { compile } from "../../src/plan/compile.ts";
import { explain, type Plan, planBytes } from "../../src/plan/plan.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import { largestTraining, ofLargest } from "./largest_training.ts";
import { runnerOptions } from "../run/run.ts";
import { rulesOf } from "../strategies/mod.ts";
import { trainingGraphs } from "../training/train.ts";

/** WebGPU's default limit of a binding, which every adapter has. */
const maxBinding = 128 * 2 ** 20;

/** Settings of a run that is only asked about. */
interface Asked {
  readonly explain: boolean;
  readonly batch: number;
  readonly recompute: boolean;
  /** In MB. */
  readonly memoryLimit?: number | undefined;
  /** What to cut the work up for, without a device that could tell. */
  readonly tuning?: TuningName | undefined;
}

/** Prints. Throws a device error after it where the run needs more memory than its limit. */
export function explainSearch(problem: SearchProblem, asked: Asked, print: (line: string) => void): void {
  const training = inSearch(() => largestTraining(problem));
  // Compiled before there is a line to print, as everything.
  const trained = training && inSearch(() => plansOf(trainingGraphs(training), asked));
  const short = explainSupernet(problem, asked, print);
  if (!training || !trained) return refuse(short);
  print("\ntraining of the largest network that it may find:");
  const shortLater = describe(trained, { ...asked, batch: training.config.batch }, print, ofLargest);
  refuse(short);
  inSearch(() => refuse(shortLater));
}

/** The classes, and images of each by split. */
function explainData(data: Dataset, print: (line: string) => void): void {
  print(
    `${data.name}: ${data.classes.length} classes, ${data.train.count} training and ${data.test.count} test images`,
  );
  const longest = data.classes.reduce((most, name) => Math.max(most, visible(name).length), 0);
  for (const { name, train, test } of classCounts(data)) {
    print(
      `  ${visible(name).padEnd(longest)} ${String(train).padStart(7)} training ${
        String(test).padStart(7)
      } test`,
    );
  }
}

/** Prints. Returns what the supernet is short of. */
function explainSupernet(
  problem: SearchProblem,
  asked: Asked,
  print: (line: string) => void,
): Shortage | undefined {
  const { config, method } = problem;
  const begun = rulesOf(method).supernet(problem);
  if (begun === undefined) {
    explainData(problem.data, print);
    print(`${method.name} draws a cell of ${config.space}: there is no supernet`);
    return undefined;
  }
  const { net } = begun.problem;
  const { parameters, alphas } = countSupernet(net.space, net.size, net.variant);
  const plans = plansOf(begun.graphs, asked);
  explainData(problem.data, print);
  print(`supernet ${config.space}: ${parameters} parameters, ${alphas} alphas`);
  if (begun.note) print(begun.note);
  return describe(plans, asked, print);
}

/** Prints. Throws a device error after it where the training needs more memory than its limit. */
export function explainTraining(problem: TrainingProblem, asked: Asked, print: (line: string) => void): void {
  const { genotype, size } = problem.net;
  const { parameters, macs } = countNetwork(genotype, size, problem.data.height, problem.data.width);
  const plans = plansOf(trainingGraphs(problem), asked);
  explainData(problem.data, print);
  print(`network: ${parameters} parameters, ${macs} multiply-adds an image`);
  refuse(describe(plans, asked, print));
}

/** Throws a device error that says what is missing, if anything is. */
function refuse(short: Shortage | undefined): void {
  if (short !== undefined) throw new ShortageError(short);
}

/** The plans of a run as it is asked for, by step, and as it would be with the other choice of `--recompute`. */
interface Plans {
  readonly asked: Readonly<Record<string, Plan>>;
  readonly other: readonly Plan[];
}

/** Compiles everything before there is a line to print: what does not fit the limits prints nothing. */
function plansOf(graphs: Readonly<Record<string, Graph>>, asked: Asked): Plans {
  const { recompute, memoryLimit = Infinity, tuning } = runnerOptions(asked);
  const plans = (memory: number): Record<string, Plan> =>
    Object.fromEntries(
      Object.entries(graphs).map(([name, graph]) => [name, compile(graph, { maxBinding, memory, tuning })]),
    );
  const within = (memory: number): Record<string, Plan> => {
    const made = plans(memory);
    const less = lessMemory(Object.values(made), memory, memoryLimit);
    return less === undefined ? made : within(less);
  };
  return { asked: within(recompute ? 0 : Infinity), other: Object.values(plans(recompute ? Infinity : 0)) };
}

/** Prints, and says what is missing where it is more than the limit. */
function describe(
  { asked, other }: Plans,
  settings: Asked,
  print: (line: string) => void,
  what?: string,
): Shortage | undefined {
  for (const [name, plan] of Object.entries(asked)) {
    print(
      settings.explain
        ? `\n${name}: ${explain(plan)}`
        : `${name}: ${plan.dispatches.length} dispatches for ${plan.tuning.name}, ${
          sizeInWords(planBytes(plan))
        }`,
    );
  }
  const need = needOf(...Object.values(asked));
  const otherwise = needOf(...other).bytes;
  print(
    `device memory of all steps, with what they take and return: ${sizeInWords(need.bytes)} (${
      sizeInWords(otherwise)
    } with${settings.recompute ? "out" : ""} --recompute)`,
  );
  const { memoryLimit: bytes } = runnerOptions(settings);
  if (bytes === undefined || need.bytes <= bytes) return undefined;
  return { need, limit: { bytes, given: true }, batch: settings.batch, what };
}
