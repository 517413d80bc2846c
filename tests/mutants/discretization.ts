/** Mistakes in what becomes of mixing weights: cells, choices, spaces. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/network/${name}_test.ts`;
const pDarts = "tests/methods/p_darts_test.ts";

export const discretization: readonly Mutant[] = [
  ...mutants("src/network/darts/discretize.ts", test("discretize"), [
    { what: "none may be taken", from: 'operation !== "none" && !(found', to: "!(found", ci: true },
    {
      what: "of equal operations the last is taken",
      from: "found.weight >= row[k]!",
      to: "found.weight > row[k]!",
    },
    {
      what: "the worst edges are kept",
      from: "return edges.sort((a, b) => b.weight - a.weight)",
      to: "return edges.sort((a, b) => a.weight - b.weight)",
    },
  ]),
  ...mutants("src/network/darts/discretize.ts", "tests/methods/pc_darts_test.ts", [
    {
      what: "edges are ranked without their own weights",
      from: "weight: weight * (edgeWeight(weights, edgeTensors[cell], edge) ?? 1),",
      to: "weight,",
    },
  ]),
  ...mutants("src/network/darts/discretize.ts", "tests/methods/fair_darts_test.ts", [
    {
      what: "an edge at the threshold is dropped",
      from: "weight >= threshold ? operation",
      to: "weight > threshold ? operation",
    },
  ]),
  ...mutants("src/network/darts/discretize.ts", "tests/methods/gdas_test.ts", [
    { what: "none is among the pairs", from: '.filter(({ operation }) => operation !== "none")', to: "" },
  ]),
  ...mutants("src/network/darts/shrink.ts", pDarts, [
    { what: "the heaviest operations go", from: "row[a]! - row[b]!);", to: "row[b]! - row[a]!);" },
    {
      what: "the heaviest skip gives way",
      from: "b.weight < a.weight ? b : a",
      to: "b.weight > a.weight ? b : a",
    },
    {
      what: "one skip more than allowed stays",
      from: "skips.length <= most ||",
      to: "skips.length <= most + 1 ||",
    },
  ]),
  ...mutants("src/network/nasbench201/discretize.ts", test("nasbench201_cells"), [
    {
      what: "the smallest weight wins",
      from: "row.indexOf(Math.max(...row))",
      to: "row.indexOf(Math.min(...row))",
    },
  ]),
  ...mutants("src/network/nasbench1shot1/discretize.ts", test("nasbench1shot1_cells"), [
    {
      what: "of equal inputs the last are taken",
      from: "row[b]! - row[a]!)",
      to: "row[b]! - row[a]! || b - a)",
    },
    {
      what: "blocks that lead nowhere keep their inputs",
      from: "const open = [blocks + 1];",
      to: "const open = range(blocks + 1).map((i) => i + 1);",
    },
  ]),
  ...mutants("src/network/discretize.ts", test("discretize"), [
    {
      what: "a choice lies in the row before",
      from: "offset + row * shape[1] + column",
      to: "offset + row * (shape[1] - 1) + column",
    },
  ]),
  ...mutants("src/network/alphas.ts", test("layout"), [
    {
      what: "matrices overlap",
      from: "floats = aligned(offset + shape[0] * shape[1]);",
      to: "floats = aligned(offset + shape[0]);",
    },
  ]),
];
