/**
 * IS-DARTS (He et al. 2024): a supernet without alphas, whose operations are dropped one after the other towards the end
 * of the search. Those go first whose outputs differ least over the channels. What takes the place of alphas is a mask,
 * which is 1 for the operations that are left.
 */
import { scale } from "../graph/ops/mod.ts";
import { type AlphaRows, mapMatrices } from "../network/alphas.ts";
import { papers } from "../papers.ts";
import { cellTypes, inputsKept, rowsInto } from "../spaces/darts_cell.ts";
import { setting } from "../setting.ts";
import type { Space } from "../spaces/space.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";
import { rateByEpoch } from "./published.ts";
import type { CutContext } from "./strategy.ts";

/** Shares of the search after which there is a cut: epochs 22, 24, 26 and 28 of the published 30. */
const cutShares = [22, 24, 26, 28].map((epoch) => epoch / 30);

/** Cuts by the end of an epoch (from 0). */
const cutsBy = (epoch: number, epochs: number): number =>
  cutShares.filter((share) => Math.round(share * epochs) <= epoch + 1).length;

/** Whether there is a cut at the end of an epoch (from 0). */
const isCut = (epoch: number, epochs: number): boolean => cutsBy(epoch, epochs) > cutsBy(epoch - 1, epochs);

/** The epochs with a cut, of so many. */
const measuredEpochs = (epochs: number): number[] =>
  [...Array(epochs).keys()].filter((epoch) => isCut(epoch, epochs));

/** From so many epochs on every cut has an epoch of its own: the shares are a fifteenth apart. */
const fewestEpochs = 15;

/** Rows of a matrix whose operations compete, and how many of these rows the last cut leaves one operation. */
interface Group {
  readonly matrix: string;
  readonly rows: readonly number[];
  readonly keeps: number;
}

/** The edges into a node of a DARTS cell, of which two are kept; elsewhere every edge for itself. */
const groupsOf = (space: Space): Group[] =>
  space.kind === "darts"
    ? cellTypes.flatMap((matrix) =>
      [...rowsInto(space).values()].map((rows) => ({ matrix, rows, keeps: inputsKept }))
    )
    : space.matrices.flatMap(({ name, rows }) => rows.map((_, r) => ({ matrix: name, rows: [r], keeps: 1 })));

/** The operations of a group that are left after so many cuts: those of the least importance. */
function kept({ matrix, rows, keeps }: Group, { mask, importance }: CutContext, cuts: number): Set<string> {
  const all = rows.flatMap((r) => mask[matrix]![r]!.map((left, k) => ({ place: `${r} ${k}`, r, k, left })));
  const count = Math.round(all.length - (all.length - keeps) * cuts / cutShares.length);
  const of = ({ r, k }: { r: number; k: number }): number => {
    const value = importance[matrix]![r]![k]!;
    return Number.isNaN(value) ? Infinity : value;
  };
  // The sort is stable: of equal ones the later columns stay. Of two infinite ones the difference is NaN: equal too.
  const ranked = all.filter(({ left }) => left === 1).reverse().sort((a, b) => Math.sign(of(a) - of(b)) || 0);
  // The best of each of the best rows stays, whatever is better than it elsewhere: a node has two distinct edges.
  const firsts = ranked.filter(({ r }, i) => ranked.findIndex((other) => other.r === r) === i).slice(
    0,
    keeps,
  );
  const rest = ranked.filter((operation) => !firsts.includes(operation));
  return new Set([...firsts, ...rest].slice(0, count).map(({ place }) => place));
}

/** The mask with what is left of every group. */
function cut(measured: CutContext, cuts: number): AlphaRows {
  const next: Record<string, number[][]> = {};
  for (const group of groupsOf(measured.space)) {
    const left = kept(group, measured, cuts);
    const rows = next[group.matrix] ??= [];
    for (const r of group.rows) {
      rows[r] = measured.mask[group.matrix]![r]!.map((_, k) => Number(left.has(`${r} ${k}`)));
    }
  }
  return next;
}

export const isDarts: Method = {
  ...darts,
  name: "is-darts",
  summary: "has no alphas: weighs operations alike, and drops those whose outputs differ least over channels",
  source: papers.isDarts,
  deviations: [
    "The four cuts come after the same shares of the search as in the published 30 epochs, rounded to whole epochs " +
    "(after 22, 24, 26 and 28 of 30; the public code makes each an epoch later). In " +
    "a short search some come after the same epoch, and are made by one measurement.",
    "On the DARTS spaces the operations of all edges into a node compete, and each cut drops a quarter of those that " +
    "have to go. The best operation of each of the two best edges always stays, so that two edges are left: the paper " +
    "says only that cuts are proportional.",
    "A variance over channels below 1e-15 counts as 1e-15, so that operations without an output go first; the paper has " +
    "a division by zero there, which counts as infinite.",
    "A measurement takes the images as they are, without augmentation, and leaves out those that do not fill a batch.",
    "All images train the weights, so that no epoch has a validation accuracy.",
    rateByEpoch,
  ],
  fits: ["darts", "nasbench201"],
  unsplit: true,
  published: () => ({ epochs: 30, batch: 64, weightDecay: 3e-4, nesterov: true }),
  start: { mean: 1, deviation: 0 },
  // Divided by all operations of the edge, whatever is left of them: edges fade.
  relaxation: {
    graph: (mask, layout) => mapMatrices(mask, layout, (matrix) => scale(matrix, 1 / matrix.shape[1]!)),
    row: (row) => row.map((left) => left / row.length),
  },
  foresee: (_, { epochs }) => {
    const measurements = measuredEpochs(epochs).length;
    if (measurements === cutShares.length) return [];
    const times = measurements === 1 ? "once" : `${measurements} times`;
    return [
      `In ${epochs} epoch${epochs === 1 ? "" : "s"} is-darts measures the operations ${times} instead of ` +
      `${cutShares.length} times, so that some cuts have no training between them. Give ${
        setting("epochs")
      } ` +
      `${fewestEpochs} or more.`,
    ];
  },
  strategy: {
    kind: "pruned",
    measures: (_, epoch, epochs) => isCut(epoch, epochs),
    cut: (_, measured) => cut(measured, cutsBy(measured.epoch, measured.epochs)),
  },
};
