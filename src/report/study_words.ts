/** What the page of a study, its figure and its lines in a terminal say in the same words. */
import type { Baseline } from "../benchmarks/baselines.ts";
import { duration, measure, whole } from "./format.ts";
import {
  type ArmSummary,
  collapsedSkips,
  type Spread,
  type StudyRun,
  type StudySummary,
  type StudyTest,
} from "./study.ts";

/** An accuracy of the table, as the table has it. */
export const accuracyWords = (value: number): string => value.toFixed(2);

/** "93.10 ± 0.42"; of one value the value alone. */
export const meanWords = (spread: Spread | undefined, format: (value: number) => string): string =>
  spread === undefined ? "–" : format(spread.mean) + (spread.std === null ? "" : ` ± ${format(spread.std)}`);

/** "3 of 5", and how many failed. */
export function doneWords({ runs, finished }: Pick<ArmSummary, "runs" | "finished">): string {
  const failed = runs.filter(({ state }) => state === "failed").length;
  return `${finished.length} of ${runs.length}${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** "0.61 points above": where a value stands to that of a baseline. */
export function distanceWords(value: number, baseline: Pick<Baseline, "name" | "accuracy">): string {
  const points = Math.abs(value - baseline.accuracy).toFixed(2);
  if (Number(points) === 0) return `as ${baseline.name}`;
  return `${points} points ${value > baseline.accuracy ? "above" : "below"} ${baseline.name}`;
}

/** "4 of 5 (80 %)": runs whose found cell is a collapsed one. */
export const collapsedWords = ({ collapsed, finished }: ArmSummary): string =>
  finished.length === 0
    ? "–"
    : `${collapsed} of ${finished.length} (${Math.round(100 * collapsed / finished.length)} %)`;

const sinceWords = ({ since }: StudyRun): string =>
  since === undefined ? "–" : since === null ? "never" : whole(since);

/** "970, never, 1,940": a run each, in the order of the seeds. */
export const sincesWords = ({ runs }: ArmSummary): string =>
  runs.filter(({ state }) => state === "done").map(sinceWords).join(", ") || "–";

const median = (spread: Spread | undefined, format: (value: number) => string): string =>
  spread === undefined ? "–" : format(spread.median);

/** A column of the table of arms. */
interface Column {
  readonly title: string;
  /** The title in a terminal, where there is room for it. */
  readonly short?: string;
  readonly of: (arm: ArmSummary) => string;
}

/** The numbers of an arm beside its name and its method. */
export const columns: readonly Column[] = [
  { title: "Seeds done", short: "seeds", of: doneWords },
  { title: "Median accuracy, %", short: "median", of: ({ accuracy }) => median(accuracy, accuracyWords) },
  { title: "Mean ± sd, %", short: "mean ± sd", of: ({ accuracy }) => meanWords(accuracy, accuracyWords) },
  {
    title: "Median rank",
    short: "rank",
    of: ({ rank }) => median(rank, (value) => whole(Math.round(value))),
  },
  { title: `Runs with ${collapsedSkips} skips or more`, short: "collapsed", of: collapsedWords },
  { title: `Steps until ${collapsedSkips} skips for good`, of: sincesWords },
  { title: "Layer alignment Λ", of: ({ alignment }) => median(alignment, measure) },
  { title: "Margin", of: ({ margin }) => median(margin, measure) },
  { title: "Skip weight", of: ({ skipWeight }) => median(skipWeight, measure) },
  { title: "Eigenvalue", of: ({ eigenvalue }) => median(eigenvalue, measure) },
  { title: "Time", short: "time", of: ({ seconds }) => median(seconds, duration) },
];

/** How to read the table of arms. */
export const columnsWords =
  `Accuracy and rank are what the table says of the found cell. The skips are those of ` +
  `the cell that the alphas would give; "for good" is from that step to the end, a number or "never" for each seed. ` +
  `Λ, margin (of the two largest mixing weights of an edge), skip weight, eigenvalue and time are medians over the ` +
  `seeds, at the end of the search.`;

/** "93.76 %", and of what is drawn its deviation. */
export const baselineWords = ({ accuracy, std }: Baseline): string =>
  std === undefined ? accuracyWords(accuracy) : `${accuracyWords(accuracy)} ± ${accuracyWords(std)}`;

/** "ms-darts against darts: …": what a test says and what it does not. */
export function testWords({ first, second, result }: StudyTest): string {
  const names = `${first.arm.name} against ${second.arm.name}`;
  if (result === undefined) {
    const empty = [first, second].filter(({ finished }) => finished.length === 0).map(({ arm }) => arm.name);
    return `${names}: no test, as ${empty.join(" and ")} ${
      empty.length > 1 ? "have" : "has"
    } no finished run.`;
  }
  const { above, p } = result;
  const share = above === 0.5
    ? `neither is above the other in more pairs of runs`
    : `${above > 0.5 ? first.arm.name : second.arm.name} is above in ${
      measure(100 * Math.max(above, 1 - above))
    } % of the pairs of runs`;
  return `${names}: ${share}, p = ${probability(p)}: ${verdict(first, second, p)}.`;
}

/** p to three figures. */
export const probability = (p: number): string => String(Number(p.toPrecision(3)));

/** The customary level. */
const level = 0.05;

function verdict(
  { finished: { length: n } }: ArmSummary,
  { finished: { length: m } }: ArmSummary,
  p: number,
) {
  if (p < level) return "more than chance would give in one of twenty such studies";
  const least = leastP(n, m);
  return least < level
    ? "no difference that chance could not have made, which is no sign that there is none"
    : `with ${n} and ${m} runs p is ${probability(least)} at the least, so no outcome could have told`;
}

/** The smallest p that samples of these sizes can have: all of one above all of the other. */
export function leastP(n: number, m: number): number {
  let ways = 1;
  for (let i = 1; i <= n; i++) ways = ways * (m + i) / i;
  return Math.min(1, 2 / ways);
}

/** How far the study has come. */
export function progressWords({ arms }: StudySummary): string {
  const [runs, finished] = [arms.flatMap((arm) => arm.runs), arms.flatMap((arm) => arm.finished)];
  return doneWords({ runs, finished });
}
