/** The rows of `bench-peers`: what is timed, beside whom, and what is aimed at. */
import type { RowName } from "../settings.ts";
import type { StackSizes, Task, TrainingTask } from "./tasks.ts";

export const peerNames = ["pytorch", "jax-js", "tfjs"] as const;
export type PeerName = (typeof peerNames)[number];

/** Names for people. */
export const peerTitles: Readonly<Record<PeerName, string>> = {
  pytorch: "PyTorch",
  "jax-js": "jax-js",
  tfjs: "TensorFlow.js",
};

export interface Row {
  readonly title: string;
  readonly task: Task;
  /** By peer: how many times as fast as it this project shall be. */
  readonly faster?: Readonly<Partial<Record<PeerName, number>>>;
  /** Another task of this project, and how many times as long the row's may take. */
  readonly beside?: { readonly title: string; readonly task: Task; readonly atMost: number };
  /** Most milliseconds. */
  readonly within?: number;
  /** Most bytes of device memory. */
  readonly memory?: number;
  /** Bytes of free memory without which PyTorch is not started. */
  readonly peerMemory?: number;
}

/** The supernets, by space and channels of the first cell. */
const s5 = {
  4: { space: "s5", channels: 4, layers: 4, batch: 16, size: 28 },
  8: { space: "s5", channels: 8, layers: 5, batch: 32, size: 28 },
  16: { space: "s5", channels: 16, layers: 8, batch: 64, size: 32 },
} as const satisfies Record<number, StackSizes>;
const nasbench201 = {
  4: { space: "nasbench201", channels: 4, layers: 15, batch: 64, size: 16 },
  16: { space: "nasbench201", channels: 16, layers: 15, batch: 64, size: 32 },
} as const satisfies Record<number, StackSizes>;
const nasbench1shot1 = {
  16: { space: "nasbench1shot1-3", channels: 16, layers: 9, batch: 64, size: 32 },
} as const satisfies Record<number, StackSizes>;

const words = ({ channels, layers, batch, size }: Omit<StackSizes, "space">): string =>
  `C ${channels}, ${layers} cells, batch ${batch}, ${size}×${size}`;

const weight = (supernet: StackSizes, pytorch: number, more: Partial<Row> = {}): Row => ({
  title: `weight step of ${supernet.space}, ${words(supernet)}`,
  task: { kind: "weight", ...supernet },
  faster: { pytorch },
  ...more,
});

const forward = (supernet: StackSizes, pytorch: number): Row => ({
  title: `forward pass of ${supernet.space}, ${words(supernet)}`,
  task: { kind: "forward", ...supernet },
  faster: { pytorch },
});

const iteration = (supernet: StackSizes): Row => ({
  title: `MS-DARTS iteration of ${supernet.space}, ${words(supernet)}`,
  task: { kind: "ms-darts", ...supernet },
  beside: { title: "DARTS here", task: { kind: "darts", ...supernet }, atMost: 1.45 },
});

const evaluation = (network: string, task: Omit<TrainingTask, "kind">, pytorch: number): Row => ({
  title: `training step of ${network}, ${words(task)}`,
  task: { kind: "evaluation", ...task },
  faster: { pytorch },
});

const block = { channels: 16, batch: 64, size: 32 };

export const rows: Readonly<Record<RowName, Row>> = {
  "weight-4": weight(s5[4], 3),
  "weight-8": weight(s5[8], 3),
  "weight-16": weight(s5[16], 2.5, { memory: 4e9, peerMemory: 10e9 }),
  "forward-4": forward(s5[4], 3),
  "forward-8": forward(s5[8], 3),
  "forward-16": forward(s5[16], 2.5),
  "iteration-4": iteration(s5[4]),
  "iteration-8": iteration(s5[8]),
  "iteration-16": iteration(s5[16]),
  "nasbench201-weight-4": weight(nasbench201[4], 1.5),
  "nasbench201-weight-16": weight(nasbench201[16], 0.7, { memory: 0.88e9, peerMemory: 3e9 }),
  "nasbench201-forward-4": forward(nasbench201[4], 1.5),
  "nasbench201-forward-16": forward(nasbench201[16], 0.7),
  "nasbench201-iteration-4": iteration(nasbench201[4]),
  "nasbench201-iteration-16": iteration(nasbench201[16]),
  "nasbench1shot1-weight-16": weight(nasbench1shot1[16], 0.7, { peerMemory: 3e9 }),
  "nasbench1shot1-forward-16": forward(nasbench1shot1[16], 0.7),
  evaluation: evaluation("DARTS_V2", {
    ...{ space: "s5", channels: 16, layers: 8, batch: 64, size: 32 },
    ...{ genotype: "DARTS_V2", auxiliary: 0.4, dropPath: 0.2 },
  }, 1),
  // A cell with all operations, each of which reaches the output; the size is the benchmark's, but for the batch.
  "nasbench201-evaluation": evaluation("a cell of nasbench201", {
    ...{ space: "nasbench201", channels: 16, layers: 15, batch: 64, size: 32 },
    genotype: "|nor_conv_3x3~0|+|nor_conv_1x1~0|avg_pool_3x3~1|+|skip_connect~0|none~1|nor_conv_3x3~2|",
    ...{ auxiliary: 0, dropPath: 0 },
  }, 0.7),
  block: {
    title: "block of 64×16×32×32, forward",
    task: { kind: "block", ...block },
    faster: { pytorch: 1.2, "jax-js": 8, tfjs: 8 },
  },
  "block-gradient": {
    title: "block of 64×16×32×32, with gradients",
    task: { kind: "block-gradient", ...block },
    faster: { pytorch: 1.2, "jax-js": 8, tfjs: 8 },
  },
  "cold-tiny": {
    title: "cold start to the first step, tiny",
    task: { kind: "cold", preset: "tiny" },
    within: 20_000,
  },
  "cold-paper": {
    title: "cold start to the first step, the paper's size",
    task: { kind: "cold", preset: "cifar10" },
    within: 60_000,
  },
};
