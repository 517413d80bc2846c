/** The layer alignment Λ and its derivative, against numbers computed apart and against plain loops. */
import { assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { constant, input } from "../../src/graph/ops/mod.ts";
import { supernet } from "../../src/network/supernet.ts";
import { normal } from "../../src/random.ts";
import { alignment } from "../../src/search/alignment.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { run } from "../kernels/harness.ts";
import { alignmentOf, alignmentSlope } from "../reference/alignment.ts";
import { interpret } from "../reference/interpreter.ts";

const vector = [[1, 2, 0, -1], [0.5, 1, 1, 0], [-1, 0, 2, 1]];

const input2 = (rows: readonly (readonly number[])[]) => input("rows", [rows.length, rows[0]!.length]);
/** Λ and its derivative, in float64. */
function exact(rows: readonly (readonly number[])[]): [number, Float64Array] {
  const given = input2(rows);
  const value = alignment(given);
  const [got, slope] = interpret([value, gradient(value, [given])[0]!], { rows: rows.flat() });
  return [got![0]!, slope!];
}

Deno.test("alignment: the vector of three gradients, and the derivative by them", async () => {
  const slope = [
    [-0.029477, 0.052157, 0.201833, 0.074838],
    [-0.080642, 0.020160, 0.020160, 0],
    [0.105078, 0.201833, 0.082398, -0.059717],
  ].flat();
  const near = (got: ArrayLike<number>, want: readonly number[]) =>
    want.forEach((w, i) => assertAlmostEquals(got[i]!, w, 1e-6));
  const [value, derivative] = exact(vector);
  near([value], [0.251776]);
  near(derivative, slope);
  near(alignmentSlope(vector).flat(), slope);
  assertAlmostEquals(Math.hypot(...derivative), 0.345508, 1e-6);

  const given = input2(vector);
  const graph = alignment(given);
  const [single, singleSlope] = await run([graph, gradient(graph, [given])[0]!], {
    rows: Float32Array.from(vector.flat()),
  });
  near(single!, [0.251776]);
  near(singleSlope!, slope);
});

Deno.test("alignment: the mean cosine of all pairs, whatever the lengths, and differences of it", () => {
  const rows = Array.from(
    { length: 5 },
    (_, l) => Array.from({ length: 7 }, (_, i) => normal([l, 1], i) * 10 ** -l),
  );
  const [value, derivative] = exact(rows);
  assertAlmostEquals(value, alignmentOf(rows), 1e-12);
  rows.forEach((row, l) =>
    row.forEach((x, i) => {
      const h = 1e-5 * 10 ** -l;
      const at = (step: number) => alignmentOf(rows.map((r, k) => (k === l ? r.with(i, x + step) : r)));
      assertAlmostEquals(derivative[7 * l + i]! / 10 ** l, (at(h) - at(-h)) / (2 * h) / 10 ** l, 1e-8);
    })
  );
});

Deno.test("alignment: a gradient of zero agrees with none, and has no derivative", () => {
  const [value, derivative] = exact([vector[0]!, [0, 0, 0, 0], vector[2]!]);
  assertAlmostEquals(value, alignmentOf([vector[0]!, vector[2]!]) / 3, 1e-12);
  assertEquals([...derivative.subarray(4, 8)], [0, 0, 0, 0]);
  const [nothing, still] = exact([[0, 0], [0, 0]]);
  assertEquals([nothing, ...still], [0, 0, 0, 0, 0]);
  assertThrows(() => alignment(constant(1, [1, 4])), RangeError, "1 cell");
});

Deno.test("the cells of a supernet by type", () => {
  const typesOf = (space: string, layers: number) =>
    supernet(spaceByName(space), { channels: 2, layers, classes: 3 }).cellTypes;
  assertEquals(typesOf("s2", 6), { normal: [0, 1, 3, 5], reduce: [2, 4] });
  assertEquals(typesOf("nasbench201", 3), { cell: [0, 1, 2] });
  assertEquals(typesOf("nasbench1shot1-1", 3), { cell: [0, 1, 2] });
});
