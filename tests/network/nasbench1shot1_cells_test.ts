/** The three spaces of NAS-Bench-1Shot1 and the cells in them. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { alphaLayout, rowsOf } from "../../src/network/alphas.ts";
import { choicesOf, discreteMixing, discretize, randomGenotype } from "../../src/network/discretize.ts";
import {
  cellOperations,
  genotypeJson,
  genotypeText,
  readGenotype,
  skipCount,
} from "../../src/network/genotype.ts";
import { cellCounts, distinctMatrices, isPublished } from "../../src/network/nasbench1shot1/count.ts";
import { adjacencies } from "../../src/network/nasbench1shot1/discretize.ts";
import { connected, type ModelSpec } from "../../src/network/nasbench1shot1/model_spec.ts";
import type { NasBench1Shot1Space } from "../../src/spaces/nasbench1shot1.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { word } from "../../src/random.ts";

const space = (number: number) => spaceByName(`nasbench1shot1-${number}`) as NasBench1Shot1Space;

const [pool, conv3, conv1] = ["maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu"] as const;

// Rows and columns of the tensors of architecture parameters, as in the public code.
const shapes = {
  1: { mixed_op: [4, 3], output: [1, 5], inputs_0: [1, 3], inputs_1: [1, 4] },
  2: { mixed_op: [4, 3], output: [1, 5], inputs_0: [1, 2], inputs_1: [1, 3], inputs_2: [1, 4] },
  3: {
    ...{ mixed_op: [5, 3], output: [1, 6] },
    ...{ inputs_0: [1, 2], inputs_1: [1, 3], inputs_2: [1, 4], inputs_3: [1, 5] },
  },
};
for (const [number, wanted] of Object.entries(shapes)) {
  Deno.test(`nasbench1shot1-${number}: tensors of architecture parameters`, () => {
    const { matrices } = alphaLayout(space(Number(number)).matrices);
    assertEquals(matrices.map(({ name, shape }) => [name, shape] as const), Object.entries(wanted) as never);
  });
}

// Choices of inputs; labelled cells with blocks that lead nowhere; matrices and labelled cells without, as published.
for (
  const [number, ...wanted] of [
    [1, 180, 14580, 49, 2487],
    [2, 360, 29160, 65, 3609],
    [3, 5400, 1312200, 234, 24066],
  ] as const
) {
  Deno.test(`nasbench1shot1-${number}: cells counted one by one`, () => {
    const { cells_with_loose_ends, cells, published_cells } = cellCounts(space(number));
    const matrices = distinctMatrices(space(number));
    assertEquals(
      [
        adjacencies(space(number)).length,
        cells_with_loose_ends,
        matrices.filter(isPublished).length,
        published_cells,
      ],
      [...wanted],
    );
    assert(cells! > published_cells!);
    for (const matrix of matrices) {
      assert(matrix.flat().reduce((sum, edge) => sum + edge, 0) <= 9, "NAS-Bench-101 has at most 9 edges");
    }
  });
}

/** A worked example of space 1. */
const example = {
  mixed_op: [[0.5, 0.3, 0.2], [0.2, 0.5, 0.3], [0.2, 0.3, 0.5], [0.1, 0.8, 0.1]],
  output: [[0.1, 0.2, 0.15, 0.25, 0.3]],
  inputs_0: [[0.2, 0.5, 0.3]],
  inputs_1: [[0.4, 0.1, 0.3, 0.2]],
};

Deno.test("discretization of NAS-Bench-1Shot1: the best inputs, and an empty vertex for NAS-Bench-101", () => {
  assertEquals(discretize(example, space(1)), {
    matrix: [
      [0, 1, 1, 0, 1, 0, 0],
      [0, 0, 1, 1, 0, 0, 0],
      [0, 0, 0, 1, 1, 0, 0],
      [0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 1],
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
    ],
    ops: ["input", pool, conv3, conv1, conv3, conv1, "output"],
  });
});

Deno.test("discretization of NAS-Bench-1Shot1: blocks that lead nowhere lose their edges, not their operation", () => {
  const spec = discretize({ ...example, output: [[0.4, 0.3, 0.1, 0.1, 0.1]] }, space(1)) as ModelSpec;
  const edges = spec.matrix.flatMap((row, i) => row.flatMap((edge, j) => (edge ? [`${i}→${j}`] : [])));
  assertEquals(edges, ["0→1", "0→6", "1→6"]);
  assertEquals(spec.ops[4], conv3);
  assertEquals(connected(spec), [0, 1, 6]);
  assertEquals(cellOperations(spec), [[pool]]);
  assertEquals(skipCount(spec), 0);
});

Deno.test("discretization of NAS-Bench-1Shot1: of equal weights the first counts", () => {
  const even = Object.fromEntries(
    space(3).matrices.map(({ name, rows }) => [name, rows.map(({ choices }) => choices.map(() => 1))]),
  );
  const spec = discretize(even, space(3)) as ModelSpec;
  assertEquals(spec.ops, ["input", pool, pool, pool, pool, pool, "output"]);
  assertEquals(spec.matrix[0], [0, 1, 0, 0, 0, 0, 1]);
  assertEquals(spec.matrix[1], [0, 0, 0, 0, 0, 0, 1]);
});

for (const number of [1, 2, 3]) {
  Deno.test(`nasbench1shot1-${number}: a cell's choices, as mixing weights, are discretized to it again`, () => {
    const layout = alphaLayout(space(number).matrices);
    for (let seed = 0; seed < 40; seed++) {
      let next = 0;
      const spec = randomGenotype(space(number), (below) => word([seed, 1], next++) % below) as ModelSpec;
      const mixing = discreteMixing(spec, space(number), layout);
      const again = discretize(rowsOf(mixing, layout), space(number)) as ModelSpec;
      assertEquals(again, spec);
      const into = (vertex: number) => spec.matrix.filter((row) => row[vertex]).length;
      assertEquals(into(6), space(number).outputParents);
      space(number).parents.forEach((count, i) => assert([0, count].includes(into(i + 1))));
      const rows = choicesOf(spec, space(number)).map(({ matrix, row, column }) =>
        `${matrix} ${row} ${column}`
      );
      assertEquals(new Set(rows).size, rows.length);
    }
  });
}

Deno.test("a ModelSpec is read back from JSON, laid out or on one line", () => {
  const spec = discretize(example, space(1));
  assertEquals(readGenotype(genotypeJson(spec), "a test"), spec);
  assertEquals(readGenotype(genotypeText(spec), "a test"), spec);
});

const chain = { matrix: [[0, 1, 0], [0, 0, 1], [0, 0, 0]], ops: ["input", conv3, "output"] };
for (
  const [change, message] of [
    [
      { ops: ["input", "conv3x3", "output"] },
      'ops, vertex 1: unknown operation "conv3x3"; there are conv3x3-bn-relu, conv1x1',
    ],
    [{ ops: ["input", "output", "output"] }, "ops: output stands between the first and the last vertex"],
    [{ ops: ["input", conv3] }, "ops: it begins with input and ends with conv3x3-bn-relu"],
    [
      { matrix: [[0, 1], [0, 0]] },
      "matrix: it has 2 rows of 2 columns, and should have a row and a column for each of the 3 vertices of ops",
    ],
    [
      { matrix: [[0, 1, 0], [0, 1, 1], [0, 0, 0]] },
      "matrix: row 1 has an edge that does not lead to a later",
    ],
    [{ matrix: [[0, 1, 0], [0, 0, 0], [0, 0, 0]] }, "matrix: no path from the input to the output"],
    [
      { matrix: [[0, 2, 0], [0, 0, 1], [0, 0, 0]] },
      "matrix, row 0, column 1: it is 2, but an edge is 0 or 1",
    ],
  ] as const
) {
  Deno.test(`a ModelSpec with ${JSON.stringify(change)} is refused`, () => {
    const text = JSON.stringify({ ...chain, ...change });
    assertThrows(() => readGenotype(text, "a test"), UserError, `from a test, ${message}`);
  });
}
