/** From samples to the lines of the table: medians, ratios, and whether what was aimed at is reached. */
import type { RowName } from "../settings.ts";
import type { Contestant, RowResult } from "./contest.ts";
import { type PeerName, peerNames, peerTitles, type Row } from "./rows.ts";

/** One line: this project beside one other, or alone. */
export interface Comparison {
  readonly row: RowName;
  readonly title: string;
  /** Of `ours` and `theirs`. */
  readonly unit: "milliseconds" | "bytes";
  readonly ours: number;
  readonly peer?: PeerName;
  /** Who it is, for people. */
  readonly beside?: string;
  readonly theirs?: number;
  /** Why `theirs` is not there. */
  readonly missing?: string;
  /** Theirs over ours beside a peer: times as fast, or as little. Ours over theirs beside a task of our own. */
  readonly ratio?: number;
  /** The least and the largest ratio of two samples taken in the same round, where each has as many. */
  readonly rounds?: readonly [least: number, largest: number];
  /** At least this ratio, at most this ratio, or at most so many units. */
  readonly target?: { readonly kind: "ratio-least" | "ratio-most" | "most"; readonly value: number };
  /** Whether the target is reached; not there where nothing is aimed at or measured. */
  readonly met?: boolean;
}

/** The middle of the samples; of an even number the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1]! + sorted[Math.floor(half)]!) / 2;
}

/** The lines of a row. */
export function compare(name: RowName, row: Row, { results, missing }: RowResult): Comparison[] {
  const ours = median(results.ours!.samples);
  const time = { row: name, title: row.title, unit: "milliseconds", ours } as const;
  const theirs = (who: Contestant) =>
    results[who]
      ? {
        theirs: median(results[who].samples),
        ...roundsOf(results.ours!.samples, results[who].samples, who === "beside"),
      }
      : { missing: missing[who]! };
  const lines = peerNames.filter((peer) => row.faster?.[peer] !== undefined).map((peer) =>
    compared({
      ...{ ...time, peer, beside: peerTitles[peer], ...theirs(peer) },
      target: { kind: "ratio-least", value: row.faster![peer]! },
    })
  );
  if (row.beside) {
    const target = { kind: "ratio-most", value: row.beside.atMost } as const;
    lines.push(compared({ ...time, beside: row.beside.title, ...theirs("beside"), target }));
  }
  if (row.within) lines.push(compared({ ...time, target: { kind: "most", value: row.within } }));
  if (row.task.kind === "weight") lines.push(...memoryLines(name, row, results));
  return lines;
}

/** The range of the ratios round by round: what the medians leave open. `over` as in a line beside our own. */
function roundsOf(
  ours: readonly number[],
  theirs: readonly number[],
  over: boolean,
): Pick<Comparison, "rounds"> {
  if (ours.length < 2 || ours.length !== theirs.length) return {};
  const ratios = ours.map((one, i) => over ? one / theirs[i]! : theirs[i]! / one);
  return { rounds: [Math.min(...ratios), Math.max(...ratios)] };
}

/**
 * What the plan of a step takes on the device; and, where that is the processor, the most that our process and
 * PyTorch's had in RAM, each with all it has loaded and compiled.
 */
function memoryLines(name: RowName, row: Row, { ours, pytorch }: RowResult["results"]): Comparison[] {
  const line = { row: name, unit: "bytes" } as const;
  const plan = compared({
    ...{ ...line, title: `planned memory, ${row.title}`, ours: ours!.bytes! },
    ...row.memory !== undefined && { target: { kind: "most", value: row.memory } },
  });
  const [mine, theirs] = [ours, pytorch].map((result) => result?.peakMemory);
  if (!ours!.device?.software || mine === undefined || theirs === undefined) return [plan];
  const peer = { peer: "pytorch", beside: peerTitles.pytorch, theirs } as const;
  return [plan, compared({ ...line, title: `memory, ${row.title}`, ours: mine, ...peer })];
}

function compared(line: Omit<Comparison, "ratio" | "met">): Comparison {
  const { ours, theirs, target } = line;
  const ratio = theirs === undefined
    ? undefined
    : target?.kind === "ratio-most"
    ? ours / theirs
    : theirs / ours;
  const measured = target?.kind === "most" ? ours : ratio;
  const met = target === undefined || measured === undefined
    ? undefined
    : target.kind === "ratio-least"
    ? measured >= target.value
    : measured <= target.value;
  return { ...line, ...ratio !== undefined && { ratio }, ...met !== undefined && { met } };
}

/** "5.31 s", "41.2 ms", "2.21 GB". */
export function quantity(value: number, unit: Comparison["unit"]): string {
  const [large, name, small] = unit === "bytes" ? [1e9, "GB", "MB"] : [1000, "s", "ms"];
  const shown = value >= large ? value / large : unit === "bytes" ? value / 1e6 : value;
  return `${shown >= 100 ? Math.round(shown) : shown.toPrecision(3)} ${value >= large ? name : small}`;
}

const figures = (ratio: number): string => ratio >= 100 ? String(Math.round(ratio)) : ratio.toPrecision(3);

/** "2.63×", and of several rounds "2.63× (2.51 to 2.70)". */
const times = (ratio: number, rounds: Comparison["rounds"]): string =>
  `${figures(ratio)}×${rounds ? ` (${rounds.map(figures).join(" to ")})` : ""}`;

function targetWords({ target, unit }: Comparison): string {
  switch (target?.kind) {
    case undefined:
      return "";
    case "most":
      return `at most ${quantity(target.value, unit)}`;
    case "ratio-least":
      return `at least ${target.value}×`;
    case "ratio-most":
      return `at most ${target.value}×`;
  }
}

/** The table as lines of text; what could not be measured says why. */
export function tableLines(comparisons: readonly Comparison[]): string[] {
  const header = ["", "ours", "beside", "theirs", "ratio", "target", ""];
  const cells = comparisons.map((line) =>
    [
      line.title,
      quantity(line.ours, line.unit),
      line.beside ?? "",
      line.theirs === undefined ? line.missing && "missing" : quantity(line.theirs, line.unit),
      line.ratio === undefined ? "" : times(line.ratio, line.rounds),
      targetWords(line),
      line.met === undefined ? "" : line.met ? "met" : "missed",
    ].map((cell) => cell ?? "")
  );
  const widths = header.map((_, i) => Math.max(...[header, ...cells].map((row) => row[i]!.length)));
  const reasons = comparisons.flatMap(({ beside, title, missing }) =>
    missing === undefined ? [] : [`Missing: ${beside}, ${title}: ${missing}.`]
  );
  return [
    ...[header, ...cells].map((row) => row.map((cell, i) => cell.padEnd(widths[i]!)).join("  ").trimEnd()),
    ...reasons,
  ];
}
