import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { publishedGenotypes } from "../../src/network/genotypes.ts";
import type { Genotype, GenotypeEdge } from "../../src/network/genotype.ts";
import { cellFigure } from "../../src/report/cell_figure.ts";
import { cellGraph } from "../../src/report/cell_graph.ts";
import { type Box, layoutCell, type Wire } from "../../src/report/cell_layout.ts";

const cells = Object.entries(publishedGenotypes as Record<string, Genotype>).flatMap(([name, genotype]) =>
  (["normal", "reduce"] as const).map((cell) => ({ name, genotype, cell }))
);

const count = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].length;

/** A wire as the curve draws it: cubic Béziers whose control points lie halfway, level with the ends. */
function trace({ points }: Wire): [number, number][] {
  return points.slice(1).flatMap(([x1, y1], i) => {
    const [x0, y0] = points[i]!;
    return Array.from({ length: 41 }, (_, k): [number, number] => {
      const t = k / 40;
      const middle = 3 * t * (1 - t);
      return [
        x0 * (1 - t) ** 3 + middle * (x0 + x1) / 2 + x1 * t ** 3,
        y0 * ((1 - t) ** 3 + middle * (1 - t)) + y1 * (t ** 3 + middle * t),
      ];
    });
  });
}

const inside = ([x, y]: readonly [number, number], box: Box, room: number) =>
  Math.abs(x - box.x) < box.width / 2 + room && Math.abs(y - box.y) < box.height / 2 + room;

/** The box on whose side a point of a wire lies. */
const touches = ([x, y]: readonly [number, number], box: Box) =>
  Math.abs(Math.abs(x - box.x) - box.width / 2) < 0.01 && Math.abs(y - box.y) <= box.height / 2;

const layout = (genotype: Genotype, cell: "normal" | "reduce") =>
  layoutCell(cellGraph(genotype[cell], genotype[`${cell}_concat`]));

Deno.test("published cells: every edge is drawn once, named and in its colour", () => {
  for (const { genotype, cell } of cells) {
    const svg = cellFigure(genotype, cell);
    const edges = [
      ...svg.matchAll(/<g class="edge is-(\w+)" data-edge="(\d+)">.*?<text[^>]*>([^<]*)<\/text><\/g>/g),
    ];
    assertEquals(
      edges.map(([, style, index, label]) => [Number(index), style, label]),
      genotype[cell].map(([operation], i) => [i, operation, operation]),
    );
    assertEquals(count(svg, /class="concat"/g), genotype[`${cell}_concat`].length);
    assertEquals(count(svg, /class="arrow"/g), genotype[cell].length + genotype[`${cell}_concat`].length);
    assertEquals(count(svg, /class="state node"/g), genotype[cell].length / 2);
  }
});

Deno.test("published cells: wires start and end at their own boxes", () => {
  for (const { genotype, cell } of cells) {
    const { boxes, wires } = layout(genotype, cell);
    const states = boxes.filter(({ kind }) => kind !== "operation");
    const operations = boxes.filter(({ kind }) => kind === "operation");
    for (const [index, [, predecessor]] of (genotype[cell] as readonly GenotypeEdge[]).entries()) {
      const [into, onward] = wires.filter(({ edge }) => edge?.index === index) as [Wire, Wire];
      const box = operations.find((operation) => operation.index === index)!;
      assert(touches(into.points[0]!, states.find((state) => state.index === predecessor)!));
      assert(touches(into.points.at(-1)!, box));
      assert(touches(onward.points[0]!, box));
      const node = states.find((state) => state.index === 2 + Math.floor(index / 2))!;
      assert(touches(onward.points.at(-1)!, node));
    }
  }
});

Deno.test("published cells: no wire touches a box that is not its own, no box another", () => {
  for (const { name, genotype, cell } of cells) {
    const { boxes, wires, width, height } = layout(genotype, cell);
    for (const wire of wires) {
      const own = boxes.filter((box) => touches(wire.points[0]!, box) || touches(wire.points.at(-1)!, box));
      for (const point of trace(wire)) {
        const hit = boxes.find((box) => !own.includes(box) && inside(point, box, 3));
        assert(!hit, `${name} ${cell}: a wire runs over ${hit?.text} at ${point}`);
        assert(point[0] >= 0 && point[0] <= width && point[1] >= 0 && point[1] <= height);
      }
    }
    for (const [i, a] of boxes.entries()) {
      for (const b of boxes.slice(0, i)) {
        const apart = Math.abs(a.x - b.x) >= (a.width + b.width) / 2 + 8 ||
          Math.abs(a.y - b.y) >= (a.height + b.height) / 2 + 8;
        assert(apart, `${name} ${cell}: ${a.text} and ${b.text} are too close`);
      }
    }
  }
});

Deno.test("inputs are on the left, the first above the second, and the output on the right", () => {
  for (const { genotype, cell } of cells) {
    const { boxes } = layout(genotype, cell);
    const named = (text: string) => boxes.find((box) => box.text === text)!;
    const xs = boxes.map(({ x }) => x);
    assertEquals([named("c_{k-2}").x, named("c_{k-1}").x], [Math.min(...xs), Math.min(...xs)]);
    assertEquals(named("c_{k}").x, Math.max(...xs));
    assert(named("c_{k-2}").y < named("c_{k-1}").y);
  }
});

Deno.test("a cell is told in words: nodes, inputs, concatenation, stride", () => {
  const svg = cellFigure(publishedGenotypes.AmoebaNet, "reduce");
  assertStringIncludes(svg, '<title id="cell-reduce-title">Reduction cell</title>');
  assertStringIncludes(svg, "Node 0 adds avg_pool_3x3 of c_{k-2} and sep_conv_3x3 of c_{k-1}.");
  assertStringIncludes(svg, "Node 4 adds conv_7x1_1x7 of c_{k-2} and sep_conv_3x3 of node 3.");
  assertStringIncludes(svg, "The output c_{k} concatenates node 1, node 2, node 4.");
  assertStringIncludes(svg, "stride 2");
});

Deno.test("a standalone drawing brings its style for light and dark, one in a page does not", () => {
  const standalone = cellFigure(publishedGenotypes.DARTS_V2, "normal", { standalone: true });
  assertStringIncludes(standalone, "@media (prefers-color-scheme:dark)");
  assertStringIncludes(standalone, 'xmlns="http://www.w3.org/2000/svg"');
  assert(!cellFigure(publishedGenotypes.DARTS_V2, "normal").includes("<style>"));
});

Deno.test("an unused input, a one-node cell and an input in the concatenation are drawn", () => {
  const genotype: Genotype = {
    normal: [["skip_connect", 0], ["sep_conv_3x3", 0]],
    normal_concat: [1, 2],
    reduce: [["skip_connect", 0], ["skip_connect", 1]],
    reduce_concat: [2],
  };
  const svg = cellFigure(genotype, "normal");
  assertEquals(count(svg, /class="edge/g), 2);
  assertEquals(count(svg, /class="concat"/g), 2);
  assertEquals(count(svg, /class="state input"/g), 2);
});

Deno.test("the same cell gives the same drawing", () => {
  assertEquals(
    cellFigure(publishedGenotypes.NASNet, "reduce"),
    cellFigure(publishedGenotypes.NASNet, "reduce"),
  );
});
