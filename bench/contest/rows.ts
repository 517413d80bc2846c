/** The rows of `bench-peers`: what is timed, beside whom, and what is aimed at. */
import type { RowName } from "../settings.ts";
import type { Sizes, Task } from "./tasks.ts";

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

const sizes = {
  4: { channels: 4, layers: 4, batch: 16, size: 28 },
  8: { channels: 8, layers: 5, batch: 32, size: 28 },
  16: { channels: 16, layers: 8, batch: 64, size: 32 },
} as const satisfies Record<number, Sizes>;

const words = ({ channels, layers, batch, size }: Sizes): string =>
  `C ${channels}, ${layers} cells, batch ${batch}, ${size}×${size}`;

const weight = (channels: keyof typeof sizes, pytorch: number, more: Partial<Row> = {}): Row => ({
  title: `weight step, ${words(sizes[channels])}`,
  task: { kind: "weight", ...sizes[channels] },
  faster: { pytorch },
  ...more,
});

const forward = (channels: keyof typeof sizes): Row => ({
  title: `forward pass, ${words(sizes[channels])}`,
  task: { kind: "forward", ...sizes[channels] },
  faster: { pytorch: 1 },
});

const iteration = (channels: keyof typeof sizes): Row => ({
  title: `MS-DARTS iteration, ${words(sizes[channels])}`,
  task: { kind: "ms-darts", ...sizes[channels] },
  beside: { title: "DARTS here", task: { kind: "darts", ...sizes[channels] }, atMost: 1.45 },
});

const block = { channels: 16, batch: 64, size: 32 };
const evaluation = { channels: 16, layers: 8, batch: 64, size: 32 };

export const rows: Readonly<Record<RowName, Row>> = {
  "weight-4": weight(4, 2.5),
  "weight-8": weight(8, 2),
  "weight-16": weight(16, 1.5, { memory: 2.5e9, peerMemory: 10e9 }),
  "forward-4": forward(4),
  "forward-8": forward(8),
  "forward-16": forward(16),
  "iteration-4": iteration(4),
  "iteration-8": iteration(8),
  "iteration-16": iteration(16),
  evaluation: {
    title: `training step of DARTS_V2, ${words(evaluation)}`,
    task: { kind: "evaluation", ...evaluation },
    faster: { pytorch: 1.5 },
  },
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
