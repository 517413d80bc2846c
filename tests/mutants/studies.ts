/** Mistakes in what is said of many searches, and of what needs none. */
import { type Mutant, mutants } from "./mutant.ts";

const words = "tests/report/study_page_test.ts";
const numbers = "tests/report/study_test.ts";

export const studies: readonly Mutant[] = [
  ...mutants("src/benchmarks/baselines.ts", "tests/benchmarks/baselines_test.ts", [
    {
      what: "above is below",
      from: 'accuracy > other ? "above" : "below"',
      to: 'accuracy > other ? "below" : "above"',
      ci: true,
    },
    {
      what: "a random search trains a cell that it cannot pay for",
      from: "Math.floor(search.cost / search.training)",
      to: "Math.ceil(search.cost / search.training)",
    },
    {
      what: "a random search keeps the worst",
      from: "(end / n) ** draws - (first / n) ** draws",
      to: "(1 - first / n) ** draws - (1 - end / n) ** draws",
    },
  ]),
  ...mutants("pipelines/needs/cost.ts", "tests/pipelines/cost_test.ts", [
    { what: "steps of the alphas cost nothing", from: "? 2 : 1", to: "? 1 : 1" },
    { what: "a step has one image", from: "passes * steps * config.batch *", to: "passes * steps *" },
  ]),
  ...mutants("pipelines/comparison/run_files.ts", "tests/pipelines/study_records_test.ts", [
    {
      what: "looks of all searches are taken",
      from: 'row["search"] !== undefined && row["search"] !== chosen',
      to: "chosen === 0",
    },
    {
      what: "what a search went back from stays",
      from: "at(other) >= at(row)",
      to: "at(other) > 1e9 + at(row)",
    },
  ]),
  ...mutants("pipelines/study/records.ts", "tests/pipelines/study_records_test.ts", [
    {
      what: "a record of another seed is taken",
      from: "record.arm !== key.arm.name || record.seed !== key.seed",
      to: "record.arm !== key.arm.name",
    },
  ]),
  ...mutants("src/report/comparison_baselines.ts", "tests/report/comparison_baselines_test.ts", [
    {
      what: "a random search has the cost of the cheapest search",
      from: "cost(b.baselines) - cost(a.baselines)",
      to: "cost(a.baselines) - cost(b.baselines)",
    },
  ]),
  ...mutants("src/report/mann_whitney.ts", numbers, [
    {
      what: "the test looks at one side",
      from: "Math.abs(sum - middle) >= Math.abs(seen - middle)",
      to: "sum - middle >= Math.abs(seen - middle)",
    },
    { what: "ties count half a rank too little", from: "2 * below + equal + 1", to: "2 * below + equal" },
  ]),
  ...mutants("src/report/study.ts", numbers, [
    {
      what: "for good is the first time",
      from: "looks.findLastIndex(({ skips }) => skips < collapsedSkips)",
      to: "looks.findIndex(({ skips }) => skips < collapsedSkips)",
    },
    {
      what: "five skips are a collapse, and four are none",
      from: "skipsOf(result.genotype) >= collapsedSkips",
      to: "skipsOf(result.genotype) > collapsedSkips + 1",
    },
  ]),
  ...mutants("src/report/study_words.ts", words, [
    { what: "the least p is that of one side", from: "Math.min(1, 2 / ways)", to: "Math.min(1, 1 / ways)" },
    {
      what: "a small p shows nothing, and a large one does",
      from: "if (p < level)",
      to: "if (p >= level)",
    },
  ]),
  ...mutants("src/report/study_figure.ts", words, [
    {
      what: "an eigenvalue below zero has a place on a logarithmic scale",
      from: "value !== undefined && value > 0",
      to: "value !== undefined",
    },
  ]),
  ...mutants("src/report/study_strips.ts", words, [
    {
      what: "a dot is filled where the cell has collapsed",
      from: 'collapsed && " collapsed"',
      to: '!collapsed && " collapsed"',
    },
  ]),
  ...mutants("src/config/study_file.ts", "tests/cli/study_file_test.ts", [
    {
      what: "a file says the seed of its runs",
      from: 'const decided = ["method", "seed",',
      to: 'const decided = ["method",',
    },
  ]),
  ...mutants("pipelines/study/records.ts", "tests/pipelines/study_records_test.ts", [
    {
      what: "a record of other settings passes",
      from: "differingKey(wanted, there)",
      to: "differingKey(wanted, wanted)",
    },
  ]),
];
