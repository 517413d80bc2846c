import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { barChart } from "../../bench/contest/bar_chart.ts";

const chart = barChart({
  title: "Ratios",
  note: "two & two",
  groups: [
    {
      name: "Beside A",
      bars: [{ name: "met", ratio: 4, range: [3, 5], target: 2 }, { name: "short", ratio: 1.2, target: 2 }],
    },
    { name: "Beside B", bars: [{ name: "slower", ratio: 0.5 }] },
  ],
});
const numbers = (pattern: RegExp) => [...chart.matchAll(pattern)].map((match) => match.slice(1).map(Number));

Deno.test("bar chart: values, targets and misses stand in words, in the description too", () => {
  assertStringIncludes(chart, ">4×, aim 2×<");
  assertStringIncludes(chart, ">1.2×, aim 2× missed<");
  assertStringIncludes(chart, "Beside B: slower 0.5×.</desc>");
  assertStringIncludes(chart, "two &amp; two");
});

Deno.test("bar chart: bars begin at 1, to the right for more, to the left for less, by logarithm", () => {
  const bars = numbers(/<rect class="bar[^"]*" x="([\d.]+)" y="\d+" width="([\d.]+)"/g);
  const [baseline] = numbers(/class="baseline" d="M([\d.]+)/g)[0]!;
  assertEquals([bars[0]![0], bars[1]![0]], [baseline, baseline]);
  assert(Math.abs(bars[2]![0]! + bars[2]![1]! - baseline!) < 0.2);
  assert(Math.abs(bars[0]![1]! - 2 * bars[2]![1]!) < 0.3);
});

Deno.test("bar chart: a range is a line around the end of its bar, and only where there is one", () => {
  const [[x, width]] = numbers(/<rect class="bar[^"]*" x="([\d.]+)" y="\d+" width="([\d.]+)"/g) as [number[]];
  const ranges = numbers(/class="range" d="M([\d.]+) [\d.]+H([\d.]+)"/g);
  assertEquals(ranges.length, 1);
  assert(ranges[0]![0]! < x! + width! && ranges[0]![1]! > x! + width!);
});

Deno.test("bar chart: everything lies on the page", () => {
  const [width, height] = numbers(/viewBox="0 0 (\d+) (\d+)"/g)[0]!;
  for (const [x, y] of numbers(/<text[^>]* x="([\d.]+)" y="([\d.]+)"/g)) {
    assert(x! >= 0 && x! < width! && y! > 0 && y! < height!);
  }
});

Deno.test("bar chart: colours for light and dark, nothing from outside", () => {
  assertStringIncludes(chart, "prefers-color-scheme:dark");
  assert(!/href|url\(/.test(chart));
});

Deno.test("bar chart: of nothing it is a heading", () => {
  assertStringIncludes(barChart({ title: "Ratios", note: "", groups: [] }), ">Ratios<");
});
