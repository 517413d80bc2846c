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

/** Batches of one size over all images, in order, the last one filled up. */
export function* evaluationBatches(images: Images, batch: number): Generator<HostBatch> {
  for (const indices of sequentialBatches(images.count, batch)) {
    const full = Uint32Array.from({ length: batch }, (_, i) => indices[i] ?? 0);
    const { pixels, labels } = gather(images, full);
    labels.fill(noLabel, indices.length);
    yield { pixels, labels, plan: new Uint32Array(identityPlan(batch).buffer) };
  }
}

/** Runs the batches over a state's network and adds up. Raises a divergence error for a loss that is no number. */
export async function evaluate(
  runner: Runner,
  program: Program,
  state: object,
  images: Images,
  batch: number,
  signal: AbortSignal,
): Promise<Scored> {
  const measures = new Measures(runner, "evaluation", batch);
  for (const host of evaluationBatches(images, batch)) {
    signal.throwIfAborted();
    await measures.add(
      program.run<"loss" | "correct">({
        ...state,
        noiseKey: new Uint32Array(2),
        ...batchFeeds("test", host),
      }),
    );
  }
  await measures.flush();
  return measures.over(images.count);
}
