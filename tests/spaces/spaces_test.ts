import { assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import {
  type CellType,
  cellTypes,
  edgeStride,
  spaceByName,
  spaces,
  stackCells,
} from "../../src/spaces/mod.ts";
import { dartsSpaceByName, dartsSpaces } from "../network/darts_spaces.ts";

for (const space of dartsSpaces) {
  Deno.test(`space ${space.name}: edges in order of node and predecessor, as many operations on each`, () => {
    const order = space.edges.map(({ to, from }) => `${to}<-${from}`).join(" ");
    assertEquals(order, "2<-0 2<-1 3<-0 3<-1 3<-2 4<-0 4<-1 4<-2 4<-3 5<-0 5<-1 5<-2 5<-3 5<-4");
    const { matrices } = alphaLayout(space.matrices);
    assertEquals(matrices.map(({ name }) => name), [...cellTypes]);
    for (const { name, shape: [edges, operations], rows } of matrices) {
      assertEquals(edges, 14);
      assertEquals(rows.map(({ choices }) => choices), [...space.candidates[name as CellType]]);
      for (const { choices } of rows) assertEquals(choices.length, operations);
    }
  });
}

for (const space of spaces) {
  Deno.test(`space ${space.name}: plain data under a name users can type`, () => {
    assertEquals(JSON.parse(JSON.stringify(space)), space);
    assertEquals(spaceByName(space.name.toUpperCase()), space);
  });
}

Deno.test("spaces: operations per edge", () => {
  for (const [name, count] of Object.entries({ s1: 2, s2: 2, s3: 3, s4: 2, s5: 8, "s5-7": 7 })) {
    assertEquals(dartsSpaceByName(name).matrices[0]!.rows[0]!.choices.length, count, name);
  }
});

Deno.test("space s1 differs from edge to edge and between the cell types", () => {
  const { normal, reduce } = dartsSpaceByName("s1").candidates;
  assertEquals(normal[12], ["dil_conv_3x3", "dil_conv_5x5"]);
  assertEquals(reduce[6], ["max_pool_3x3", "sep_conv_3x3"]);
});

Deno.test("space s5 has none first, s5-7 has it not", () => {
  const [first, ...others] = dartsSpaceByName("s5").candidates.normal[0]!;
  assertEquals(first, "none");
  assertEquals(dartsSpaceByName("s5-7").candidates.normal[0], others);
});

Deno.test("space nasbench201 has none first, nasbench201-4 has it not", () => {
  const rowsOf = (name: string) => spaceByName(name).matrices[0]!.rows;
  const [first, ...others] = rowsOf("nasbench201")[0]!.choices;
  assertEquals(first, "none");
  assertEquals(
    rowsOf("nasbench201-4"),
    rowsOf("nasbench201").map(({ name }) => ({ name, choices: others })),
  );
});

Deno.test("spaceByName() offers the nearest name", () => {
  const error = assertThrows(() => spaceByName("s55"), UserError);
  assertStringIncludes(error.message, 'Unknown search space "s55": did you mean s5?');
  assertEquals(error.exitCode, 2);
});

Deno.test("stackCells() reduces at one and two thirds", () => {
  const reductions = (layers: number) =>
    stackCells(layers, 16).flatMap(({ type }, c) => (type === "reduce" ? [c] : []));
  assertEquals([8, 20, 14, 3, 2, 1].map(reductions), [[2, 5], [6, 13], [4, 9], [1, 2], [0, 1], [0]]);
  assertEquals(stackCells(8, 16).map(({ channels }) => channels), [16, 16, 32, 32, 32, 64, 64, 64]);
  assertEquals(stackCells(4, 4).map(({ afterReduction }) => afterReduction), [false, false, true, true]);
});

Deno.test("edgeStride() is 2 only from the inputs of a reduction cell", () => {
  assertEquals([0, 1, 2, 3].map((from) => edgeStride("reduce", from)), [2, 2, 1, 1]);
  assertEquals([0, 1, 2, 3].map((from) => edgeStride("normal", from)), [1, 1, 1, 1]);
});
