/** Fusion: passes over a graph, each of which rewrites a pattern into one operation that a kernel does at once. */
import type { Node } from "../graph/node.ts";
import type { Tuning } from "../graph/tuning.ts";
import { affineIntoLoader } from "./passes/affine_into_loader.ts";
import { maskIntoInputGrad, maskIntoSum } from "./passes/mask_into_writer.ts";
import { averagesIntoSum } from "./passes/averages_into_sum.ts";
import { convolutionsIntoSum } from "./passes/convolutions_into_sum.ts";
import { reluIntoLoader } from "./passes/relu_into_loader.ts";

/** The name of a fusion pass. */
export type PassName =
  | "reluIntoLoader"
  | "maskIntoSum"
  | "maskIntoInputGrad"
  | "affineIntoLoader"
  | "convolutionsIntoSum"
  | "averagesIntoSum";

/** A fusion pass: the outputs of a graph in, those of an equal graph of fewer kernels out. */
export type Pass = (outputs: readonly Node[], tuning: Tuning) => Node[];

/** The fusion passes, in the order they run. */
export const passes: Readonly<Record<PassName, Pass>> = {
  reluIntoLoader,
  maskIntoSum,
  maskIntoInputGrad,
  affineIntoLoader,
  convolutionsIntoSum,
  averagesIntoSum,
};

/** Applies the named passes, all by default. */
export function fuse(
  outputs: readonly Node[],
  tuning: Tuning,
  names = Object.keys(passes) as readonly PassName[],
): Node[] {
  return names.reduce((nodes, name) => passes[name](nodes, tuning), [...outputs]);
}
