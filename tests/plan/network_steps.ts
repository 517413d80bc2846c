/** What the steps of a small supernet compute, by name. */
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { softmaxRows } from "../../src/network/alphas.ts";
import { supernet } from "../../src/network/supernet.ts";
import { updateStatistics } from "../../src/nn/statistics.ts";
import { flatGradient, score } from "../../src/search/step_graphs.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

/** An architecture step leaves the weights alone; a mean shift's sample is forward only, at running statistics. */
export function networkSteps(space: string) {
  const net = supernet(spaceByName(space), { channels: 3, layers: 3, classes: 5 });
  const layout = net.alphas;
  const [weights, alphas, statistics] = [
    input("weights", [net.layout.parameterFloats]),
    input("alphas", [layout.floats]),
    input("statistics", [net.layout.statisticsFloats]),
  ];
  const nodes = { weights, statistics, noiseKey: input("key", [2], "u32") };
  const batch = { images: input("images", [3, 8, 12, 12]), labels: input("labels", [8], "u32") };
  const scored = (mode: "train" | "eval") => score(net, mode, softmaxRows(alphas, layout), nodes, batch);
  const { loss, moments } = scored("train");
  const both = {
    alphas: gradient(loss, [alphas])[0]!,
    statistics: updateStatistics(statistics, moments, net.layout),
  };
  return {
    weight: { weights: flatGradient(loss, weights, net.layout), ...both },
    architecture: both,
    sample: { loss: scored("eval").loss },
  } satisfies Record<string, Record<string, Node>>;
}
