/** What a search logs beside the eigenvalue, and the merge that keeps Hessian-vector products cheap. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import { hessianEvery } from "../../src/config/derive.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { add, input, mul, reshape, sliceChannels, sum, toNCHW } from "../../src/graph/ops/mod.ts";
import { discretize } from "../../src/network/darts/discretize.ts";
import { discreteMixing } from "../../src/network/discretize.ts";
import { supernet } from "../../src/network/supernet.ts";
import { alphaDistance } from "../../src/search/alpha_distance.ts";
import { dartsSpaces } from "../network/darts_spaces.ts";

Deno.test("α-distance: Frobenius over both cells; softmax ignores what is added to a row", () => {
  const end = { normal: [[0, 1], [2, 3]], reduce: [[1, 1]] };
  const { raw, softmax } = alphaDistance({ normal: [[3, 4], [2, 3]], reduce: [[1, 5]] }, end);
  assert(Math.abs(raw - Math.sqrt(9 + 9 + 16)) < 1e-12);
  const shift = 1 / (1 + Math.exp(-4)) - 0.5;
  assert(Math.abs(softmax - Math.SQRT2 * shift) < 1e-12);
});

Deno.test("the mixing vector of a cell has a one for each of its operations, in every space", () => {
  for (const space of dartsSpaces) {
    const layout = supernet(space, { channels: 1, layers: 1, classes: 2 }).alphas;
    const even = (cell: "normal" | "reduce") =>
      space.candidates[cell].map((operations) => operations.map(() => 1));
    const genotype = discretize({ normal: even("normal"), reduce: even("reduce") }, space);
    const mixing = discreteMixing(genotype, space, layout);
    assertEquals(mixing.reduce((a, b) => a + b), genotype.normal.length + genotype.reduce.length);
    const { shape: [, columns] } = layout.matrices[0]!;
    const chosen = [...mixing.subarray(0, space.edges.length * columns)].flatMap((one, i) => {
      const edge = Math.floor(i / columns);
      return one === 1 ? [[space.candidates.normal[edge]![i % columns], space.edges[edge]!.from]] : [];
    });
    const sorted = (list: unknown[]) => list.map(String).sort();
    assertEquals(sorted(chosen), sorted([...genotype.normal]));
  }
});

Deno.test("--hessian every=N", () => {
  assertEquals([undefined, "every=1", "every=12"].map(hessianEvery), [0, 1, 12]);
  for (const wrong of ["every=0", "2", "every=-1", ""]) {
    assertThrows(() => hessianEvery(wrong), Error, "‹hessian› every=1");
  }
});

Deno.test("adjoints of disjoint channel slices become one map without zeros", () => {
  const x = input("x", [6, 1, 2, 4]);
  const square = (from: number, count: number) => {
    const flat = reshape(toNCHW(sliceChannels(x, from, count)), [count * 8]);
    return sum(mul(flat, flat));
  };
  const [slope] = gradient(add(add(square(0, 2), square(2, 3)), square(5, 1)), [x]);
  assertEquals(slope!.op.name, "concat_channels");
  assertEquals(slope!.inputs.map((piece) => [piece.op.name === "constant", piece.shape[0]]), [
    [false, 2],
    [false, 3],
    [false, 1],
  ]);
  const [overlapping] = gradient(add(square(0, 2), square(1, 3)), [x]);
  assertEquals(overlapping!.op.name, "combine");
});
