/** Loss and accuracy of a network over a whole split, BatchNorm in evaluation mode. */
import { gather, sequentialBatches } from "../../src/data/batches.ts";
import { identityPlan } from "../../src/data/augmentation.ts";
import type { Dataset, Images } from "../../src/data/dataset.ts";
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { countCorrect, crossEntropy, input } from "../../src/graph/ops/mod.ts";
import type { Layout } from "../../src/nn/parameters.ts";
import type { Scored } from "./measures.ts";
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
export function evaluationBatches(images: Images, batch: number): HostBatch[] {
  return sequentialBatches(images.count, batch).map((indices) => {
    const full = Uint32Array.from({ length: batch }, (_, i) => indices[i] ?? 0);
    const { pixels, labels } = gather(images, full);
    return {
      pixels,
      labels: labels.fill(noLabel, indices.length),
      plan: new Uint32Array(identityPlan(batch).buffer),
    };
  });
}

/** Runs the batches over a state's network (and mixing vector) and adds up. Waits for the device at the end. */
export async function evaluate(
  runner: Runner,
  program: Program,
  state: object,
  images: Images,
  batch: number,
): Promise<Scored> {
  const results = evaluationBatches(images, batch).map((host) =>
    program.run<"loss" | "correct">({ ...state, noiseKey: new Uint32Array(2), ...batchFeeds("test", host) })
  );
  const tensors = results.flatMap(({ loss, correct }) => [loss, correct]);
  const values = await runner.tensors.read(tensors);
  runner.tensors.release(...tensors);
  const total = (parity: number): number =>
    values.reduce((sum, v, i) => (i % 2 === parity ? sum + v[0]! : sum), 0);
  return { loss: total(0) / images.count, accuracy: total(1) / images.count };
}
