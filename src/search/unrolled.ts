/**
 * The architecture step of DARTS, second order (Liu, Simonyan & Yang 2019, section 2.3, eq. 5 to 8): the alphas go
 * down the search loss at weights that one step of SGD has unrolled, W′(α) = W − η·(momentum·m + ∇L_train(W, α) +
 * decay·W), m the momentum buffer.
 */
import { gradient } from "../gradient/gradient.ts";
import type { Node } from "../graph/node.ts";
import { add, constant, div, mul, scale, sqrt, square, stopGradient, sub, sum } from "../graph/ops/mod.ts";
import type { Supernet } from "../network/supernet.ts";
import { updateStatistics } from "../nn/statistics.ts";
import type { SgdSettings } from "../optim/sgd.ts";
import {
  type AlphaNodes,
  type AlphaUpdate,
  alphaUpdate,
  type ArchitectureSettings,
  type BatchNodes,
  flatGradient,
  followed,
  type NetworkNodes,
  score,
  type ScoredNodes,
} from "./step_graphs.ts";

/**
 * How W′'s dependence on the alphas is differentiated: `exact` through the graph of the gradient, `fd` by central
 * differences as the original does, which kinks of ReLU and pooling make wrong.
 */
export const unrollings = ["exact", "fd"] as const;
/** One of {@link unrollings}. */
export type Unrolling = (typeof unrollings)[number];

/** Nodes of an unrolled step. */
export interface UnrolledNodes extends NetworkNodes {
  /** Raw alphas, flat [A]. */
  readonly alphas: Node;
  /** Momentum buffer of SGD [P]. */
  readonly velocity: Node;
  /** η, the weights' learning rate, [1]. */
  readonly lr: Node;
  /** Noise and drop-path of the search batch's pass; those of the training batch's passes when left out. */
  readonly searchChance?: Pick<NetworkNodes, "noiseKey" | "dropPath"> | undefined;
}

/** The batches of a second-order step. */
export interface UnrolledBatches {
  /** Moves the weights one step ahead. */
  readonly train: BatchNodes;
  /** Scores the weights after that step. */
  readonly search: BatchNodes;
}

/** How far, and by which derivative, the alphas look ahead. */
export interface UnrolledSettings
  extends Pick<SgdSettings, "momentum" | "weightDecay">, Pick<ArchitectureSettings, "relax" | "along"> {
  /** Exact, or by finite differences as the original has it. */
  readonly unrolling: Unrolling;
  /** Length of the weights' displacement in `fd`; the original's 0.01 when left out. */
  readonly radius?: number;
}

/**
 * The search batch's loss at W′ (the score's moments are W′'s) and its gradient [A] in what is followed, with the
 * BatchNorm moments of every pass of the training batch through the weights themselves, in the original's order.
 */
export function unrolledGradient(
  net: Supernet,
  nodes: UnrolledNodes,
  { train, search }: UnrolledBatches,
  settings: UnrolledSettings,
): { readonly scored: ScoredNodes; readonly slope: Node; readonly passes: readonly (readonly Node[])[] } {
  const mixing = settings.relax(nodes.alphas);
  const point = followed(settings, nodes.alphas, mixing);
  const training = (weights: Node) => score(net, "train", mixing, { ...nodes, weights }, train);
  const first = training(nodes.weights);
  const step = flatGradient(first.loss, nodes.weights, net.layout);
  const unrolled = unroll(nodes, step, settings);

  const searching = (weights: Node) =>
    score(net, "train", mixing, { ...nodes, ...nodes.searchChance, weights }, search);
  if (settings.unrolling === "exact") {
    const scored = searching(unrolled);
    const [slope] = gradient(scored.loss, [point]) as [Node];
    return { scored, slope, passes: [first.moments] };
  }

  const fixed = stopGradient(unrolled);
  const scored = searching(fixed);
  const [direct] = gradient(scored.loss, [point]) as [Node];
  const direction = flatGradient(scored.loss, fixed, net.layout);
  const reach = div(constant(settings.radius ?? 0.01, [1]), sqrt(sum(square(direction))));
  const offset = stopGradient(mul(direction, reach));
  const sides = [add(nodes.weights, offset), sub(nodes.weights, offset)].map(training);
  const [plus, minus] = sides.map(({ loss }) => gradient(loss, [point])[0]!) as [Node, Node];
  const mixed = div(sub(plus, minus), scale(reach, 2));
  return {
    scored,
    slope: sub(direct, mul(mixed, nodes.lr)),
    passes: [first, ...sides].map(({ moments }) => moments),
  };
}

/** W′ [P], differentiable in its gradient [P]. Nothing is clipped, as in the original. */
function unroll(
  { weights, velocity, lr }: Pick<UnrolledNodes, "weights" | "velocity" | "lr">,
  slope: Node,
  { momentum, weightDecay }: UnrolledSettings,
): Node {
  const change = add(add(scale(velocity, momentum), slope), scale(weights, weightDecay));
  return sub(weights, mul(change, lr));
}

/**
 * The second-order architecture step: moves the raw alphas. The running statistics take in every training pass
 * through the weights themselves; those of W′ are a copy's and are thrown away.
 */
export function unrolledStep(
  net: Supernet,
  nodes: UnrolledNodes & AlphaNodes,
  batches: UnrolledBatches,
  settings: UnrolledSettings & ArchitectureSettings,
): ScoredNodes & AlphaUpdate & Record<"statistics", Node> {
  const { scored, slope, passes } = unrolledGradient(net, nodes, batches, settings);
  return {
    ...scored,
    ...alphaUpdate(slope, nodes, settings),
    statistics: passes.reduce(
      (running, moments) => updateStatistics(running, moments, net.layout),
      nodes.statistics,
    ),
  };
}
