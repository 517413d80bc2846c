/** The comparison as the README's chart: ratios beside each peer. */
import type { BarChart, BarGroup } from "./bar_chart.ts";
import type { Comparison } from "./comparisons.ts";
import { peerNames, peerTitles } from "./rows.ts";

/** Speed, and memory, beside each peer that took part; what has no peer is left to the table. */
export function bars(comparisons: readonly Comparison[], note: string): BarChart {
  const groups = peerNames.map((peer): BarGroup => ({
    name: `Beside ${peerTitles[peer]}`,
    bars: comparisons.flatMap((line) =>
      line.peer === peer && line.ratio !== undefined
        ? [{
          name: line.title,
          ratio: line.ratio,
          ...line.rounds && { range: line.rounds },
          ...line.target?.kind === "ratio-least" && { target: line.target.value },
        }]
        : []
    ),
  }));
  return {
    title: "Times as fast as the peers, and as little memory of the process",
    note,
    groups: groups.filter(({ bars }) => bars.length > 0),
  };
}
