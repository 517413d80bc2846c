/**
 * SGAS (Li et al. 2020): DARTS that decides one edge of each cell type after the other while it searches. After a
 * warm-up, every few epochs, the open edge of the highest score gets its best operation for good; a node that has two
 * edges takes nothing from its others. Decided rows keep their alphas. What is still open in the last epoch is decided
 * then, so that short searches end with whole cells too. The public code raises the batch by 8 images at each decision,
 * which is left out: a search's steps are compiled for one batch.
 */
import { type SettingsUnder, whole } from "../fields.ts";
import type { Decision } from "../search/decisions.ts";
import { inputsKept, rowsInto } from "../spaces/darts_cell.ts";
import { cellTypes, type DartsSpace, type Edge } from "../spaces/mod.ts";
import { darts } from "./darts.ts";
import type { Ahead, MethodWith } from "./method.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";

const groups = {
  "Greedy decisions (sgas)": {
    criterion: whole("what sgas decides by: 1 importance and certainty of edges, 2 their stability as well", {
      min: 1,
      max: 2,
    }).default(1),
    decideStart: whole("epoch of sgas's first decision, from 0; by default 9 of 50", { min: 0 }).optional(),
    decideEvery: whole("epochs from one decision of sgas to the next; by default 5 of 50", { min: 1 })
      .optional(),
  },
};

type Own = SettingsUnder<typeof groups>;

/** Softmaxed rows of a cell type, one an edge. */
type Rows = readonly (readonly number[])[];
/** Where `none` stands among the operations of each edge; −1 where it does not. */
type NoneColumns = readonly number[];

/** Earlier epochs that the stability looks at. */
const memory = 4;

const sum = (values: readonly number[]): number => values.reduce((total, x) => total + x, 0);

/** Weight of an edge's operations other than `none` (S_EI). */
const importance = (row: readonly number[], none: number): number => 1 - (row[none] ?? 0);

/** How it is shared between them, in the order of their columns. */
function shares(row: readonly number[], none: number): number[] {
  const total = importance(row, none);
  return row.filter((_, k) => k !== none).map((x) => x / total);
}

/** One less the shares' entropy over the largest there is (S_SC). */
function certainty(row: readonly number[], none: number): number {
  const p = shares(row, none);
  if (p.length === 1) return 1;
  return 1 + sum(p.map((x) => (x > 0 ? x * Math.log(x) : 0))) / Math.log(p.length);
}

/** Mean overlap of the shares with those of earlier epochs (S_SS). */
function stability(edge: number, rows: Rows, earlier: readonly Rows[], none: number): number {
  const now = shares(rows[edge]!, none);
  const overlaps = earlier.map((past) => sum(shares(past[edge]!, none).map((x, k) => Math.min(x, now[k]!))));
  return sum(overlaps) / overlaps.length;
}

/**
 * From 0 for the least to 1 for the largest. Equal values rank nothing: 1, where the public code has 0, which would take
 * the other factors' say as well (in spaces without `none` all edges are equally important).
 */
function normalised(values: readonly number[]): number[] {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values.map((x) => (range > 0 ? (x - least) / range : 1));
}

/**
 * The score of each edge: section 3.3's criterion 1 or 2.
 *
 * @param history rows of all epochs so far, the newest last
 */
export function edgeScores(history: readonly Rows[], none: NoneColumns, criterion: number): number[] {
  const rows = history.at(-1)!;
  const earlier = history.slice(0, -1).slice(-memory);
  const factors = [
    rows.map((row, e) => importance(row, none[e]!)),
    rows.map((row, e) => certainty(row, none[e]!)),
    ...(criterion === 2 && earlier.length > 0
      ? [rows.map((_, e) => stability(e, rows, earlier, none[e]!))]
      : []),
  ].map(normalised);
  return rows.map((_, e) => factors.reduce((product, factor) => product * factor[e]!, 1));
}

/** The decisions of a cell type with one more: of the open edge of the highest score, the first of equals. */
export function decideEdge(
  decisions: readonly Decision[],
  { scores, rows, none, edges }: {
    readonly scores: readonly number[];
    readonly rows: Rows;
    readonly none: NoneColumns;
    readonly edges: readonly Edge[];
  },
): Decision[] {
  const open = edges.flatMap((_, e) => (decisions[e] === "open" ? [e] : []));
  const edge = open.reduce((best, e) => (scores[e]! > scores[best]! ? e : best));
  const row = rows[edge]!.map((x, k) => (k === none[edge] ? -Infinity : x));
  const decided = decisions.with(edge, row.indexOf(Math.max(...row)));
  const { to } = edges[edge]!;
  const taken = edges.filter((other, e) => other.to === to && typeof decided[e] === "number").length;
  if (taken < inputsKept) return decided;
  return decided.map((decision, e) => {
    if (decision !== "open" || edges[e]!.to !== to) return decision;
    return none[e] === -1 ? "empty" : none[e]!;
  });
}

/** The epochs of the first decision and from one to the next. */
const scheduleOf = (
  { decideStart, decideEvery }: Own,
  epochs: number,
): { start: number; every: number } => ({
  start: decideStart ?? Math.round((9 / 50) * epochs),
  every: decideEvery ?? Math.max(1, Math.floor((5 / 50) * epochs)),
});

/** Edges that are decided for an operation, of each cell type. */
const decisionsOf = (space: DartsSpace): number =>
  [...rowsInto(space).values()].reduce((sum, { length }) => sum + Math.min(inputsKept, length), 0);

/** Warnings where decisions come before the alphas move, or all at once in the last epoch. */
function badlyTimed(settings: Own, { epochs, warmup, space }: Ahead): string[] {
  const { start, every } = scheduleOf(settings, epochs);
  const wanted = decisionsOf(space as DartsSpace);
  const due = (until: number) => Math.min(wanted, Math.max(0, Math.ceil((until - start) / every)));
  const [blind, made] = [due(Math.min(warmup, epochs - 1)), due(epochs)];
  const flags = `${setting("decideStart")} ${Math.max(start, warmup)} ${setting("decideEvery")} ${every}`;
  return [
    ...blind > 0
      ? [
        `The alphas rest in the first ${warmup} epochs, and sgas decides from epoch ${start} on: chance decides ` +
        `${blind} of the ${wanted} edges of a cell. Set ${setting("decideStart")} to ${warmup}.`,
      ]
      : [],
    ...made < wanted
      ? [
        `Of the ${wanted} edges of a cell, sgas decides ${made} one by one and the other ${
          wanted - made
        } at once ` +
        `in the last epoch. Give ${setting("epochs")} ${Math.max(start, warmup) + (wanted - 1) * every + 1} ${
          setting("warmup")
        } ${warmup} ` +
        `${flags} to decide all one by one.`,
      ]
      : [],
  ];
}

export const sgas: MethodWith<typeof groups> = {
  ...darts,
  name: "sgas",
  summary: "fixes the edges of each cell type one after the other while it searches",
  source: { ...papers.sgas, section: "section 3.3" },
  deviations: [
    "The batch keeps its size; in the public code it grows by 8 images with each decision.",
    "A criterion by which all edges are equal is ignored. In the public code it is then 0 for all, and as a factor " +
    "makes the whole score 0.",
    "Edges that are still open in the last epoch are decided then, so that short searches end with whole cells.",
  ],
  groups,
  fits: ["darts"],
  published: () => ({ epochs: 50 }),
  foresee: badlyTimed,
  decide: (settings, { decisions, history, space, epoch, epochs }) => {
    const { edges, candidates } = space as DartsSpace;
    const { start, every } = scheduleOf(settings, epochs);
    const due = epoch >= start && (epoch - start) % every === 0;
    return Object.fromEntries(cellTypes.map((cell) => {
      const none = candidates[cell].map((operations) => operations.indexOf("none"));
      const past = history.map((rows) => rows[cell]!);
      const scores = edgeScores(past, none, settings.criterion);
      const next = (before: readonly Decision[]) =>
        decideEdge(before, { scores, rows: past.at(-1)!, none, edges });
      let own: readonly Decision[] = decisions[cell] ?? edges.map(() => "open" as const);
      if (due && own.includes("open")) own = next(own);
      while (epoch === epochs - 1 && own.includes("open")) own = next(own);
      return [cell, own];
    }));
  },
};
