/** The state dict of a network as PyTorch would write it: names, shapes, types, and where each entry is kept. */
import { elements, type Shape } from "../graph/node.ts";
import type { BatchNormSpec, Layout } from "./parameters.ts";

/** One entry of a state dict. */
export interface StateEntry {
  /** PyTorch's: `cells.0.preprocess0.op.1.weight`. */
  readonly name: string;
  /** PyTorch's; empty for a single number. */
  readonly shape: Shape;
  /** Counters are I64, everything else F32. */
  readonly dtype: "F32" | "I64";
  /**
   * The vector the entry lies in; `batches` is the number of training batches a BatchNorm has seen, the same
   * for all of them and kept in no vector.
   */
  readonly vector: "parameters" | "statistics" | "batches";
  /** Floats from the start of that vector, of which the entry takes as many as it has elements. */
  readonly offset: number;
}

/** All entries in PyTorch's order, buffers included. */
export function stateDict(layout: Layout): StateEntry[] {
  return layout.entries.flatMap((entry): StateEntry[] => {
    if (entry.kind === "batchNorm") return buffers(entry.spec);
    const { name, shape, offset } = entry.spec;
    return [{ name, shape, dtype: "F32", vector: "parameters", offset }];
  });
}

function buffers({ name, channels, offset }: BatchNormSpec): StateEntry[] {
  const statistic = (suffix: string, at: number): StateEntry => ({
    name: `${name}.${suffix}`,
    shape: [channels],
    dtype: "F32",
    vector: "statistics",
    offset: at,
  });
  return [
    statistic("running_mean", offset),
    statistic("running_var", offset + channels),
    { name: `${name}.num_batches_tracked`, shape: [], dtype: "I64", vector: "batches", offset: 0 },
  ];
}

/**
 * Number of parameters by the convention of the field: BatchNorm weights and the classifier count, buffers and
 * the auxiliary head do not.
 */
export function countParameters(layout: Layout): number {
  return layout.parameters
    .filter(({ name }) => !name.includes("auxiliary"))
    .reduce((total, { shape }) => total + elements(shape), 0);
}
