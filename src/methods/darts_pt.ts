/**
 * DARTS-PT (Wang et al. 2021): a search as DARTS, after which the alphas do not say what a cell keeps. Edge after edge,
 * in random order, each operation is left out in turn, its mixing weight zero and the others as they are, and the
 * supernet is scored; the operation without which it is worst is kept for good (the edge is projected), and the supernet
 * is trained on. On DARTS cells one edge of each cell is projected at a time; then the nodes of more than two inputs
 * lose those without which the supernet is best. With fixed alphas only weights are trained, at what the alphas start as.
 */
import { oneOf, real, type SettingsUnder, toggle, whole } from "../fields.ts";
import { cosine } from "../optim/schedules.ts";
import { papers } from "../papers.ts";
import { fold, type Key, permutation } from "../random.ts";
import type { Decision, Decisions } from "../search/decisions.ts";
import { setting } from "../setting.ts";
import { inputsKept, rowsInto, stateName } from "../spaces/darts_cell.ts";
import { type AlphaMatrix, cellTypes, type DartsSpace, type Space } from "../spaces/mod.ts";
import { darts } from "./darts.ts";
import type { Ahead, MethodWith } from "./method.ts";
import { asSmoothDarts } from "./published.ts";
import type { Question, Removal, RemovalScore } from "./strategy.ts";

const groups = {
  "Projection (darts-pt)": {
    fixedAlphas: toggle("leave the alphas as they start, in the search and after it"),
    projectionEpochs: whole(
      "epochs of training from the first projection to the last; by default a quarter of the search's epochs, on DARTS " +
        "cells 1.6 times as many",
      { min: 1 },
    ).optional(),
    projectionLr: real("learning rate of the weights in these epochs; by default a tenth of the search's", {
      above: 0,
    }).optional(),
    projectionImages: whole(
      "images of the half for the alphas that the supernet is scored on without an operation; 0 uses all",
      { min: 0 },
    ).default(0),
    projectionBy: oneOf(
      ["accuracy", "loss"],
      "what operations are compared by: the accuracy or the loss of the supernet without them",
    ).default("accuracy"),
  },
};

type Own = SettingsUnder<typeof groups>;
type Criterion = Own["projectionBy"];

/** How bad the supernet is without each part. */
const costs = (scores: readonly RemovalScore[], by: Criterion): number[] =>
  scores.map(({ accuracy, loss }) => by === "loss" ? loss : -accuracy);

/** The rows of a matrix with one more decided. */
const withRow = (
  decisions: Decisions,
  { name, rows }: AlphaMatrix,
  row: number,
  decision: Decision,
): Decisions => ({
  ...decisions,
  [name]: (decisions[name] ?? rows.map(() => "open" as const)).with(row, decision),
});

/** Which of an edge's operations is kept: the one whose removal costs most, the first of equals. */
function whichOperation(matrix: AlphaMatrix, row: number, allowed: (name: string) => boolean, by: Criterion) {
  const { name: edge, choices } = matrix.rows[row]!;
  const parts = choices.flatMap((name, column): Required<Removal>[] =>
    allowed(name) ? [{ name, matrix: matrix.name, row, column }] : []
  );
  return {
    about: `${matrix.title}, ${edge}`,
    removals: () => parts,
    answer(decisions, scores) {
      const all = costs(scores, by);
      const { name, column } = parts[all.indexOf(Math.max(...all))]!;
      return { decisions: withRow(decisions, matrix, row, column), outcome: `keeps ${name}` };
    },
  } satisfies Question;
}

/** Which edge a node does without next: the one whose removal costs least, the first of equals. */
function whichEdge(matrix: AlphaMatrix, node: string, rows: readonly number[], by: Criterion): Question {
  const left = (decisions: Decisions) => rows.filter((row) => decisions[matrix.name]?.[row] !== "empty");
  return {
    about: `${matrix.title}, inputs of node ${node}`,
    removals: (decisions) =>
      left(decisions).map((row) => ({ name: matrix.rows[row]!.name, matrix: matrix.name, row })),
    answer(decisions, scores) {
      const all = costs(scores, by);
      const row = left(decisions)[all.indexOf(Math.min(...all))]!;
      return {
        decisions: withRow(decisions, matrix, row, "empty"),
        outcome: `does without ${matrix.rows[row]!.name}`,
      };
    },
  };
}

/** Whole numbers below `count`, in random order. */
const shuffled = (key: Key, count: number): number[] => [...permutation(key, count)];

/** A round an edge, in which every matrix has one of its own. */
function operationRounds(by: Criterion, { kind, matrices }: Space, key: Key): Question[][] {
  // A DARTS cell has no operation `none`.
  const allowed = (name: string) => kind !== "darts" || name !== "none";
  const orders = matrices.map(({ name, rows }) => shuffled(fold(key, name), rows.length));
  return orders[0]!.map((_, round) =>
    matrices.map((matrix, m) => whichOperation(matrix, orders[m]![round]!, allowed, by))
  );
}

/** A round a node of more inputs than it keeps, in which every cell type has one of its own. */
function edgeRounds(by: Criterion, space: DartsSpace, key: Key): Question[][] {
  const nodes = [...rowsInto(space)].filter(([, rows]) => rows.length > inputsKept);
  const orders = cellTypes.map((cell) => shuffled(fold(fold(key, "nodes"), cell), nodes.length));
  return nodes.map((_, round) =>
    cellTypes.flatMap((cell, c) => {
      const [to, rows] = nodes[orders[c]![round]!]!;
      const matrix = space.matrices.find(({ name }) => name === cell)!;
      const question = whichEdge(matrix, stateName(to), rows, by);
      return Array.from({ length: rows.length - inputsKept }, () => question);
    })
  );
}

const rounds = ({ projectionBy: by }: Own, space: Space, key: Key): Question[][] => [
  ...operationRounds(by, space, key),
  ...(space.kind === "darts" ? edgeRounds(by, space, key) : []),
];

/** As published: 80 epochs after 50 on DARTS cells, 25 after 100 on NAS-Bench-201. */
const shareAfter = ({ kind }: Space): number => kind === "darts" ? 80 / 50 : 25 / 100;

const epochsAfter = ({ projectionEpochs }: Own, searched: number, space: Space): number =>
  projectionEpochs ?? Math.max(1, Math.round(searched * shareAfter(space)));

/** A warning where rounds follow each other without a step between them. */
function tooFew(settings: Own, { epochs, stepsPerEpoch, space }: Ahead): string[] {
  const steps = epochsAfter(settings, epochs, space) * stepsPerEpoch;
  const wanted = rounds(settings, space, [0, 0]).length - 1;
  if (steps >= wanted) return [];
  return [
    `There are ${
      wanted + 1
    } rounds of projections and ${steps} weight steps between the first and the last: some ` +
    `follow each other at once. Set ${setting("projectionEpochs")} to ${Math.ceil(wanted / stepsPerEpoch)}.`,
  ];
}

export const dartsPt: MethodWith<typeof groups> = {
  ...darts,
  name: "darts-pt",
  summary: "after the search, keeps on each edge the operation without which the supernet is worst",
  source: { ...papers.dartsPt, section: "algorithm 1" },
  deviations: [
    "The training between projections is shared out to the step: the first comes before it and the last after it. The " +
    "public code projects at the start of whole epochs, and trains for another epoch after the last.",
    "Supernets are scored on the images as they are, in order, the last batch filled up with the first images; in the " +
    "public code on augmented images.",
    "On DARTS cells the normal cell is asked first in each round, an edge may not end as `none`, and a node's inputs are " +
    "scored again after each that it loses.",
  ],
  groups,
  fits: ["darts", "nasbench201"],
  published: ({ kind }) => kind === "darts" ? { epochs: 50 } : { ...asSmoothDarts, epochs: 100 },
  foresee: tooFew,
  stepOrder: ({ fixedAlphas }) => (fixedAlphas ? "weights only" : "alphas first"),
  strategy: {
    kind: "selection",
    epochs: epochsAfter,
    lr: ({ projectionLr }, { space, lr, lrMin, done }) => {
      const rate = projectionLr ?? lr / 10;
      return space.kind === "darts" ? cosine(rate, Math.min(rate, lrMin), done) : rate;
    },
    images: ({ projectionImages }) => projectionImages,
    rounds,
  },
};
