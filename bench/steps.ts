/** The steps of a search on one supernet as graphs, and numbers to run them on. */
import { type Node, storedFloats } from "../src/graph/node.ts";
import { constant, fromNCHW, input } from "../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../src/methods/mod.ts";
import { softmaxRows } from "../src/network/alphas.ts";
import { type EvaluationNetwork, evaluationNetwork } from "../src/network/evaluation.ts";
import type { Genotype } from "../src/network/genotype.ts";
import { type Supernet, supernet } from "../src/network/supernet.ts";
import { initialParameters } from "../src/nn/initialize.ts";
import type { Layout } from "../src/nn/parameters.ts";
import { freshStatistics } from "../src/nn/statistics.ts";
import { adam, adamOfDarts } from "../src/optim/adam.ts";
import type { Plan } from "../src/plan/plan.ts";
import { keyFromSeed, normal } from "../src/random.ts";
import { architectureStep, score, weightStep } from "../src/search/step_graphs.ts";
import { spaceByName } from "../src/spaces/mod.ts";
import { trainingStep } from "../src/training/step_graphs.ts";
import type { StepSettings } from "./settings.ts";

export type StepName = "forward" | "weight_step" | "architecture_step" | "mean_shift";

/** What the steps of a search are built from. */
export type StepSizes = Pick<
  StepSettings,
  "space" | "channels" | "layers" | "classes" | "imageChannels" | "batch" | "size" | "samples" | "iterations"
>;

/** What a training step is built from. */
export interface TrainingSizes extends Omit<StepSizes, "space" | "samples" | "iterations"> {
  readonly genotype: Genotype;
  /** Weight of the auxiliary head's loss; 0 without such a head. */
  readonly auxiliary: number;
  /** Probability that a path is dropped. */
  readonly dropPath: number;
}

export const netOf = ({ space, channels, layers, classes, imageChannels }: StepSizes): Supernet =>
  supernet(spaceByName(space), { channels, layers, classes, imageChannels });

/** A batch of float images [C, N, H, W] and its labels, from the inputs `images` and `labels`. */
export const batchInputs = (
  { batch, imageChannels, size }: Pick<StepSizes, "batch" | "imageChannels" | "size">,
): { images: Node; labels: Node } => ({
  images: fromNCHW(input("images", [batch, imageChannels, size * size]), { height: size, width: size }),
  labels: input("labels", [batch], "u32"),
});

/** The steps as graphs, on a batch of float images. */
export function graphs(config: StepSizes): Record<StepName, Record<string, Node>> {
  const { samples, iterations } = config;
  const net = netOf(config);
  const layout = net.alphas;
  const vector = (name: string): Node => input(name, [layout.floats]);
  const nodes = {
    weights: input("weights", [net.layout.parameterFloats]),
    velocity: input("velocity", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    noiseKey: input("key", [2], "u32"),
    alphas: vector("alphas"),
    alphaMean: vector("mean"),
    alphaVariance: vector("variance"),
    mixing: vector("mixing"),
    schedule: input("schedule", [2]),
    lr: input("lr", [1]),
  };
  const data = batchInputs(config);
  const architecture = architectureStep(net, nodes, data, {
    move: (moved) => adam(moved, { ...adamOfDarts, weightDecay: 1e-3 }),
    relax: (alphas) => softmaxRows(alphas, layout),
  });
  const weights = weightStep(net, nodes, data, { momentum: 0.9, weightDecay: 3e-4, gradClip: 5 });
  const shifted = methodByName("ms-darts").perturb!(methodSettings({ samples, iterations }), {
    alphas: nodes.alphas,
    layout,
    cells: config.layers,
    loss: (mixing) => score(net, "eval", mixing, nodes, data).loss,
    key: nodes.noiseKey,
    numbers: { epsilon: constant(0.25, [1]) },
  });
  const pick = <K extends string>(step: Record<K, Node>, ...names: K[]): Record<string, Node> =>
    Object.fromEntries(names.map((name) => [name, step[name]]));
  return {
    forward: { loss: score(net, "train", nodes.mixing, nodes, data).loss },
    weight_step: pick(weights, "weights", "velocity", "statistics", "loss"),
    architecture_step: pick(architecture, "alphas", "alphaMean", "alphaVariance", "statistics", "loss"),
    mean_shift: { mixing: shifted },
  };
}

/** A training step of the network of a genotype, on a batch of float images. */
export function training(
  { genotype, channels, layers, classes, imageChannels, batch, size, auxiliary, dropPath }: TrainingSizes,
): { net: EvaluationNetwork; graph: Record<string, Node> } {
  const net = evaluationNetwork(genotype, {
    ...{ channels, layers, classes, imageChannels },
    auxiliary: auxiliary > 0,
  });
  const nodes = {
    weights: input("weights", [net.layout.parameterFloats]),
    velocity: input("velocity", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    lr: input("lr", [1]),
    ...dropPath > 0 && { dropPath: input("dropPath", [net.dropPaths, batch]) },
  };
  const images = batchInputs({ batch, imageChannels, size });
  const settings = { momentum: 0.9, weightDecay: 3e-4, gradClip: 5, auxiliary, labelSmoothing: 0 };
  const { correct: _, weightGradient: __, ...graph } = trainingStep(net, nodes, images, settings);
  return { net, graph };
}

/** Plausible numbers for every input of a plan over a network of this layout. */
export function feeds(
  plan: Plan,
  layout: Layout,
  classes: number,
): Record<string, Float32Array | Uint32Array> {
  const given: Record<string, Float32Array | Uint32Array> = {
    weights: initialParameters(layout, keyFromSeed(1)),
    statistics: freshStatistics(layout),
    key: new Uint32Array(2),
    lr: Float32Array.of(0.01),
    schedule: Float32Array.of(1e-3, 1),
  };
  return Object.fromEntries(
    Object.entries(plan.inputs).map(([name, { shape }]) => {
      const count = storedFloats(shape);
      const made = name === "labels"
        ? Uint32Array.from({ length: count }, (_, i) => i % classes)
        : name === "mixing"
        ? new Float32Array(count).fill(1 / 8)
        : name === "images"
        ? Float32Array.from({ length: count }, (_, i) => normal([1, 2], i))
        : new Float32Array(count);
      return [name, given[name] ?? made];
    }),
  );
}
