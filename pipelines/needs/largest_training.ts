/** What the training of a found network may need, known before it is found: that of the space's largest network. */
import { inSearch, trainingOf } from "../../src/config/schema.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import { type Node, storedFloats } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { discretize } from "../../src/network/discretize.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { describe } from "../../src/network/frame.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import { apply } from "../../src/nn/affine.ts";
import { candidates } from "../../src/nn/candidates.ts";
import { fold, keyFromSeed, uniform } from "../../src/random.ts";
import type { Space } from "../../src/spaces/space.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/training_problem.ts";
import type { Hooks } from "../run/hooks.ts";
import { rulesOf } from "../strategies/mod.ts";
import { trainingGraphs } from "../training/train.ts";
import { networkOf } from "../training/network.ts";

/** A few channels on a few images, to compare networks. */
const sample = { channels: 16, images: 2, side: 32, layers: 3, classes: 2 } as const;
/** Ways through the cells that are compared. */
const ways = 200;

const floatsOf = (roots: readonly Node[]): number =>
  topological(roots).reduce((sum, node) => sum + storedFloats(node.shape), 0);

/** Floats of an operation's maps and weights; 0 for what is no operation, such as a state to take input from. */
function operationFloats(name: string): number {
  const build = Object.entries(candidates).find(([known]) => known === name)?.[1];
  if (build === undefined) return 0;
  let floats = 0;
  describe((scope) => {
    const x = input("x", [sample.channels, sample.images, sample.side, sample.side]);
    const output = build(scope, x, { stride: 1, mixed: false });
    if (output) floats = floatsOf([apply(output)]);
  });
  return floats;
}

/** Floats of a small network of a genotype. */
function networkFloats(genotype: Genotype): number {
  const { side, images, ...size } = sample;
  const { layout, build } = evaluationNetwork(genotype, size);
  const { logits, moments } = build({
    images: input("images", [3, images, side, side]),
    parameters: input("parameters", [layout.parameterFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
    mode: "train",
  });
  return floatsOf([logits, ...moments]);
}

/**
 * A genotype of a space whose network takes the most memory: on every edge the operation with the largest maps, and of
 * many ways through the cells the one with the most. The way matters by a percent or so in all spaces but those of
 * NAS-Bench-1Shot1, where there may be one that needs some 3 % more.
 */
export function largestGenotype(space: Space): Genotype {
  const choices = new Set(space.matrices.flatMap(({ rows }) => rows.flatMap(({ choices }) => choices)));
  const floats = new Map([...choices].map((name) => [name, operationFloats(name)]));
  const key = fold(keyFromSeed(0), "ways through a cell");
  // Edges and states from the first on, from the last on, and in orders by chance.
  const orders = [(i: number) => -i, (i: number) => i];
  while (orders.length < ways) {
    const own = fold(key, orders.length);
    orders.push((i) => uniform(own, i));
  }
  const found = orders.map((order) => {
    const weights = space.matrices.map(({ name, rows }, m) => [
      name,
      rows.map(({ choices }, r) =>
        choices.map((choice, c) => {
          const own = floats.get(choice)!;
          // Smaller than the difference of two operations by far.
          return own + 1e-6 * order(own > 0 ? r : 31 * m + c);
        })
      ),
    ]);
    return discretize(Object.fromEntries(weights), space);
  });
  const sizes = found.map(networkFloats);
  return found[sizes.indexOf(Math.max(...sizes))]!;
}

/**
 * The trainings that a search ends with, of the largest network that it may find; undefined where it trains none. Raises
 * a usage error for settings that do not fit the network.
 */
export function largestTraining(problem: SearchProblem): TrainingProblem | undefined {
  const { config, data, method, net: { space } } = problem;
  const genotype = () => largestGenotype(space);
  if (config.train) {
    const training = trainingOf(config);
    return { config: training, data, net: networkOf(genotype(), training, data) };
  }
  const retraining = rulesOf(method).retraining?.(problem);
  return retraining && { ...retraining, net: networkOf(genotype(), retraining.config, data) };
}

export const ofLargest = "Training the largest network that this search may find";

/** Raises a device error where the training at the end of a search would not fit this device. */
export const checkLargest = async (
  runner: Runner,
  problem: SearchProblem,
  { signal }: Pick<Hooks, "signal">,
): Promise<void> => {
  await inSearch(async () => {
    const training = largestTraining(problem);
    if (training === undefined) return;
    const { batch } = training.config;
    await runner.check(trainingGraphs(training), { signal, batch, what: ofLargest });
  });
};
