/** What needs no search, in a comparison of searches that a table judges. */
import type { Baseline, Baselines } from "../benchmarks/baselines.ts";
import { againstTable, baselinesTable, besideLines, type Found } from "./baselines_table.ts";
import type { GroupSummary, Summary } from "./comparison_data.ts";
import { type Markup, markup } from "./markup.ts";
import { section } from "./page.ts";

/** The groups that one table judges by one data set. */
interface Judged {
  readonly space: string;
  readonly baselines: Baselines;
  readonly groups: readonly Found[];
}

const baselinesOf = ({ finished }: GroupSummary): Baselines[] =>
  finished.flatMap(({ record }) => (record.result["baselines"] as Baselines | undefined) ?? []);

/**
 * What stands beside the groups, as their runs have it: a random search at the cost of the most expensive of their
 * searches.
 * Accuracies are means over the seeds, in percent.
 */
export function judged({ groups, measures }: Summary): Judged[] {
  const keyOf = ({ space }: GroupSummary, { table, dataset }: Baselines) => [space, table, dataset].join();
  const all = groups.flatMap((group) =>
    baselinesOf(group).map((baselines) => ({ group, key: keyOf(group, baselines), baselines }))
  );
  const accuracy = measures.find(({ key }) => key === "benchmark_accuracy")!;
  return [...new Set(all.map(({ key }) => key))].map((key) => {
    const own = all.filter((one) => one.key === key);
    const cost = (baselines: Baselines) => baselines.cost ?? 0;
    const [{ group: { space }, baselines }] = own.sort((a, b) => cost(b.baselines) - cost(a.baselines)) as [
      typeof own[number],
    ];
    return {
      space,
      baselines,
      groups: groups.filter((group) => own.some((one) => one.group === group)).map((group) => ({
        name: group.name,
        accuracy: 100 * group.statistics.get(accuracy)!.mean,
      })),
    };
  });
}

/** How the random search was given its cost; nothing where there is none. */
const mostExpensive = ({ cost }: Baselines): string[] =>
  cost === undefined ? [] : ["A random search has the cost of the most expensive of these searches."];

/** A baseline as the measures of a comparison, which has percent as fractions. */
export const asMeasures = (
  { accuracy, std, rank, regret }: Baseline,
): Readonly<Record<string, { readonly mean: number | undefined; readonly std?: number | undefined }>> => ({
  benchmark_accuracy: { mean: accuracy / 100, std: std && std / 100 },
  benchmark_rank: { mean: rank },
  benchmark_regret: { mean: regret / 100 },
});

/** The section of the page. */
export function baselinesSection(summary: Summary): Markup | false {
  const all = judged(summary);
  return all.length > 0 &&
    section(
      "baselines",
      "Beside what needs no search",
      [...new Set(all.flatMap(({ baselines }) => [...baselines.notes, ...mostExpensive(baselines)]))].join(
        " ",
      ),
      all.map(({ space, baselines, groups }) =>
        markup`<figure class="comparison"><figcaption>${space} by ${baselines.table}, ${baselines.dataset}</figcaption>${
          baselinesTable(baselines)
        }${
          againstTable("Mean accuracies in the table against what needs no search", groups, baselines)
        }</figure>`
      ),
    );
}

/** The lines for a terminal. */
export const baselineLines = (summary: Summary): string[] =>
  judged(summary).flatMap(({ space, baselines, groups }) => [
    "",
    ...besideLines(`mean of each method in ${space}`, groups, baselines),
    ...mostExpensive(baselines),
  ]);
