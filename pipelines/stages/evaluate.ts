/** Loss and accuracy of a network over a whole split, BatchNorm in evaluation mode. */
import { gather, sequentialBatches } from "../../src/data/batches.ts";
import { identityPlan } from "../../src/data/augmentation.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { countCorrect, crossEntropy, input } from "../../src/graph/ops/mod.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import { Measures, type Scored } from "./measures.ts";
import { batchFeeds, batchNodes, type HostBatch, summed } from "./stage.ts";

/** Builds a network's logits [classes, N] for evaluation. */
export type Logits = (
  nodes: {
    readonly images: Node;
    readonly weights: Node;
    readonly statistics: Node;
    readonly noiseKey: Node;
  },
) => Node;

export function evaluateGraph(
  data: Dataset,
  layout: Layout,
  batch: number,
  logits: Logits,
): Record<string, Node> {
  const { images, labels } = batchNodes(data, batch, "test");
  const out = logits({
    images,
    weights: input("weights", [layout.parameterFloats]),
    statistics: input("statistics", [layout.statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
  });
  return summed({ loss: crossEntropy(out, labels), correct: countCorrect(out, labels) }, batch);
}

/** A label no class has: images that only fill up the last batch count as neither right nor wrong. */
const noLabel = 0xffffffff;

/** The images at `indices` as they are. */
export const plainBatch = (images: Images, indices: Uint32Array): HostBatch => ({
  ...gather(images, indices),
  plan: new Uint32Array(identityPlan(indices.length).buffer),
});

/** Batches of one size over all images, in order, the last one filled up. */
export function* evaluationBatches(images: Images, batch: number): Generator<HostBatch> {
  for (const indices of sequentialBatches(images.count, batch)) {
    const full = Uint32Array.from({ length: batch }, (_, i) => indices[i] ?? 0);
    const host = plainBatch(images, full);
    host.labels.fill(noLabel, indices.length);
    yield host;
  }
}

/** What is evaluated, for errors. */
export interface Evaluated {
  /** "the supernet" when left out. */
  readonly net?: string;
  /** What to do about a loss that is not finite; without a full stop. */
  readonly advice: string;
}

/**
 * Runs the batches over a state's network and adds up. Throws a divergence error for a loss that is not finite.
 *
 * @param state what every batch is fed with besides its images; a function of the batch's number where they differ
 */
export const evaluate = (
  runner: Runner,
  program: Program,
  state: object | ((batch: number) => object),
  images: Images,
  batch: number,
  signal: AbortSignal,
  evaluated: Evaluated,
): Promise<Scored> =>
  evaluateOn(runner, program, state, evaluationBatches(images, batch), {
    batch,
    images: images.count,
    on: images.name,
    signal,
    evaluated,
  });

/** The same over any batches, which have `images` images all together. */
export async function evaluateOn(
  runner: Runner,
  program: Program,
  state: object | ((batch: number) => object),
  batches: Iterable<HostBatch>,
  { batch, images, on, signal, evaluated: { net = "the supernet", advice } }: {
    readonly batch: number;
    readonly images: number;
    /** Name of the images, for errors. */
    readonly on: string;
    readonly signal: AbortSignal;
    readonly evaluated: Evaluated;
  },
): Promise<Scored> {
  const measures = new Measures(runner, {
    stage: "evaluation",
    of: `${net} on ${on}`,
    advice,
    batch,
  });
  let number = 0;
  for (const host of batches) {
    signal.throwIfAborted();
    await measures.add(
      program.run<"loss" | "correct">({
        ...(typeof state === "function" ? state(number++) : state),
        noiseKey: new Uint32Array(2),
        ...batchFeeds("test", host),
      }),
    );
  }
  await measures.flush();
  return measures.over(images);
}
