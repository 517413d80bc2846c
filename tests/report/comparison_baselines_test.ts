/** What needs no search, in a comparison and in the report of a run. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { type Baselines, loadNasbench201 } from "../../src/benchmarks/mod.ts";
import {
  type Comparison,
  comparisonCsv,
  comparisonHtml,
  comparisonJson,
  comparisonLines,
  reportHtml,
} from "../../src/report/mod.ts";
import { sampleComparison } from "./comparison_sample.ts";
import { sampleRun } from "./sample.ts";

const table = await loadNasbench201();

/** What 12 epochs of five cells cost, and more than that. */
const [five, more] = [1.0, 1.9].map((factor) => 5.001 * factor * 12 * 25_000 * 54.97e6);

/** The sample with what its runs would say of baselines; the second method's searches are the most expensive. */
function judged(): Comparison {
  const sample = sampleComparison();
  return {
    ...sample,
    groups: sample.groups.map((group, i) => ({
      ...group,
      runs: group.runs.map((run) =>
        run.record
          ? {
            ...run,
            record: {
              ...run.record,
              result: { ...run.record.result, baselines: table.baselines([five, more][i]) },
            },
          }
          : run
      ),
    })),
  };
}

Deno.test("comparison: what needs no search, once, at the cost of the most expensive search", () => {
  const [only, ...others] = comparisonJson(judged())["baselines"] as (Baselines & { space: string })[];
  assertEquals(others, []);
  const { space, ...baselines } = only!;
  assertEquals(space, "s3");
  assertEquals(baselines, table.baselines(more));
  assertEquals(baselines.rows.find(({ name }) => name === "a random search")!.draws, 9);
});

Deno.test("comparison: a line of the CSV a baseline, in the columns of the table's measures", () => {
  const lines = comparisonCsv(judged()).trimEnd().split("\r\n").map((line) => line.split(","));
  const head = lines[0]!;
  const value = (line: readonly string[], name: string) => line[head.indexOf(name)];
  assertEquals(lines.map((line) => line.length), lines.map(() => head.length));
  assertEquals(lines.slice(3).map((line) => [value(line, "method"), value(line, "runs")]), [
    ["all 3×3", ""],
    ["the ResNet cell", ""],
    ["all 3×3 but one skip", ""],
    ["a random cell", ""],
    ["a random search", ""],
    ["the optimum", ""],
  ]);
  const [all3, , , random] = lines.slice(3) as string[][];
  assertEquals(
    ["accuracy", "rank"].map((name) => Number(value(all3!, `benchmark_${name}_mean`)).toFixed(4)),
    ["0.9376", "167.0000"],
  );
  assertEquals(Number(value(random!, "benchmark_accuracy_std")!).toFixed(4), "0.1293");
  assertEquals(value(all3!, "test_accuracy_mean"), "");
});

Deno.test("comparison: the distance of each method to each baseline, on the page and in a terminal", () => {
  const page = comparisonHtml(judged());
  // The mean of 91, 92 and 93 to that of all 3×3, 93.76.
  for (const text of [page, comparisonLines(judged()).join("\n")]) {
    assertStringIncludes(text, "1.76 points below");
    assertStringIncludes(text, "A random search has the cost of the most expensive of these searches.");
    assert(!/NaN[^ ]|undefined|Infinity/.test(text));
  }
  assertStringIncludes(page, "Beside what needs no search");
  assert(!comparisonHtml(sampleComparison()).includes("needs no search"));
  assert(!comparisonLines(sampleComparison()).join("\n").includes("without a search"));
});

Deno.test("report: where the cell stands to what needs no search", () => {
  const run = sampleRun("s3", 2, 2);
  const benchmark = {
    table: "nasbench201",
    dataset: "cifar10",
    accuracies: { cifar10: 94.3 },
    rank: 5,
    of: 15_625,
    regret: 0.07,
  };
  const page = reportHtml({ ...run, result: { ...run.result, benchmark, baselines: table.baselines(five) } });
  assertStringIncludes(page, "The cell is 0.54 points above all 3×3, ");
  assertStringIncludes(page, "0.07 points below the optimum. A random search trains");
  assert(!reportHtml({ ...run, result: { ...run.result, benchmark } }).includes("needs no search"));
});
