import { assertAlmostEquals, assertEquals } from "deno-std/assert";
import { alphaMeasures } from "../../src/search/alpha_measures.ts";

const matrix = (name: string, rows: readonly (readonly string[])[]) => ({
  name,
  title: name,
  rows: rows.map((choices, r) => ({ name: `${r}`, choices })),
});

Deno.test("alpha measures: margin, skip weight, entropy and rows of none over all matrices", () => {
  const operations = ["none", "skip_connect", "nor_conv_3x3"];
  const matrices = [matrix("normal", [operations, operations]), matrix("inputs", [["0", "1"]])];
  const measures = alphaMeasures({
    normal: [[0.5, 0.25, 0.25], [0.1, 0.2, 0.7]],
    inputs: [[0.5, 0.5]],
  }, matrices);
  assertAlmostEquals(measures.margin!, (0.25 + 0.5 + 0) / 3, 1e-12);
  assertAlmostEquals(measures.skipWeight!, (0.25 + 0.2) / 2, 1e-12);
  assertEquals(measures.nones, 1);
  const entropy = (...row: number[]) => row.reduce((sum, x) => sum - x * Math.log(x), 0);
  const mean = (entropy(0.5, 0.25, 0.25) + entropy(0.1, 0.2, 0.7) + entropy(0.5, 0.5)) / 3;
  assertAlmostEquals(measures.entropy, mean, 1e-12);
});

Deno.test("alpha measures: rows of one choice have no margin, and there may be no skip", () => {
  const matrices = [matrix("normal", [["nor_conv_3x3"], ["nor_conv_1x1"]].map((row) => row))];
  const one = alphaMeasures({ normal: [[1], [1]] }, matrices);
  assertEquals([one.margin, one.skipWeight, one.nones, one.entropy], [undefined, undefined, 0, 0]);
});
