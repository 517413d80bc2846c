/**
 * The mean shift of MS-DARTS (the paper's algorithm 1 and eq. 11) as a graph: N points around the alphas are
 * projected and scored by their loss, and the alphas move to their average, weighted by score and by a Gaussian
 * kernel of the distance; T times. Forward only, and all on the device.
 */
import type { Node } from "../graph/node.ts";
import {
  add,
  addAll,
  log,
  mul,
  pack,
  projectRows,
  reshape,
  scale,
  shift,
  slice,
  softmax,
  square,
  sub,
  sum,
} from "../graph/ops/mod.ts";
import { type AlphaLayout, flatten, matricesOf } from "../network/alphas.ts";

/**
 * The choices that paper and public code make differently; method names as in the paper's public code.
 * `default`: the code's procedure, but the points that are averaged are those that were scored.
 * `reference`: the public code; raw points are averaged, so the result leaves the simplex.
 * `paper`: as printed: scores are shares of the loss on the search batch, one kernel over all alphas.
 */
export const variants = {
  default: { scoredOn: "train", score: "softmax", kernel: "matrix", averaged: "projected" },
  reference: { scoredOn: "train", score: "softmax", kernel: "matrix", averaged: "raw" },
  paper: { scoredOn: "search", score: "share", kernel: "joint", averaged: "projected" },
} as const satisfies Record<string, MeanShiftVariant>;

/** The name of a variant, a key of {@link variants}. */
export type VariantName = keyof typeof variants;

/** What paper and public code do differently in a mean shift. */
export interface MeanShiftVariant {
  /** Which batch the points' losses are computed on. */
  readonly scoredOn: "train" | "search";
  /** Losses to weights: their softmax, or each divided by their sum. */
  readonly score: "softmax" | "share";
  /** One Gaussian for each alpha matrix, or one over all of them. */
  readonly kernel: "matrix" | "joint";
  /** Which points are averaged. */
  readonly averaged: "projected" | "raw";
}

/** What a mean shift needs besides where it starts. */
export interface MeanShift {
  /** Where the matrices of the space stand in the vector. */
  readonly layout: AlphaLayout;
  /** One of {@link variants}, or choices of one's own. */
  readonly variant: MeanShiftVariant;
  /** h of eq. 11, a standard deviation. */
  readonly bandwidth: number;
  /** Displacements [floats] of each point, `noise[t][n]`; epsilon is in them already. */
  readonly noise: readonly (readonly Node[])[];
  /** The loss [1] of a mixing vector [floats]. */
  readonly loss: (mixing: Node) => Node;
}

/** What a mean shift comes to. */
export interface Shifted {
  /** The shifted mixing vector [floats]. */
  readonly mixing: Node;
  /** Losses of the points, [T][N] of [1]. */
  readonly losses: readonly (readonly Node[])[];
}

/** Largest factor of the squared distances: a sharper kernel has no finite one, and takes the nearest point as well. */
const sharpest = 1e30;
/** Added to a loss before its logarithm: losses of exactly zero have a finite one; lost in any other. */
const leastLoss = 1e-30;

/**
 * Shifts a mixing vector (softmaxed alphas). The weight of a point is ω·exp(−d²/2h²), and only ratios count, so
 * all of a matrix's weights are one softmax over the points of log ω − d²/2h²: no bandwidth underflows to 0/0.
 */
export function meanShift(start: Node, { layout, variant, bandwidth, noise, loss }: MeanShift): Shifted {
  const sharpness = Math.min(1 / (2 * bandwidth ** 2), sharpest);
  let mixing = start;
  const losses: Node[][] = [];
  for (const displacements of noise) {
    const centre = matricesOf(mixing, layout);
    const raw = displacements.map((d) => matricesOf(add(mixing, d), layout));
    const projected = raw.map((matrices) => matrices.map(projectRows));
    const scores = projected.map((matrices) => loss(flatten(matrices, layout)));
    losses.push(scores);
    // log ω up to a constant (eq. 4: worse points weigh more): ω is the softmax of the losses, or their share.
    const logScore = variant.score === "softmax" ? row(scores) : log(shift(row(scores), leastLoss));
    const squares = centre.map((a, i) => row(projected.map((matrices) => sum(square(sub(a, matrices[i]!))))));
    const joint = addAll(squares);
    const points = variant.averaged === "raw" ? raw : projected;
    const moved = centre.map((_, i) => {
      const distance = variant.kernel === "joint" ? joint : squares[i]!;
      const weights = softmax(add(logScore, scale(distance, -sharpness)), 1);
      return addAll(points.map((matrices, n) => mul(matrices[i]!, slice(weights, n, [1]))));
    });
    mixing = flatten(moved, layout);
  }
  return { mixing, losses };
}

/** Scalars [1] as one row [1, N]. */
const row = (scalars: readonly Node[]): Node =>
  reshape(pack(scalars, scalars.map((_, n) => n), [scalars.length]), [1, scalars.length]);
