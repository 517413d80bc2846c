/**
 * NAS-Bench-1Shot1: cells of NAS-Bench-101 as supernets. Choice blocks in a row, each an operation on the sum of the
 * states it takes input from; an output that takes some of the blocks. Its three spaces differ in the number of blocks
 * and of parents. Source: Zela, Siems & Hutter, NAS-Bench-1Shot1, ICLR 2020.
 */
import type { OperationName } from "../nn/operation_names.ts";
import { papers } from "../papers.ts";
import type { AlphaMatrix, SpaceData } from "./space_data.ts";

/** What the public code has, and so the spaces unless told otherwise; see {@link NasBench1Shot1Space}. */
export const ofPublicCode = { batchNormMomentum: 0.997, poolPadding: 1 };

/** A space of NAS-Bench-1Shot1: choice blocks in a row (Zela, Siems & Hutter 2020). */
export interface NasBench1Shot1Space extends SpaceData {
  /** Tells the kinds of space apart. */
  readonly kind: "nasbench1shot1";
  /** Operations of every choice block, in the order of the columns. */
  readonly operations: readonly OperationName[];
  /**
   * How many states each choice block takes input from. Blocks are numbered from 1; state 0 is the cell's input, state i
   * the output of block i. A block that takes all states before it has nothing to choose.
   */
  readonly parents: readonly number[];
  /** How many states the output takes. */
  readonly outputParents: number;
  /** How much of a batch goes into the running statistics, in PyTorch's sense. */
  readonly batchNormMomentum: number;
  /** Padding of the pooling before the second and the third stack. */
  readonly poolPadding: number;
}

const operations = ["maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu"] as const satisfies OperationName[];

/** State 0 and the choice blocks, for people. */
const stateNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? "input" : `block ${i}`));

/** The matrix that a choice block (from 1) takes its inputs by; undefined where it takes all states before it. */
export function inputsMatrix({ parents }: NasBench1Shot1Space, block: number): string | undefined {
  const choosing = (i: number): boolean => parents[i - 1]! < i;
  if (!choosing(block)) return undefined;
  return `inputs_${Array.from({ length: block - 1 }, (_, i) => i + 1).filter(choosing).length}`;
}

/** One of the three spaces from the number of parents of its blocks and of its output. */
function nasbench1shot1(
  number: 1 | 2 | 3,
  parents: readonly number[],
  outputParents: number,
): NasBench1Shot1Space {
  const blocks = parents.map((_, i) => i + 1);
  const space: NasBench1Shot1Space = {
    kind: "nasbench1shot1",
    name: `nasbench1shot1-${number}`,
    summary: `search space ${number} of NAS-Bench-1Shot1: ${blocks.length} choice blocks, parents ${
      parents.join(", ")
    } and ${outputParents}`,
    source: { ...papers.nasbench1shot1, section: "table 1" },
    layers: 9,
    matrices: [],
    published: {
      epochs: 80,
      batch: 96,
      layers: 9,
      warmup: 0,
      // NAS-Bench-101 trains its cells so, but with RMSProp at an epsilon of 1, which is nearly SGD.
      evalEpochs: 108,
      evalBatch: 256,
      evalChannels: 128,
      evalLayers: 9,
      evalLr: 0.2,
      evalWeightDecay: 1e-4,
      evalCutout: 0,
      auxiliary: 0,
      dropPath: 0,
    },
    operations,
    parents,
    outputParents,
    ...ofPublicCode,
  };
  const mixed: AlphaMatrix = {
    name: "mixed_op",
    title: "Operations",
    rows: blocks.map((block) => ({ name: `block ${block}`, choices: operations })),
  };
  const output: AlphaMatrix = {
    name: "output",
    title: "Inputs of the output",
    rows: [{ name: "output", choices: stateNames(blocks.length + 1) }],
  };
  const inputs = blocks.flatMap((block): AlphaMatrix[] => {
    const name = inputsMatrix(space, block);
    if (name === undefined) return [];
    const title = `Inputs of block ${block}`;
    return [{ name, title, rows: [{ name: `block ${block}`, choices: stateNames(block) }] }];
  });
  return { ...space, matrices: [mixed, output, ...inputs] };
}

/** Source: table 1 of the paper. */
export const nasbench1shot1Spaces: readonly NasBench1Shot1Space[] = [
  nasbench1shot1(1, [1, 2, 2, 2], 2),
  nasbench1shot1(2, [1, 1, 2, 2], 3),
  nasbench1shot1(3, [1, 1, 1, 2, 2], 2),
];
