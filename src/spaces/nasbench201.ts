/**
 * NAS-Bench-201: a cell of four nodes in which every node takes an operation from each node before it, in a network
 * of three stacks of equal cells. All 15,625 cells were trained. Source: Dong and Yang, ICLR 2020.
 */
import type { OperationName } from "../nn/operation_names.ts";
import { papers } from "../papers.ts";
import type { AlphaMatrix, SpaceData } from "./space_data.ts";

/** A space of cells with four nodes and an operation on each of six edges (Dong & Yang 2020). */
export interface NasBench201Space extends SpaceData {
  /** Tells the kinds of space apart. */
  readonly kind: "nasbench201";
  /** Of every edge, in the order of the columns of the architecture parameters. */
  readonly operations: readonly OperationName[];
}

/** In the benchmark's order. */
export const nasbench201Operations = [
  "none",
  "skip_connect",
  "nor_conv_1x1",
  "nor_conv_3x3",
  "avg_pool_3x3",
] as const satisfies readonly OperationName[];

/** Nodes that take input, numbered from 1; node 0 is the cell's input and the last its output. */
export const nasbench201Nodes = [1, 2, 3] as const;

/** The six edges in the order of the rows of the architecture parameters. */
export const nasbench201Edges = nasbench201Nodes.flatMap((to) =>
  Array.from({ length: to }, (_, from) => ({ from, to }))
);

/** The tensor of the edges' weights in files, where a method gives edges weights. */
export const nasbench201EdgeTensor = "betas";

const matrixOf = (choices: readonly OperationName[]): AlphaMatrix => ({
  name: "cell",
  title: "Cell",
  rows: nasbench201Edges.map(({ from, to }) => ({ name: `${from} → ${to}`, choices })),
});

/** The settings are the benchmark's own, but that it trains cells with Nesterov's momentum as well. */
export const nasbench201: NasBench201Space = {
  kind: "nasbench201",
  name: "nasbench201",
  summary: "NAS-Bench-201: 15,625 cells, all of them trained and in a table",
  source: papers.nasbench201,
  layers: 15,
  matrices: [matrixOf(nasbench201Operations)],
  operations: nasbench201Operations,
  published: {
    epochs: 50,
    batch: 64,
    channels: 16,
    layers: 15,
    nesterov: true,
    weightDecay: 5e-4,
    evalEpochs: 200,
    evalBatch: 256,
    evalChannels: 16,
    evalLayers: 15,
    evalLr: 0.1,
    evalWeightDecay: 5e-4,
    evalGradClip: 0,
    evalCutout: 0,
    auxiliary: 0,
    dropPath: 0,
  },
};

const others = nasbench201Operations.filter((operation) => operation !== "none");

/** NAS-Bench-201 without `none`: the smaller space that some methods search (GAEA, Li et al. 2021). */
export const nasbench201x4: NasBench201Space = {
  ...nasbench201,
  name: "nasbench201-4",
  summary: "NAS-Bench-201 without none: 4,096 of its cells",
  matrices: [matrixOf(others)],
  operations: others,
};
