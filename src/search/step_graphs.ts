/**
 * The steps of a search as graphs: architecture step, mean shift, weight step and evaluation of one supernet.
 * Pure functions from nodes to nodes; a method strings them together, a stage runs them on a device.
 */
import { gradient } from "../gradient/gradient.ts";
import type { Node } from "../graph/node.ts";
import { countCorrect, crossEntropy, pack, slice, stopGradient } from "../graph/ops/mod.ts";
import type { Supernet } from "../network/supernet.ts";
import type { Mode } from "../nn/scope.ts";
import { updateStatistics } from "../nn/statistics.ts";
import { adam, type AdamSettings } from "../optim/adam.ts";
import { sgd, type SgdSettings } from "../optim/sgd.ts";
import { type AlphaLayout, alphaLayout, matricesOf, softmaxRows } from "./alphas.ts";

/** A batch in a graph: a feature map [C, N, H, W] and labels u32 [N]. */
export interface BatchNodes {
  readonly images: Node;
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
}

/** The layout of a supernet's alphas: one matrix a cell type. */
export function supernetAlphas(net: Supernet): AlphaLayout {
  return alphaLayout({ normal: net.alphaShape, reduce: net.alphaShape });
}

/** Loss [1], number of correct images [1] and BatchNorm moments of a batch at a mixing vector. */
export interface Scored {
  readonly loss: Node;
  readonly correct: Node;
  readonly logits: Node;
  readonly moments: readonly Node[];
}

export function score(
  net: Supernet,
  mode: Mode,
  mixing: Node,
  nodes: NetworkNodes,
  batch: BatchNodes,
): Scored {
  const [normal, reduce] = matricesOf(mixing, supernetAlphas(net)) as [Node, Node];
  const { logits, moments } = net.build({
    images: batch.images,
    parameters: nodes.weights,
    statistics: nodes.statistics,
    noiseKey: nodes.noiseKey,
    dropPath: mode === "train" ? nodes.dropPath : undefined,
    mode,
    mixing: { normal, reduce },
  });
  return {
    logits,
    moments,
    loss: crossEntropy(logits, batch.labels),
    correct: countCorrect(logits, batch.labels),
  };
}

/** The architecture step, first order (DARTS section 2.3 with ξ = 0): Adam on the raw alphas, search batch. */
export function architectureStep(
  net: Supernet,
  nodes: NetworkNodes & Readonly<Record<"alphas" | "mean" | "variance" | "schedule", Node>>,
  batch: BatchNodes,
  settings: AdamSettings,
): Scored & Record<"alphas" | "mean" | "variance" | "statistics", Node> {
  const scored = score(net, "train", softmaxRows(nodes.alphas, supernetAlphas(net)), nodes, batch);
  const [slope] = gradient(scored.loss, [nodes.alphas]) as [Node];
  const { x, mean, variance } = adam({ ...nodes, x: nodes.alphas, gradient: slope }, settings);
  return {
    ...scored,
    alphas: x,
    mean,
    variance,
    statistics: updateStatistics(nodes.statistics, scored.moments, net.layout),
  };
}

/** The weight step: SGD on the flat parameters at a fixed mixing vector, training batch. */
export function weightStep(
  net: Supernet,
  nodes: NetworkNodes & Readonly<Record<"velocity" | "mixing" | "lr", Node>>,
  batch: BatchNodes,
  settings: SgdSettings,
): Scored & Record<"weights" | "velocity" | "statistics", Node> {
  // The mixing vector may itself come from a step over these weights: first order does not look back through it.
  const scored = score(net, "train", stopGradient(nodes.mixing), nodes, batch);
  const slope = flatGradient(scored.loss, nodes.weights, net.layout);
  return {
    ...scored,
    ...sgd({ ...nodes, gradient: slope }, settings),
    statistics: updateStatistics(nodes.statistics, scored.moments, net.layout),
  };
}

/** The gradient with respect to a flat parameter vector, as one vector. */
export function flatGradient(
  loss: Node,
  weights: Node,
  { parameters, parameterFloats }: Supernet["layout"],
): Node {
  const views = parameters.map(({ offset, graphShape }) => slice(weights, offset, graphShape));
  return pack(gradient(loss, views), parameters.map(({ offset }) => offset), [parameterFloats]);
}
