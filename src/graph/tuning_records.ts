/** The tuning records by name, and which of them an adapter gets. */
import { software, type Tuning } from "./tuning.ts";

/** The software driver on vectors of 512 bits: 16 floats at once. */
const wideSoftware: Tuning = {
  ...software,
  name: "software-512",
  lanes: 16,
  // A thread has a plane: at 8 blocks, 32 rows are 4 KiB, and 16 of them would share one set of the first cache.
  depthwise: { ...software.depthwise, wholeStrip: 7 },
};

/** A GPU: many threads with few registers each, and workgroups enough to fill it. No number of it is measured yet. */
const gpu: Tuning = {
  ...software,
  name: "gpu",
  colours: { least: 3, most: 3 },
  workgroups: 1024,
  channel: { ...software.channel, workgroups: 64, threads: 128, fewThreads: 64 },
  // A wait for memory takes as long as a hundred operations.
  program: { ...software.program, together: 4 },
  // The rates of integrated GPUs. Windows stops what takes 2 s; a submit costs 0.2 ms.
  submit: { dispatches: 512, seconds: 0.1, flopPerSecond: 300e9, bytesPerSecond: 45e9 },
  // 57 (3×3) to 81 (5×5) floats a thread. Rows of a band overlap by a filter's: 8 are read 1.25 or 1.5 times.
  depthwise: {
    ...software.depthwise,
    ...{ wholeStrip: 0, strip: 1, threads: 2 ** 18, rows: 8, weightRows: 8, reduce: true },
  },
  fewestWorkgroups: 64,
  // What a thread of these holds at once stays below 112 floats: where registers are few, more of them go to memory.
  pointwise: {
    ...software.pointwise,
    ...{ held: 0, outputs: 16, sums: 64, blocks: 1 },
    ...{ chunk: 1024, least: 256 },
  },
  pointwiseWeightTiles: { side: 8, sums: 4, workgroups: 256, blocks: 32 },
  rows: { ...software.rows, pooledBlocks: 1 },
  convolution: { ...software.convolution, sums: 64, pairedSums: 64, rows: 1, staged: 2048 },
  convolutionWeight: {
    ...software.convolutionWeight,
    threads: 64,
    sums: 36,
    blocks: 1,
    enough: Infinity,
    rows: 8,
    items: 1,
  },
};

/** All records by their names, which `--tuning` takes. */
export const records = { "software": software, "software-512": wideSoftware, "gpu": gpu } as const;
/** The name of a record. */
export type TuningName = keyof typeof records;
export const tuningNames = Object.keys(records) as TuningName[];

/** The record for an adapter; llvmpipe's description ends in the bits of its vectors. */
export function tuningFor({ adapter, software: onCpu }: { adapter: string; software: boolean }): Tuning {
  if (!onCpu) return gpu;
  return /\b512 bits\b/.test(adapter) ? wideSoftware : software;
}
