/** Loss and accuracy of a network over a whole split, BatchNorm in evaluation mode. */
import { gather, sequentialBatches } from "../../src/data/batches.ts";
import { identityPlan } from "../../src/data/augmentation.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { countCorrect, crossEntropy } from "../../src/graph/ops/mod.ts";
import type { Key } from "../../src/random.ts";
import { Measures, type Scored } from "./measures.ts";
import {
  batchInputs,
  batchNodes,
  type HostBatch,
  type Inputs,
  type Metrics,
  type NodesOf,
  type Stage,
  stage,
  summed,
} from "./stage.ts";

/** What an evaluation is given besides what its network reads. */
export interface EvaluationInput {
  readonly test: HostBatch;
}

/** The stage that scores a batch by the logits [classes, N] of a network. */
export const evaluation = <Given, I extends Inputs<Given>>(
  data: Dataset,
  batch: number,
  { inputs, logits }: {
    readonly inputs: I;
    readonly logits: (images: Node, nodes: NodesOf<I>) => Node;
  },
): Stage<Given & EvaluationInput, Metrics> =>
  stage({
    inputs: { ...inputs, ...batchInputs(data, batch, "test", ({ test }: EvaluationInput) => test) },
    graph: (nodes) => {
      const { images, labels } = batchNodes(data, "test", nodes);
      const out = logits(images, nodes as NodesOf<I>);
      return summed({ loss: crossEntropy(out, labels), correct: countCorrect(out, labels) }, batch);
    },
    result: ({ loss, correct }) => ({ loss, correct }),
  });

/** Evaluations draw no noise of their own: all have the same key. */
export const evaluationKey = (): Key => [0, 0];

/** A label no class has: images that only fill up the last batch count as neither right nor wrong. */
const noLabel = 0xffffffff;

/** The images at `indices` as they are. */
export const plainBatch = (images: Images, indices: Uint32Array): HostBatch => ({
  ...gather(images, indices),
  plan: new Uint32Array(identityPlan(indices.length).buffer),
});

/**
 * Batches of one size over all images, in order, the last one filled up with the first images: BatchNorm in training
 * mode looks at them too.
 */
export function* evaluationBatches(images: Images, batch: number): Generator<HostBatch> {
  for (const indices of sequentialBatches(images.count, batch)) {
    const full = Uint32Array.from(
      { length: batch },
      (_, i) => indices[i] ?? (i - indices.length) % images.count,
    );
    const host = plainBatch(images, full);
    host.labels.fill(noLabel, indices.length);
    yield host;
  }
}

export interface EvaluationOptions {
  /** Images a batch. */
  readonly batch: number;
  readonly signal: AbortSignal;
  /** What is evaluated, for errors; "the supernet" when left out. */
  readonly net?: string;
  /** What to do about a loss that is not finite; without a full stop. */
  readonly advice: string;
}

/**
 * Scores all images and adds up. Throws a divergence error for a loss that is not finite.
 *
 * @param score of {@link evaluation}
 * @param at what a batch, by its number, is scored with
 */
export const evaluate = <Given>(
  runner: Runner,
  score: (given: Given & EvaluationInput) => Metrics,
  at: (batch: number) => Given,
  images: Images,
  options: EvaluationOptions,
): Promise<Scored> =>
  evaluateOn(runner, score, at, evaluationBatches(images, options.batch), {
    ...options,
    images: images.count,
    on: images.name,
  });

/** The same over any batches, which have `images` images all together. */
export async function evaluateOn<Given>(
  runner: Runner,
  score: (given: Given & EvaluationInput) => Metrics,
  at: (batch: number) => Given,
  batches: Iterable<HostBatch>,
  { batch, images, on, signal, net = "the supernet", advice }: EvaluationOptions & {
    readonly images: number;
    /** Name of the images, for errors. */
    readonly on: string;
  },
): Promise<Scored> {
  const measures = new Measures(runner, { stage: "evaluation", of: `${net} on ${on}`, advice, batch });
  let number = 0;
  for (const test of batches) {
    signal.throwIfAborted();
    await measures.add(score({ ...at(number++), test }));
  }
  await measures.flush();
  return measures.over(images);
}
