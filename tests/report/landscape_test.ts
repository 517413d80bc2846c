import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "deno-std/assert";
import { landscapeHtml, landscapeSvg, sharpness } from "../../src/report/mod.ts";
import { band } from "../../src/report/landscape_data.ts";
import { landscapeCharts } from "../../src/report/landscape_figure.ts";
import { landscapeMaps } from "../../src/report/landscape_map.ts";
import { sampleLandscape } from "./landscape_sample.ts";

const sample = sampleLandscape();
const numbers = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map((match) => match.slice(1).map(Number));

Deno.test("landscape: sharpness of a bowl is its curvature and its rise", () => {
  const [steep, shallow] = sharpness(sample);
  assertAlmostEquals(steep!.curvature, 1, 1e-12);
  assertAlmostEquals(steep!.lossRise, 2, 1e-12);
  assertAlmostEquals(steep!.accuracyDrop, 0.2, 1e-12);
  assertAlmostEquals(shallow!.curvature, 0.1, 1e-12);
});

Deno.test("landscape: a band is mean less and plus the sample standard deviation; of one curve it is the curve", () => {
  const { mean, low, high } = band([[1, 2], [3, 2]]);
  assertEquals(mean, [2, 2]);
  assertAlmostEquals(low[0]!, 2 - Math.SQRT2, 1e-12);
  assertAlmostEquals(high[0]!, 2 + Math.SQRT2, 1e-12);
  assertEquals([low[1], high[1]], [2, 2]);
  assertEquals(band([[1, 2]]).low, [1, 2]);
});

Deno.test("landscape curves: a dot a radius, symmetric about the line of the alphas, in words too", () => {
  const loss = landscapeCharts(sample)[0]!.content.text;
  const dots = numbers(loss, /<circle cx="([\d.]+)" cy="([\d.]+)"/g);
  assertEquals(dots.length, 2 * sample.radii.length);
  const [middle] = numbers(loss, /class="mark" d="M([\d.]+)/g)[0]!;
  const [eigen, random] = [dots.slice(0, 5), dots.slice(5)];
  assertEquals(eigen[2], [middle!, eigen[2]![1]!]);
  assertAlmostEquals(eigen[0]![0]! + eigen[4]![0]!, 2 * middle!, 0.2);
  assertEquals(eigen[0]![1], eigen[4]![1]);
  // A value further up is further up in the drawing: rises of 2 and of 0.4 (the mean of 0.2 and 0.6).
  const rise = (of: number[][]) => of[2]![1]! - of[0]![1]!;
  assertAlmostEquals(rise(eigen) / rise(random), 5, 0.05);
  assertStringIncludes(
    loss,
    "Loss, dominant eigenvector: 3 at distance −2, 1 at distance 0, 3 at distance 2.",
  );
  assertStringIncludes(loss, "Loss, mean of 2 random directions: 1.4 at distance −2");
});

Deno.test("landscape maps: one cell a point, without gaps, coloured by the difference from the alphas", () => {
  const [loss] = landscapeMaps(sample);
  const pattern = /<rect class="(heat\w+)" x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"><title>/g;
  const cells = [...loss!.content.text.matchAll(pattern)];
  assertEquals(cells.length, 9);
  assertEquals(cells.reduce((area, cell) => area + Number(cell[4]) * Number(cell[5]), 0), 202 ** 2);
  const colours = cells.map((cell) => cell[1]);
  assertEquals(colours[4], "heatp0");
  assertEquals(colours[0], "heatp12");
  assertEquals(colours[7], "heatm5");
  // Rows ascend upwards.
  assert(Number(cells[0]![3]) > Number(cells[8]![3]));
  assertStringIncludes(
    loss!.content.text,
    "Over dominant eigenvector (to the right) and random direction 1 (upwards), each from −2 to 2: 1 at the " +
      "alphas, from 0.4 to 2.4.",
  );
});

Deno.test("landscape: a landscape without map, eigenvector or any change is drawn too", () => {
  const flat = {
    ...sample,
    map: null,
    eigenvalue: null,
    curves: [{ name: "random direction 1", kind: "random" as const, loss: [1, 1, 1], accuracy: [0, 0, 0] }],
    radii: [-1, 0, 1],
    center: { loss: 1, accuracy: 0 },
  };
  for (const text of [landscapeHtml(flat), landscapeSvg(flat)]) assert(!/NaN|Infinity|undefined/.test(text));
  const still = { ...flat, map: { ...sample.map!, loss: [[1]], accuracy: [[0]], radii: [0] } };
  assert(!/NaN|Infinity|undefined/.test(landscapeSvg(still)));
});

Deno.test("landscape: the file and the page need nothing else, and escape what they show", () => {
  for (const text of [landscapeHtml(sample), landscapeSvg(sample)]) {
    assertStringIncludes(text, "darts on s5, &lt;made up&gt;");
    assertStringIncludes(text, "prefers-color-scheme:dark");
    assert(!/<script|https?:\/\/(?!www\.w3\.org\/2000\/svg)|url\(|@import/.test(text));
  }
  assertStringIncludes(landscapeHtml(sample), "<dd>1</dd>");
});
