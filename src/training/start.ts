/** What a training begins with: fresh weights, or those of a network that was trained before. */
import { elements } from "../graph/node.ts";
import type { EvaluationNetwork } from "../network/evaluation.ts";
import { initialParameters } from "../nn/initialize.ts";
import type { Layout } from "../nn/parameters.ts";
import { stateDict } from "../nn/state_dict.ts";
import { freshStatistics } from "../nn/statistics.ts";
import type { Key } from "../random.ts";

/** A network to go on from, and what of it is begun anew. */
export interface Start {
  /** The network, its flat parameters [parameterFloats] and running statistics [statisticsFloats]. */
  readonly from: {
    readonly net: Pick<EvaluationNetwork, "layout">;
    readonly parameters: Float32Array;
    readonly statistics: Float32Array;
  };
  /** Whether it tells the same classes apart; where it does not, all classifiers begin anew. */
  readonly sameClasses: boolean;
}

/** Whether an entry of the state dict is of a classifier: that of the network, or of its auxiliary head. */
const ofClassifier = (name: string): boolean => /(^|\.)classifier\.[^.]+$/.test(name);

/** Flat parameters and BatchNorm statistics: fresh ones, over which those of the network to go on from are copied. */
export function startingVectors(
  layout: Layout,
  key: Key,
  start?: Start,
): Readonly<Record<"parameters" | "statistics", Float32Array>> {
  const vectors = { parameters: initialParameters(layout, key), statistics: freshStatistics(layout) };
  if (start === undefined) return vectors;
  const { from, sameClasses } = start;
  const places = new Map(stateDict(from.net.layout).map(({ name, offset }) => [name, offset]));
  for (const { name, shape, vector, offset } of stateDict(layout)) {
    const at = places.get(name);
    const anew = at === undefined || (!sameClasses && ofClassifier(name));
    if (vector === "batches" || anew) continue;
    vectors[vector].set(from[vector].subarray(at, at + elements(shape)), offset);
  }
  return vectors;
}
