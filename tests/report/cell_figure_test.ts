import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import type { DartsGenotype, GenotypeEdge } from "../../src/network/darts/genotype.ts";
import { cellDiagrams, parseGenotype } from "../../src/network/genotype.ts";
import { cellFigure } from "../../src/report/cell_figure.ts";
import { cellGraph } from "../../src/report/cell_graph.ts";
import { type Box, layoutCell, type Wire } from "../../src/report/cell_layout.ts";
import { edgesTable } from "../../src/report/tables.ts";
import { type CellType, cellTypes } from "../../src/spaces/mod.ts";

const genotypes: Readonly<Record<string, DartsGenotype>> = publishedGenotypes;
const cells = Object.entries(genotypes).flatMap(([name, genotype]) =>
  cellTypes.map((cell) => ({ name, genotype, cell }))
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

const diagram = (genotype: DartsGenotype, cell: CellType) =>
  cellDiagrams(genotype).find(({ name }) => name === cell)!;

const layout = (genotype: DartsGenotype, cell: CellType) => layoutCell(cellGraph(diagram(genotype, cell)));

Deno.test("published cells: every edge is drawn once, named and in its colour", () => {
  for (const { genotype, cell } of cells) {
    const svg = cellFigure(diagram(genotype, cell));
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
  const svg = cellFigure(diagram(publishedGenotypes.AmoebaNet, "reduce"));
  assertStringIncludes(svg, '<title id="cell-reduce-title">Reduction cell</title>');
  assertStringIncludes(svg, "Node 0 adds avg_pool_3x3 of c_{k-2} and sep_conv_3x3 of c_{k-1}.");
  assertStringIncludes(svg, "Node 4 adds conv_7x1_1x7 of c_{k-2} and sep_conv_3x3 of node 3.");
  assertStringIncludes(svg, "The output c_{k} concatenates node 1, node 2, node 4.");
  assertStringIncludes(svg, "stride 2");
});

Deno.test("a standalone drawing brings its style for light and dark, one in a page does not", () => {
  const standalone = cellFigure(diagram(publishedGenotypes.DARTS_V2, "normal"), { standalone: true });
  assertStringIncludes(standalone, "@media (prefers-color-scheme:dark)");
  assertStringIncludes(standalone, 'xmlns="http://www.w3.org/2000/svg"');
  assert(!cellFigure(diagram(publishedGenotypes.DARTS_V2, "normal")).includes("<style>"));
});

Deno.test("an unused input, a one-node cell and an input in the concatenation are drawn", () => {
  const genotype: DartsGenotype = {
    normal: [["skip_connect", 0], ["sep_conv_3x3", 0]],
    normal_concat: [1, 2],
    reduce: [["skip_connect", 0], ["skip_connect", 1]],
    reduce_concat: [2],
  };
  const svg = cellFigure(diagram(genotype, "normal"));
  assertEquals(count(svg, /class="edge/g), 2);
  assertEquals(count(svg, /class="concat"/g), 2);
  assertEquals(count(svg, /class="state input"/g), 2);
});

Deno.test("the same cell gives the same drawing", () => {
  assertEquals(
    cellFigure(diagram(publishedGenotypes.NASNet, "reduce")),
    cellFigure(diagram(publishedGenotypes.NASNet, "reduce")),
  );
});

/** A cell of NAS-Bench-101 with an edge from the input to the output. */
const vertices = parseGenotype({
  matrix: [[0, 1, 1, 0, 1], [0, 0, 0, 1, 0], [0, 0, 0, 1, 1], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]],
  ops: ["input", "conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu", "output"],
}, "a test");

Deno.test("operations that stand on nodes are drawn there, and edges lead from one to the other", () => {
  const cell = cellDiagrams(vertices)[0]!;
  const { boxes, wires } = layoutCell(cellGraph(cell));
  assertEquals(boxes.filter(({ kind }) => kind === "node"), []);
  const box = (text: string) => boxes.find((one) => one.text === text)!;
  const links = wires.map(({ points }) =>
    [points[0]!, points.at(-1)!].map((point) => boxes.find((one) => touches(point, one))!.text).join(" → ")
  );
  assertEquals(links.sort(), [
    "c_{k-1} → c_{k}",
    "c_{k-1} → conv3x3-bn-relu",
    "c_{k-1} → maxpool3x3",
    "conv1x1-bn-relu → c_{k}",
    "conv3x3-bn-relu → conv1x1-bn-relu",
    "maxpool3x3 → c_{k}",
    "maxpool3x3 → conv1x1-bn-relu",
  ]);
  assert(box("conv1x1-bn-relu").x > box("maxpool3x3").x);
  const svg = cellFigure(cell);
  assertEquals(
    [...svg.matchAll(/<g class="vertex is-([\w-]+)" data-edge="(\d)">/g)].map(([, name]) => name),
    ["conv3x3-bn-relu", "maxpool3x3", "conv1x1-bn-relu"],
  );
  assertEquals(count(svg, /class="arrow"/g), 7);
});

Deno.test("a cell with operations on its nodes is told in words and as a table", () => {
  const cell = cellDiagrams(vertices)[0]!;
  const svg = cellFigure(cell);
  assertStringIncludes(svg, "Node 1 is conv3x3-bn-relu of c_{k-1}.");
  assertStringIncludes(svg, "Node 3 is conv1x1-bn-relu of the sum of node 1 and node 2.");
  assertStringIncludes(svg, "The output c_{k} concatenates node 2, node 3, plus c_{k-1}.");
  const { text } = edgesTable(cell);
  assertStringIncludes(text, '<th scope="row">node 3</th><td>conv1x1-bn-relu</td><td>node 1 + node 2</td>');
  assertStringIncludes(text, "<td>concatenation</td><td>node 2, node 3 + <i>c</i><sub>k−1</sub></td>");
});
