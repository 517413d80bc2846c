/** What the page of a study, its figure and its lines in a terminal say in the same words. */
import type { Found } from "./baselines_table.ts";
import { duration, hundredths, measure, whole } from "./format.ts";
import {
  type ArmSummary,
  collapsedSkips,
  type Spread,
  type StudyRun,
  type StudySummary,
  type StudyTest,
} from "./study.ts";

/** An accuracy of the table, as the table has it. */
export const accuracyWords = hundredths;

/** "93.10 ± 0.42"; of one value the value alone. */
const meanWords = (spread: Spread | undefined, format: (value: number) => string): string =>
  spread === undefined ? "–" : format(spread.mean) + (spread.std === null ? "" : ` ± ${format(spread.std)}`);

/** "3 of 5", and how many failed. */
export function doneWords({ runs, finished }: Pick<ArmSummary, "runs" | "finished">, what = ""): string {
  const failed = runs.filter(({ state }) => state === "failed").length;
  return `${finished.length} of ${runs.length}${what}${failed > 0 ? `, ${failed} failed` : ""}`;
}

/** "4 of 5 (80 %)": runs whose found cell is a collapsed one. */
const collapsedWords = ({ collapsed, finished }: ArmSummary): string =>
  finished.length === 0
    ? "–"
    : `${collapsed} of ${finished.length} (${Math.round(100 * collapsed / finished.length)} %)`;

/** A step, or never. */
export const sinceWords = ({ since }: StudyRun): string =>
  since === undefined ? "–" : since === null ? "never" : whole(since);

/** "970, never, 1,940": a run each, in the order of the seeds. */
const sincesWords = ({ runs }: ArmSummary): string =>
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
  { title: "Layer alignment Λ", of: ({ alignment }) => median(alignment, measure) },
  { title: "Margin", of: ({ margin }) => median(margin, measure) },
  { title: "Skip weight", of: ({ skipWeight }) => median(skipWeight, measure) },
  { title: "Eigenvalue", of: ({ eigenvalue }) => median(eigenvalue, measure) },
  { title: "Time", short: "time", of: ({ seconds }) => median(seconds, duration) },
  { title: `Step from which ${collapsedSkips} skips or more stay`, of: sincesWords },
];

/** How to read the table of arms. */
export const columnsWords =
  "A search learns alphas, which it chooses the operations of its cell by, and the weights of a supernet, which has all " +
  "operations, mixed by the alphas; warmup is the number of first epochs in which the alphas rest. Accuracy and rank " +
  "are what the table says of the found cell. Skips are skip connections, of the cell that the alphas would give: the " +
  'last column has for each seed the step from which they are too many until the end, or "never". Layer alignment Λ (how ' +
  "far the cells agree on the alphas), margin (of the two largest mixing weights of an edge), skip weight, eigenvalue " +
  "(how sharp the loss of one search batch is around the alphas) and time are medians over the seeds, at the end of the " +
  "search.";

/** "ms-darts against darts: …": what a test says and what it does not. */
export const testWords = (test: StudyTest): string =>
  `${test.first.arm.name} against ${test.second.arm.name}: ${verdictWords(test)}.`;

/** The same without the names of the arms. */
export function verdictWords({ first, second, result }: StudyTest): string {
  if (result === undefined) {
    const empty = [first, second].filter(({ finished }) => finished.length === 0).map(({ arm }) => arm.name);
    return `no test, as ${empty.join(" and ")} ${empty.length > 1 ? "have" : "has"} no finished run`;
  }
  const { above, ties, p } = result;
  const tied = ties > 0 ? " (ties by half)" : "";
  const share = measure(100 * Math.max(above, 1 - above));
  const higher = above === 0.5
    ? `each is above the other in as many pairs of runs${tied}`
    : `${(above > 0.5 ? first : second).arm.name} is above in ${share} % of the pairs of runs${tied}`;
  return `${higher}, p = ${probability(p)}: ${verdict(first, second, p)}`;
}

/** How to read the tests. */
export const testsWords =
  "The exact test of Mann and Whitney on the accuracies of two arms, two-sided. U counts the pairs of runs in which the " +
  "first is above the second, ties by half; p is how often chance alone would divide the same values at least as " +
  "unevenly. It looks at ranks only: it says nothing of how far apart the arms are, nor of other settings. The level of " +
  "0.05 is not corrected for several tests.";

/** p to three figures. */
export const probability = (p: number): string => String(Number(p.toPrecision(3)));

/** The customary level. */
const level = 0.05;

function verdict(
  { finished: { length: n } }: ArmSummary,
  { finished: { length: m } }: ArmSummary,
  p: number,
) {
  if (p < level) return "chance alone would seldom divide them so";
  const least = leastP(n, m);
  return least < level
    ? "chance alone may well divide them so, which does not show that they are equal"
    : `with ${n} and ${m} runs p is never below ${
      probability(least)
    }, so no outcome could have told them apart`;
}

/** The smallest p that samples of these sizes can have: all of one above all of the other. */
function leastP(n: number, m: number): number {
  let ways = 1;
  for (let i = 1; i <= n; i++) ways = ways * (m + i) / i;
  return Math.min(1, 2 / ways);
}

/** "51 of 60 runs, 1 failed": how far the study has come. */
export function progressWords({ arms }: StudySummary): string {
  const [runs, finished] = [arms.flatMap((arm) => arm.runs), arms.flatMap((arm) => arm.finished)];
  return doneWords({ runs, finished }, " runs");
}

/** What stands for each arm beside the baselines. */
export const medians = ({ arms }: StudySummary): Found[] =>
  arms.map(({ arm, accuracy }) => ({ name: arm.name, accuracy: accuracy?.median }));
