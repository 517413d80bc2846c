/** A tuning record whose numbers are all others than those of the software driver, odd ones where these may be odd. */
import type { Tuning } from "../../src/graph/tuning.ts";

export const otherTuning: Tuning = {
  name: "other",
  threads: 32,
  lanes: 4,
  workgroups: 2,
  mostGroups: { elementwise: 9, sgd: 5 },
  stream: { threads: 64, blocks: 3 },
  depthwise: {
    ...{ wholeStrip: 3, strip: 1, threads: 1000, rows: 3, weightRows: 7, reduce: true },
    together: { kernel: 3, dilation: 1 },
  },
  pointwise: { held: 4, heldSpan: 100, outputs: 8, sums: 32, blocks: 2, staged: 256, joined: 2 ** 12 },
  pointwiseWeight: { threads: 16, outputs: 8, inputs: 4, sums: 16, blocks: 2 },
  pointwiseWeightInputs: { outputs: 8, sums: 20, blocks: 3 },
  convolution: { outputs: 8, sums: 64, rows: 3, staged: 256 },
  convolutionWeight: { threads: 16, sums: 80, blocks: 1, rows: 3, items: 1, staged: 700 },
  combine: { blocks: 3, few: 1, fewSpan: 200 },
  channel: { workgroups: 30, fewThreads: 8, threads: 16, manyBlocks: 50, dots: 3 },
  rows: { pool: 2, pooledBlocks: 1, maxPoolScatter: 1, avgPoolGrad: 3, unfold: 3 },
  sum: { longest: 100, part: 50, parts: 5, together: 1000 },
  program: { elements: 100, threads: 8, together: 3 },
  recompute: { rounds: 1, gap: 40, chain: 1, flopPerFloat: 0 },
  colours: { least: 2, most: 4 },
  submit: { dispatches: 7, seconds: 1e-3, flopPerSecond: 1e6, bytesPerSecond: 1e6 },
  bindGroups: 3,
};
