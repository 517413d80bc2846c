/**
 * The steps of a search as graphs: architecture step, mean shift, weight step and evaluation of one supernet.
 * Pure functions from nodes to nodes; a method strings them together, a stage runs them on a device.
 */
import { gradient } from "../gradient/gradient.ts";
import type { Node } from "../graph/node.ts";
import { add, countCorrect, crossEntropy, mul, pack, slice, stopGradient, where } from "../graph/ops/mod.ts";
import type { Supernet } from "../network/supernet.ts";
import type { Mode } from "../nn/scope.ts";
import { updateStatistics } from "../nn/statistics.ts";
import { clipFactor, sgd, type SgdSettings } from "../optim/sgd.ts";
import { mixingOfCells } from "./alignment.ts";
import type { Along, AlphaOptimiser, AlphaVectors } from "./alpha_optimiser.ts";

/** A batch in a graph: a feature map [C, N, H, W] and labels u32 [N]. */
export interface BatchNodes {
  /** [C, N, H, W], normalised. */
  readonly images: Node;
  /** u32 [N], from 0. */
  readonly labels: Node;
}

/** What every step reads of the state. */
export interface NetworkNodes {
  /** Flat parameters [P]. */
  readonly weights: Node;
  /** Flat running BatchNorm statistics [S]. */
  readonly statistics: Node;
  /** Key of the noise operation, u32 [2], where the space has one. */
  readonly noiseKey?: Node | undefined;
  /** Drop-path scales [net.dropPaths, N] of a pass in training mode; nothing is dropped when it is left out. */
  readonly dropPath?: Node | undefined;
  /** Numbers [1] that the method sets each epoch. */
  readonly numbers?: Readonly<Record<string, Node>> | undefined;
}

/** From raw alphas [floats] to the mixing vector [floats] they stand for (MS-DARTS eq. 2: the softmax of each row). */
export type Relax = (alphas: Node) => Node;

/** Loss [1], number of correct images [1] and BatchNorm moments of a batch at a mixing vector. */
export interface ScoredNodes {
  /** Mean cross-entropy, [1]. */
  readonly loss: Node;
  /** How many of the N images have their label's logit as the largest, [1]. */
  readonly correct: Node;
  /** Dense [classes, N]. */
  readonly logits: Node;
  /** Batch mean and biased variance [2, C] of each BatchNorm; empty in mode `eval`. */
  readonly moments: readonly Node[];
}

/** The supernet's loss on a batch at a mixing vector [floats]. */
export function score(
  net: Supernet,
  mode: Mode,
  mixing: Node,
  nodes: NetworkNodes,
  batch: BatchNodes,
): ScoredNodes {
  const { logits, moments } = net.build({
    images: batch.images,
    parameters: nodes.weights,
    statistics: nodes.statistics,
    noiseKey: nodes.noiseKey,
    dropPath: mode === "train" ? nodes.dropPath : undefined,
    numbers: nodes.numbers,
    mode,
    mixing,
  });
  return {
    logits,
    moments,
    loss: crossEntropy(logits, batch.labels),
    correct: countCorrect(logits, batch.labels),
  };
}

/** How an architecture step moves the alphas. */
export interface ArchitectureSettings {
  /** Moves the alphas along a gradient, as `adam` does. */
  readonly move: (nodes: Parameters<AlphaOptimiser["move"]>[0]) => AlphaVectors;
  /** Whose gradient; that of the raw alphas when left out. */
  readonly along?: Along | undefined;
  /** What the alphas stand for in the pass. */
  readonly relax: Relax;
  /** The way uphill of the raw alphas, [floats], from losses [1] at mixing vectors; the gradient where left out. */
  readonly slope?: ((loss: (mixing: Node) => Node) => Node) | undefined;
  /** What is added to the loss of the raw alphas, [1]. */
  readonly penalty?: ((alphas: Node) => Node) | undefined;
  /** Largest Euclidean norm of the alphas' gradient, the penalty's included; 0 or left out clips nothing. */
  readonly clip?: number | undefined;
  /** One for alphas that move, zero for those that are decided, [floats]; all move when it is left out. */
  readonly free?: Node | undefined;
}

/** What an architecture step makes of the raw alphas, [floats] each. */
export interface AlphaUpdate {
  /** The raw alphas after the step. */
  readonly alphas: Node;
  /** What the optimiser keeps beside them: Adam's first moment. */
  readonly alphaMean: Node;
  /** Adam's second moment. */
  readonly alphaVariance: Node;
  /** The gradient that they were moved along, the penalty's included, before it is clipped. */
  readonly alphaGradient: Node;
}

/** What a step makes of the flat parameters, [P] each. */
export interface WeightUpdate {
  /** The parameters after the step. */
  readonly weights: Node;
  /** SGD's momentum after the step. */
  readonly velocity: Node;
  /** The weights' gradient before it is clipped. */
  readonly weightGradient: Node;
}

/** What the alphas' optimiser reads: the alphas, what it keeps beside them and its schedule. */
export type AlphaNodes = Readonly<Record<"alphas" | "alphaMean" | "alphaVariance" | "schedule", Node>>;

/** What a loss is differentiated by, so that the alphas move along it. */
export const followed = ({ along }: Pick<ArchitectureSettings, "along">, alphas: Node, mixing: Node): Node =>
  along === "mixing" ? mixing : alphas;

/** The alphas moved along the gradient of a loss [floats], to which the penalty's is added. */
export function alphaUpdate(
  slope: Node,
  { alphas, alphaMean: mean, alphaVariance: variance, schedule }: AlphaNodes,
  { move, penalty, clip = 0, free }: Omit<ArchitectureSettings, "relax" | "slope">,
): AlphaUpdate {
  const total = penalty ? add(slope, gradient(penalty(alphas), [alphas])[0]!) : slope;
  const clipped = clip > 0 ? mul(total, clipFactor(total, clip)) : total;
  const moved = move({ x: alphas, mean, variance, schedule, gradient: clipped });
  return {
    alphas: free ? where(free, moved.x, alphas) : moved.x,
    alphaMean: moved.mean,
    alphaVariance: moved.variance,
    alphaGradient: total,
  };
}

/** The architecture step, first order (DARTS section 2.3 with ξ = 0): moves the raw alphas, search batch. */
export function architectureStep(
  net: Supernet,
  nodes: NetworkNodes & AlphaNodes,
  batch: BatchNodes,
  settings: ArchitectureSettings,
): ScoredNodes & AlphaUpdate & Record<"statistics", Node> {
  const mixing = settings.relax(nodes.alphas);
  const scored = score(net, "train", mixing, nodes, batch);
  const slope = settings.slope?.((at) => score(net, "train", at, nodes, batch).loss) ??
    gradient(scored.loss, [followed(settings, nodes.alphas, mixing)])[0]!;
  return {
    ...scored,
    ...alphaUpdate(slope, nodes, settings),
    statistics: updateStatistics(nodes.statistics, scored.moments, net.layout),
  };
}

/** The loss that a weight step trains the weights by. */
export interface TrainedLoss {
  /** Mean cross-entropy [1] of the training batch, BatchNorm in training mode. */
  readonly loss: Node;
  /** The mixing vectors that it is computed at, one for each cell [cells, floats]: it can be differentiated by them. */
  readonly mixing: Node;
}

/** How a weight step moves the weights. */
export interface WeightSettings extends SgdSettings {
  /** What is added to the loss before the step's gradient is taken, [1]. */
  readonly penalty?: ((trained: TrainedLoss) => Node) | undefined;
}

/**
 * The weight step: SGD on the flat parameters at a fixed mixing vector, training batch. The gradient is that of the
 * loss and the penalty together; what is scored is the loss alone.
 */
export function weightStep(
  net: Supernet,
  nodes: NetworkNodes & Readonly<Record<"velocity" | "mixing" | "lr", Node>>,
  batch: BatchNodes,
  { penalty, ...settings }: WeightSettings,
): ScoredNodes & WeightUpdate & Record<"statistics", Node> {
  // The mixing vector may itself come from a step over these weights: first order does not look back through it.
  const given = stopGradient(nodes.mixing);
  const mixing = penalty ? mixingOfCells(net, given) : given;
  const scored = score(net, "train", mixing, nodes, batch);
  const { loss } = scored;
  const whole = penalty ? add(loss, penalty({ loss, mixing })) : loss;
  const slope = flatGradient(whole, nodes.weights, net.layout);
  return {
    ...scored,
    ...sgd({ ...nodes, gradient: slope }, settings),
    weightGradient: slope,
    statistics: updateStatistics(nodes.statistics, scored.moments, net.layout),
  };
}

/** One step for weights and alphas along the gradients of one loss, one pass over a training batch. */
export function jointStep(
  net: Supernet,
  nodes: NetworkNodes & AlphaNodes & Readonly<Record<"velocity" | "lr", Node>>,
  batch: BatchNodes,
  settings: { readonly weights: SgdSettings; readonly alphas: ArchitectureSettings },
): ScoredNodes & WeightUpdate & AlphaUpdate & Record<"statistics", Node> {
  const mixing = settings.alphas.relax(nodes.alphas);
  const scored = score(net, "train", mixing, nodes, batch);
  const [slope, alphaSlope] = flatGradients(scored.loss, nodes.weights, net.layout, [
    followed(settings.alphas, nodes.alphas, mixing),
  ]);
  return {
    ...scored,
    ...sgd({ ...nodes, gradient: slope! }, settings.weights),
    weightGradient: slope!,
    ...alphaUpdate(alphaSlope!, nodes, settings.alphas),
    statistics: updateStatistics(nodes.statistics, scored.moments, net.layout),
  };
}

/** The gradient with respect to a flat parameter vector, as one vector. */
export const flatGradient = (loss: Node, weights: Node, layout: Supernet["layout"]): Node =>
  flatGradients(loss, weights, layout, [])[0]!;

/** The gradients with respect to a flat parameter vector and, after it, to others. */
function flatGradients(
  loss: Node,
  weights: Node,
  { parameters, parameterFloats }: Supernet["layout"],
  others: readonly Node[],
): Node[] {
  const views = parameters.map(({ offset, graphShape }) => slice(weights, offset, graphShape));
  const slopes = gradient(loss, [...views, ...others]);
  const flat = pack(slopes.slice(0, views.length), parameters.map(({ offset }) => offset), [parameterFloats]);
  return [flat, ...slopes.slice(views.length)];
}
