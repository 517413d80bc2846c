import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "deno-std/assert";
import { alphasFigure, alphasLegend, lift, liftRange } from "../../src/report/alphas_figure.ts";
import { collapseNote } from "../../src/report/collapse_note.ts";
import { lineChart } from "../../src/report/line_chart.ts";
import { fewTestImagesNotes } from "../../src/report/test_note.ts";
import { curvesFigure } from "../../src/report/curves_figure.ts";
import { heatName, heatStep, heatSteps } from "../../src/report/heat_ramp.ts";
import { softmax } from "../../src/softmax.ts";
import type { MetricRow } from "../../src/report/mod.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { choicesOf } from "../../src/network/discretize.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

/** Three epochs of one space; the logits of row 0 of the normal cell move, all others are even. */
function alphas(space: "s1" | "s5") {
  const { matrices } = spaceByName(space);
  const mixing = [0, 1, 2].map((epoch) => ({
    epoch,
    weights: Object.fromEntries(matrices.map(({ name, rows }) => [
      name,
      rows.map(({ choices }, row) =>
        softmax(choices.map((_, k) => name === "normal" && row === 0 && k === 0 ? epoch : 0))
      ),
    ])),
  }));
  const choices = choicesOf(publishedGenotypes[`c10_${space}_ms`], spaceByName(space));
  const of = (name: string) => ({
    matrix: matrices.find((matrix) => matrix.name === name)!,
    mixing,
    choices,
  });
  return { matrices, mixing, of };
}

Deno.test("softmax sums to one and does not overflow", () => {
  assertEquals(softmax([1000, 1000]), [0.5, 0.5]);
  assertAlmostEquals(softmax([1.2, 0.8])[0]!, 0.598688, 1e-6);
});

Deno.test("lift is the doublings over uniform; the ramp ends at its range and keeps NaN neutral", () => {
  const weights = [0.5, 0.125, ...Array<number>(6).fill(0.0625)];
  assertEquals([1, 0, 2].map((column) => lift(weights, column)), [0, 2, -1]);
  // Of weights that do not sum to one, their shares.
  assertEquals([1, 0, 2].map((column) => lift(weights.map((w) => 4 * w), column)), [0, 2, -1]);
  assertEquals([heatStep(0), heatStep(1), heatStep(-7), heatStep(NaN)], [0, heatSteps, -heatSteps, 0]);
  assertEquals([heatName(0), heatName(3), heatName(-3)], ["heatp0", "heatp3", "heatm3"]);
  const largest = softmax([2, 0, 0, 0, 0, 0, 0, 0])[0]!;
  assertAlmostEquals(liftRange(alphas("s5").mixing), Math.log2(8 * largest), 1e-12);
});

Deno.test("alphas: one panel an operation, a rectangle an edge that offers it, equal neighbours merged", () => {
  const data = alphas("s5");
  const html = alphasFigure(data.of("normal"), liftRange(data.mixing)).text;
  assertEquals(count(html, /class="panel /g), 8);
  const none = html.slice(html.indexOf("is-none"), html.indexOf("is-max_pool_3x3"));
  const rectangles = [...none.matchAll(/M(\d+) (\d+)h(\d+)v11H\d+z/g)].map((match) =>
    match.slice(1).map(Number)
  );
  // Edge 0 takes three colours; the 13 others stay neutral for all three epochs.
  assertEquals(rectangles.filter(([, y]) => y === 0).map(([x, , width]) => [x, width]), [[0, 1], [1, 1], [
    2,
    1,
  ]]);
  assertEquals(
    rectangles.filter(([, y]) => y! > 0).map(([x, , width]) => [x, width]),
    Array(13).fill([0, 3]),
  );
});

Deno.test("alphas: a dot for each edge of the genotype, in the panel of its operation", () => {
  const data = alphas("s5");
  for (const cell of ["normal", "reduce"] as const) {
    const html = alphasFigure(data.of(cell), 1).text;
    assertEquals(count(html, /<circle/g), 8);
    const skip = html.slice(html.indexOf("is-skip_connect"), html.indexOf("is-sep_conv_3x3"));
    assertEquals(count(skip, /<circle/g), 1);
  }
});

Deno.test("alphas of S1: an operation is drawn only on the edges that offer it", () => {
  const data = alphas("s1");
  const html = alphasFigure(data.of("normal"), 1).text;
  assertEquals(count(html, /class="panel /g), 5);
  const pool = html.slice(html.indexOf("is-max_pool_3x3"), html.indexOf("is-skip_connect"));
  assertEquals(count(pool, /class="absent"/g), 12);
});

Deno.test("the legend gives weights, or multiples where rows differ in their number of choices", () => {
  const { matrices } = alphas("s5");
  assertStringIncludes(
    alphasLegend(matrices, 1).text,
    "<span>0.0625</span><span>0.125</span><span>0.25</span>",
  );
  const uneven = [...matrices, {
    name: "more",
    title: "More",
    rows: [{ name: "0", choices: ["none", "noise"] }],
  }];
  assertStringIncludes(alphasLegend(uneven, 1).text, "<span>0.5 ×</span><span>1 ×</span><span>2 ×</span>");
});

const row = (epoch: number, measures: Partial<MetricRow>): MetricRow => ({
  stage: "search",
  epoch,
  ...measures,
});

Deno.test("curves: what was not measured, null and NaN leave no point", () => {
  const rows = [
    row(0, { train_loss: 2, valid_loss: null }),
    row(1, { train_loss: NaN, valid_loss: 1.5 }),
    row(2, { train_loss: 1 }),
  ];
  const html = curvesFigure(rows, "search").text;
  assertEquals(count(html, /class="chart"/g), 1);
  assertEquals(count(html, /<circle/g), 3);
  assert(!html.includes("NaN"));
  assertStringIncludes(html, "Loss, training: 2 at epoch 0, 1 at epoch 2.");
  assertEquals(curvesFigure(rows, "train").text.includes("svg"), false);
});

Deno.test("curves: one epoch is one dot; a constant measure has a scale", () => {
  const html = curvesFigure([row(4, { train_loss: 0, lr: 0.025 })], "search").text;
  assertEquals(count(html, /<circle/g), 2);
  assert(!/NaN|Infinity|undefined/.test(html));
  assertStringIncludes(html, "Loss, training: 0 at epoch 4.");
});

Deno.test("line chart: a logarithmic axis where all values are above zero, else an even one", () => {
  const heights = (values: number[], reach: number[] = []) => {
    const { text } = lineChart({
      ...{
        id: "a",
        title: "a",
        format: String,
        width: 300,
        height: 226,
        charWidth: 7,
        reach,
        logarithmic: true,
      },
      series: [{ name: "a", style: "single", points: values.map((value, i) => [i, value] as const) }],
    });
    assert(!/NaN|Infinity/.test(text), text);
    return [...text.matchAll(/<circle cx="[\d.]+" cy="([\d.]+)"/g)].map(([, y]) => Number(y));
  };
  const steps = ([a, b, c]: number[]) => [a! - b!, b! - c!];
  const [first, second] = steps(heights([0.1, 1, 10]));
  assert(Math.abs(first! - second!) < 0.2 && first! > 50);
  // One number of another chart that is not above zero: the charts beside each other have one kind of axis.
  const [low, high] = steps(heights([0.1, 1, 10], [-1]));
  assert(Math.abs(high! / low! - 10) < 0.5);
  assertEquals(heights([2, 2, 2]).length, 3);
});

Deno.test("curves: small charts only for what the rows have", () => {
  const html = curvesFigure([
    row(0, { epsilon: 0.1, skip_count: 2 }),
    row(1, { epsilon: 0.2, skip_count: 3 }),
  ], "search");
  assertEquals(count(html.text, /class="chart small"/g), 2);
});

Deno.test("fewTestImagesNotes: Wilson's interval where it is wide, also where all or no images were right", () => {
  const between = (accuracy: number, images: number) => fewTestImagesNotes({ accuracy }, images);
  const words = (images: number, from: number, to: number) => [
    `The test accuracy is that of only ${images} images; on many it would lie between ${from} and ${to} %, 19 times ` +
    "in 20.",
  ];
  // By the formula with z = 1.96: 9 of 12 are 0.468 to 0.911, 0 of 10 are 0 to 0.278.
  assertEquals(between(0.75, 12), words(12, 47, 91));
  assertEquals(between(0, 10), words(10, 0, 28));
  assertEquals(between(1, 10), words(10, 72, 100));
  assertEquals(between(0.5, 512), []);
  assertEquals(fewTestImagesNotes(undefined, 12), []);
});

Deno.test("collapseNote speaks from half the operations on", () => {
  assertEquals(collapseNote(publishedGenotypes.c10_s5_ms, "Another seed"), undefined);
  assertStringIncludes(
    collapseNote(publishedGenotypes.c10_s2_pcdarts, "Another seed")!,
    "6 of the 8 operations of the normal cell",
  );
});
