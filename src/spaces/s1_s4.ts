/** S1 to S4, spaces in which DARTS fails. Source: Zela et al., Understanding and Robustifying DARTS, ICLR 2020. */
import { type OperationName, type ShortName, shortNames } from "../nn/operation_names.ts";
import { papers } from "../papers.ts";
import { dartsSpace, uniformSpace } from "./darts_cell.ts";

type Pair = readonly [ShortName, ShortName];

// deno-fmt-ignore
const normal: readonly Pair[] = [
  ["sk", "d3"], ["sk", "d5"],                                              // to node 2
  ["sk", "d5"], ["sk", "s3"], ["sk", "d3"],                                // to node 3
  ["mx", "sk"], ["sk", "s3"], ["sk", "s3"], ["sk", "d3"],                  // to node 4
  ["sk", "s3"], ["mx", "sk"], ["sk", "d3"], ["d3", "d5"], ["d3", "d5"],    // to node 5
];

// deno-fmt-ignore
const reduce: readonly Pair[] = [
  ["mx", "av"], ["mx", "d3"],
  ["mx", "av"], ["mx", "av"], ["sk", "d5"],
  ["mx", "av"], ["mx", "s3"], ["sk", "d3"], ["sk", "d5"],
  ["mx", "av"], ["mx", "av"], ["sk", "d5"], ["sk", "d5"], ["sk", "d5"],
];

const spelled = (pairs: readonly Pair[]): OperationName[][] =>
  pairs.map((pair) => pair.map((short) => shortNames[short]));

/**
 * Two operations per edge, the best two of a DARTS search on that edge, so they differ from edge to edge and between
 * the cell types.
 */
export const s1 = dartsSpace(
  "s1",
  "two operations per edge, different on every edge and in both cell types",
  { normal: spelled(normal), reduce: spelled(reduce) },
  papers.robustDarts,
);

export const s2 = uniformSpace(
  "s2",
  "skip_connect, sep_conv_3x3",
  ["skip_connect", "sep_conv_3x3"],
  papers.robustDarts,
);

/** S2 and `none`. */
export const s3 = uniformSpace("s3", "none, skip_connect, sep_conv_3x3", [
  "none",
  ...s2.candidates.normal[0]!,
], papers.robustDarts);

/** A healthy search never picks noise. */
export const s4 = uniformSpace("s4", "noise, sep_conv_3x3", ["noise", "sep_conv_3x3"], papers.robustDarts);
