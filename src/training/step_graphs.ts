/** Training and testing of an evaluation network, as graphs. */
import type { Node } from "../graph/node.ts";
import { add, countCorrect, crossEntropy, scale } from "../graph/ops/mod.ts";
import type { EvaluationNetwork } from "../network/evaluation.ts";
import { updateStatistics } from "../nn/statistics.ts";
import { sgd, type SgdSettings } from "../optim/sgd.ts";
import {
  type BatchNodes,
  flatGradient,
  type NetworkNodes,
  type WeightUpdate,
} from "../search/step_graphs.ts";

/** Numbers of a training step that stay the same over a run. */
export interface TrainingSettings extends SgdSettings {
  /** Weight of the auxiliary head's loss. */
  readonly auxiliary: number;
  /** Share of the target that is spread over all classes; 0 for none. */
  readonly labelSmoothing: number;
}

/** One SGD step; the loss that is reported leaves the auxiliary head out. */
export function trainingStep(
  net: EvaluationNetwork,
  nodes: NetworkNodes & { readonly velocity: Node; readonly lr: Node; readonly dropPath?: Node | undefined },
  batch: BatchNodes,
  settings: TrainingSettings,
): WeightUpdate & Record<"statistics" | "loss" | "correct", Node> {
  const { logits, auxiliaryLogits, moments } = net.build({
    images: batch.images,
    parameters: nodes.weights,
    noiseKey: nodes.noiseKey,
    dropPath: nodes.dropPath,
    mode: "train",
  });
  const loss = crossEntropy(logits, batch.labels, settings.labelSmoothing);
  const head = auxiliaryLogits && crossEntropy(auxiliaryLogits, batch.labels, settings.labelSmoothing);
  const total = head && settings.auxiliary > 0 ? add(loss, scale(head, settings.auxiliary)) : loss;
  const gradient = flatGradient(total, nodes.weights, net.layout);
  return {
    ...sgd({ ...nodes, gradient }, settings),
    weightGradient: gradient,
    statistics: updateStatistics(nodes.statistics, moments, net.layout),
    loss,
    correct: countCorrect(logits, batch.labels),
  };
}
