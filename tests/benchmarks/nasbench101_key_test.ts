import { assertEquals, assertNotEquals, assertThrows } from "deno-std/assert";
import { cellKey, type Nasbench101Cell } from "../../src/benchmarks/nasbench101_key.ts";

const OPS = ["conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3"];

/** A matrix from its rows above the diagonal, as "110/01/1". */
const upper = (text: string): number[][] => {
  const rows = [...text.split("/"), ""];
  return rows.map((row, i) => [...Array(i + 1).fill(0), ...Array.from(row, Number)]);
};

/** Every labelled cell of so many vertices. */
function* allCells(vertices: number): Generator<Nasbench101Cell> {
  const edges = vertices * (vertices - 1) / 2;
  for (let bits = 0; bits < 2 ** edges; bits++) {
    let edge = 0;
    const matrix = Array.from(
      { length: vertices },
      (_, i) => Array.from({ length: vertices }, (_, j) => j > i ? (bits >> edge++) & 1 : 0),
    );
    for (let labels = 0; labels < 3 ** (vertices - 2); labels++) {
      const inner = Array.from({ length: vertices - 2 }, (_, i) => OPS[Math.floor(labels / 3 ** i) % 3]!);
      yield { matrix, ops: ["input", ...inner, "output"] };
    }
  }
}

/** Whether every vertex lies on a path from input to output. */
const isPruned = ({ matrix, ops }: Nasbench101Cell): boolean =>
  ops.every((_, v) =>
    (v === ops.length - 1 || matrix[v]!.includes(1)) && (v === 0 || matrix.some((row) => row[v] === 1))
  );

const edges = ({ matrix }: Nasbench101Cell): number => matrix.flat().filter(Boolean).length;

function* permutations(items: readonly number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const first of items) {
    for (const rest of permutations(items.filter((item) => item !== first))) yield [first, ...rest];
  }
}

/** The cell with vertex `order[i]` as its vertex i. */
const renumbered = ({ matrix, ops }: Nasbench101Cell, order: readonly number[]): Nasbench101Cell => ({
  matrix: order.map((i) => order.map((j) => matrix[i]![j]!)),
  ops: order.map((i) => ops[i]!),
});

const isUpper = ({ matrix }: Nasbench101Cell): boolean =>
  matrix.every((row, i) => row.every((value, j) => value === 0 || j > i));

Deno.test("cellKey: as many keys as the benchmark has cells of 2, 3, 4 and 5 vertices", () => {
  const counts = [2, 3, 4, 5].map((vertices) => {
    const keys = new Set<number>();
    for (const cell of allCells(vertices)) if (isPruned(cell) && edges(cell) <= 9) keys.add(cellKey(cell));
    return keys.size;
  });
  assertEquals(counts, [1, 6, 84, 2441]);
});

Deno.test("cellKey: does not depend on the order of vertices", () => {
  const [a, b, c] = OPS as [string, string, string];
  // With each, the number of orders of its inner vertices in which every edge leads forward.
  const cells: [edges: string, inner: string[], count: number][] = [
    ["111100/00001/0001/001/10/1", [a, a, b, a, c], 60],
    ["110000/01100/1000/010/10/1", [a, a, a, a, a], 5],
    ["110000/01000/0100/010/10/1", [a, b, a, b, c], 6],
    // Two chains alike: no colour tells which first vertex goes with which second.
    ["11000/0100/010/01/1", [a, a, a, a], 6],
  ];
  for (const [edges, inner, count] of cells) {
    const cell = { matrix: upper(edges), ops: ["input", ...inner, "output"] };
    const last = inner.length + 1;
    const orders = [...permutations(inner.map((_, i) => i + 1))].map((order) => [0, ...order, last]);
    const legal = orders.map((order) => renumbered(cell, order)).filter(isUpper);
    assertEquals(legal.length, count);
    for (const other of legal) assertEquals(cellKey(other), cellKey(cell));
  }
});

Deno.test("cellKey: vertices on no path from input to output do not count", () => {
  const chain = { matrix: upper("10/1"), ops: ["input", OPS[0]!, "output"] };
  // Vertex 2 leads nowhere; vertex 3 comes from nowhere; in the last both hang together.
  const dangling = [
    { matrix: upper("110/01/0"), ops: ["input", OPS[0]!, OPS[1]!, "output"] },
    { matrix: upper("010/00/1"), ops: ["input", OPS[2]!, OPS[0]!, "output"] },
    { matrix: upper("1000/101/10/0"), ops: ["input", OPS[0]!, OPS[1]!, OPS[2]!, "output"] },
  ];
  for (const cell of dangling) assertEquals(cellKey(cell), cellKey(chain));
  // More than 7 vertices and 9 edges may hang loose: here 2 to 7, each fed by all before it.
  const loose = Array.from(
    { length: 9 },
    (_, i) => Array.from({ length: 9 }, (_, j) => Number(j === 8 ? i === 1 : j > i && i < 8)),
  );
  const ops = ["input", OPS[0]!, ...Array(6).fill(OPS[1]), "output"];
  assertEquals(cellKey({ matrix: loose, ops }), cellKey(chain));
});

Deno.test("cellKey: other edges and other operations are other cells", () => {
  const cell = { matrix: upper("110/01/1"), ops: ["input", OPS[0]!, OPS[1]!, "output"] };
  const key = cellKey(cell);
  assertNotEquals(cellKey({ ...cell, matrix: upper("111/01/1") }), key);
  assertNotEquals(cellKey({ ...cell, matrix: upper("100/10/1") }), key);
  assertNotEquals(cellKey({ ...cell, ops: ["input", OPS[0]!, OPS[2]!, "output"] }), key);
  assertEquals(cellKey({ ...cell, ops: ["input", OPS[1]!, OPS[0]!, "output"] }), key);
});

Deno.test("cellKey: says why something is no cell of the benchmark", () => {
  const ops = ["input", OPS[0]!, "output"];
  const cases: [Nasbench101Cell, string][] = [
    [{ matrix: upper("1"), ops }, "its matrix is not square with one row for each of its 3 operations"],
    [{ matrix: upper("10/1").map((row) => row.slice(1)), ops }, "its matrix is not square"],
    [{ matrix: [[0, 1, 0], [0, 0, 1], [1, 0, 0]], ops }, "its matrix is not of 0 and 1"],
    [{ matrix: upper("20/1"), ops }, "its matrix is not of 0 and 1"],
    [{ matrix: upper("10/1"), ops: ["input", OPS[0]!, OPS[0]!] }, "its last not output"],
    [{ matrix: upper("10/1"), ops: [OPS[0]!, OPS[0]!, "output"] }, "its first operation is not input"],
    [{ matrix: upper("10/1"), ops: ["input", "sep_conv", "output"] }, "it has the operation sep_conv"],
    [{ matrix: upper("10/0"), ops }, "no path leads from its input to its output"],
    [
      { matrix: upper("1111/111/11/1"), ops: ["input", ...OPS, "output"] },
      "it has 5 vertices and 10 edges, and the benchmark at most 7 and 9",
    ],
    [
      {
        matrix: upper("1000000/100000/10000/1000/100/10/1"),
        ops: ["input", ...OPS, ...OPS, "output"],
      },
      "it has 8 vertices and 7 edges",
    ],
  ];
  for (const [cell, message] of cases) assertThrows(() => cellKey(cell), RangeError, message);
});
