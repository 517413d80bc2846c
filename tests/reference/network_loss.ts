/**
 * The loss of a supernet as a plain function of numbers: the only part of a search step that the oracle takes from the
 * engine's graphs, in float64. Networks, losses and their gradients have tests of their own (`tests/golden`).
 */
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node, Shape } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import type { Key } from "../../src/random.ts";
import { flatGradient, score } from "../../src/search/step_graphs.ts";
import type { SearchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch } from "../../pipelines/stages/stage.ts";
import { interpret } from "./interpreter.ts";

/** Where a loss is taken. */
export interface At {
  readonly weights: Float64Array;
  /** Read in evaluation mode. */
  readonly statistics: Float64Array;
  readonly mixing: Float64Array;
  readonly batch: HostBatch;
  readonly noiseKey: Key;
  readonly numbers: Readonly<Record<string, number>>;
  /** Drop-path scales; nothing is dropped when they are left out. */
  readonly dropPath?: ArrayLike<number> | undefined;
}

export interface NetworkLoss {
  loss(mode: "train" | "eval", at: At): number;
  correct(at: At): number;
  /** In training mode, along the weights or the mixing vector. */
  slope(of: "weights" | "mixing", at: At): Float64Array;
  /** The running statistics after a pass in training mode, by PyTorch's rule. */
  statistics(at: At): Float64Array;
}

export function networkLoss({ net, layout, data, config }: SearchProblem, cells?: number): NetworkLoss {
  const { parameterFloats, statisticsFloats, batchNorms } = net.layout;
  const { channels, height, width, normalisation } = data;
  const { batch } = config;
  const shape: Shape = cells === undefined ? [layout.floats] : [cells, layout.floats];
  const numbers = numbersOf(net.variant);
  const graphOf = (mode: "train" | "eval") => {
    const nodes = {
      weights: input("weights", [parameterFloats]),
      statistics: input("statistics", [statisticsFloats]),
      noiseKey: input("noiseKey", [2], "u32"),
      numbers: Object.fromEntries(numbers.map((name) => [name, input(name, [1])])),
      dropPath: config.searchDropPath > 0 ? input("dropPath", [net.dropPaths, batch]) : undefined,
    };
    const mixing = input("mixing", shape);
    const images = input("images", [channels, batch, height, width]);
    return {
      ...nodes,
      mixing,
      ...score(net, mode, mixing, nodes, { images, labels: input("labels", [batch], "u32") }),
    };
  };
  const graphs = { train: graphOf("train"), eval: graphOf("eval") };
  const { loss, weights, mixing, moments, correct } = graphs.train;
  const slopes = {
    weights: flatGradient(loss, weights, net.layout),
    mixing: gradient(loss, [mixing])[0]!,
  };

  /** The images of a batch that are left as they are, normalised. */
  const imagesOf = ({ pixels, plan }: HostBatch): Float64Array => {
    if (plan.some((field) => field !== 0)) throw new Error("The oracle takes images as they are");
    const bytes = new Uint8Array(pixels.buffer);
    const [plane, image] = [height * width, channels * height * width];
    return Float64Array.from({ length: batch * image }, (_, i) => {
      const [c, n, place] = [Math.floor(i / (batch * plane)), Math.floor(i / plane) % batch, i % plane];
      return (bytes[n * image + c * plane + place]! / 255 - normalisation.mean[c]!) / normalisation.std[c]!;
    });
  };
  const values = (outputs: readonly Node[], at: At): Float64Array[] =>
    interpret(outputs, {
      weights: at.weights,
      statistics: at.statistics,
      mixing: at.mixing,
      noiseKey: at.noiseKey,
      images: imagesOf(at.batch),
      labels: at.batch.labels,
      ...at.dropPath && { dropPath: at.dropPath },
      ...Object.fromEntries(numbers.map((name) => [name, [at.numbers[name]!]])),
    });
  return {
    loss: (mode, at) => values([graphs[mode].loss], at)[0]![0]!,
    correct: (at) => values([correct], at)[0]![0]!,
    slope: (of, at) => values([slopes[of]], at)[0]!,
    statistics(at) {
      const next = Float64Array.from(at.statistics);
      values(moments, at).forEach((moment, i) => {
        const { offset, channels, momentum } = batchNorms[i]!;
        const [, ...map] = moments[i]!.inputs[0]!.shape;
        const count = map.reduce((product, side) => product * side, 1);
        for (let c = 0; c < channels; c++) {
          const [mean, variance] = [offset + c, offset + channels + c];
          next[mean] = (1 - momentum) * next[mean]! + momentum * moment[c]!;
          next[variance] = (1 - momentum) * next[variance]! +
            momentum * moment[channels + c]! * (count / (count - 1));
        }
      });
      return next;
    },
  };
}

/**
 * The gradients of a problem's loss by the mixing vectors of its cells, by type of cell: each as if the cell had one of
 * its own, equal to `mixing` where that is one for all.
 */
export function gradientsOfCells(
  problem: SearchProblem,
): (at: At) => Readonly<Record<string, readonly (readonly number[])[]>> {
  const { net: { cellTypes, size: { layers } }, layout: { floats } } = problem;
  const network = networkLoss(problem, layers);
  return (at) => {
    const mixing = Float64Array.from(
      { length: layers * floats },
      (_, i) => at.mixing[i % at.mixing.length]!,
    );
    const slopes = network.slope("mixing", { ...at, mixing });
    const rowOf = (cell: number) => [...slopes.subarray(cell * floats, (cell + 1) * floats)];
    return Object.fromEntries(Object.entries(cellTypes).map(([type, cells]) => [type, cells.map(rowOf)]));
  };
}

/** The numbers that a variant of the network reads. */
const numbersOf = ({ auxiliarySkip, skipDropout }: SearchProblem["net"]["variant"]): string[] => [
  ...auxiliarySkip ? ["auxiliary_skip_weight"] : [],
  ...skipDropout ? ["skip_dropout"] : [],
];
