/** NAS-Bench-201's cells: all of them, their notation, and how weights become one. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { loadNasbench201 } from "../../src/benchmarks/mod.ts";
import { UserError } from "../../src/errors.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { countCells } from "../../src/network/count.ts";
import { discreteMixing, discretize, randomGenotype } from "../../src/network/discretize.ts";
import {
  cellDiagrams,
  cellOperations,
  genotypeJson,
  genotypeText,
  readGenotype,
  skipCount,
  spaceOf,
} from "../../src/network/genotype.ts";
import { genotypeOf } from "../../src/network/nasbench201/genotype.ts";
import type { OperationName } from "../../src/nn/operation_names.ts";
import { keyFromSeed, word } from "../../src/random.ts";
import { nasbench201 as space } from "../../src/spaces/nasbench201.ts";
import { cellFigure } from "../../src/report/mod.ts";

const arch = "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|";
const operations = ["nor_conv_3x3", "none", "skip_connect", "avg_pool_3x3", "nor_conv_1x1", "none"] as const;

/** The cell of a number below 5⁶. */
const cell = (number: number): OperationName[] =>
  Array.from({ length: 6 }, (_, e) => space.operations[Math.floor(number / 5 ** e) % 5]!);

Deno.test("nasbench201: every labelled cell is one of the table's 15,625", async () => {
  const table = await loadNasbench201();
  const cells = new Set(Array.from({ length: 5 ** 6 }, (_, i) => genotypeOf(cell(i)).arch));
  assertEquals(cells.size, 15_625);
  assertEquals(countCells(space), { cells: 15_625 });
  for (let i = 0; i < 5 ** 6; i += 31) table.lookup(genotypeOf(cell(i)).arch);
});

Deno.test("nasbench201: text and JSON there and back, for every 97th cell", () => {
  for (let i = 0; i < 5 ** 6; i += 97) {
    const genotype = genotypeOf(cell(i));
    assertEquals(readGenotype(genotypeText(genotype), "text"), genotype);
    assertEquals(readGenotype(genotypeJson(genotype), "JSON"), genotype);
    assertEquals(cellOperations(genotype), [cell(i)]);
  }
});

Deno.test("nasbench201: the notation of the benchmark", () => {
  const genotype = genotypeOf(operations);
  assertEquals(genotype, { arch });
  assertEquals(genotypeText(genotype), arch);
  assertEquals(spaceOf(genotype), space);
  assertEquals(skipCount(genotype), 1);
  // As the benchmark's own programs print it, and with predecessors in another order.
  assertEquals(readGenotype(`genotype : Structure(4 nodes with ${arch})\n`, "log"), genotype);
  assertEquals(
    readGenotype(arch.replace("|none~0|skip_connect~1|", "|skip_connect~1|none~0|"), "text"),
    genotype,
  );
});

for (
  const [what, damaged, message] of [
    ["an unknown operation", arch.replace("nor_conv_1x1", "nor_conv_2x2"), "did you mean nor_conv_1x1?"],
    [
      "an operation of another space",
      arch.replace("none", "sep_conv_3x3"),
      'unknown operation "sep_conv_3x3"',
    ],
    ["a node too few", arch.split("+").slice(0, 2).join("+"), "2 nodes with + between them, a cell has 3"],
    ["an input too few", arch.replace("|none~0|skip", "|skip"), "node 2 has 1 of its 2 operations"],
    [
      "an input twice",
      arch.replace("~1|+", "~0|+"),
      "of node 2: it takes one operation from each of the nodes 0, 1",
    ],
    ["an input from behind", arch.replace("conv_3x3~0", "conv_3x3~1"), '"nor_conv_3x3~1" of node 1'],
    ["no input", arch.replace("conv_3x3~0", "conv_3x3"), '"nor_conv_3x3" of node 1'],
    ["two inputs at once", arch.replace("conv_3x3~0", "conv_3x3~0~0"), '"nor_conv_3x3~0~0" of node 1'],
    ["no closing bar", arch.slice(0, -1), "begin and end with |"],
    [
      "two cells",
      `${arch}\n${arch.replace("none", "skip_connect")}`,
      "there is more than one in it, 2 of them (line 1, line 2)",
    ],
    ["JSON without text", `{"arch": 5}`, "arch: it is 5, and should be a text"],
  ] as const
) {
  Deno.test(`nasbench201: a genotype with ${what} is refused`, () => {
    const error = assertThrows(() => readGenotype(damaged, "cell.txt"), UserError);
    assertEquals(error.exitCode, 2);
    assertStringIncludes(error.message, "cell.txt");
    assertStringIncludes(error.message, message);
  });
}

Deno.test("nasbench201: the largest weight of an edge is taken, none too, the first of equals", () => {
  const weights = {
    cell: [
      [.1, .1, .1, .6, .1],
      [.5, .2, .1, .1, .1],
      [.1, .3, .3, .2, .1],
      [.1, .1, .1, .1, .6],
      [.2, .2, .3, .2, .1],
      [.2, .2, .2, .2, .2],
    ],
  };
  assertEquals(discretize(weights, space), { arch });
  assertThrows(() => discretize({ cell: weights.cell.slice(1) }, space), RangeError, "got [5, 5]");
});

Deno.test("nasbench201: the mixing vector of a cell has a one on each edge and is discretized to it", () => {
  const mixing = discreteMixing({ arch }, space, alphaLayout(space.matrices));
  assertEquals(mixing.length, 32);
  const rows = Array.from({ length: 6 }, (_, e) => [...mixing.subarray(5 * e, 5 * e + 5)]);
  assertEquals(rows[1], [1, 0, 0, 0, 0]);
  assertEquals(discretize({ cell: rows }, space), { arch });
});

Deno.test("nasbench201: random cells are uniform over the operations of every edge", () => {
  const key = keyFromSeed(1);
  let drawn = 0;
  const counts = Array.from({ length: 6 }, () => new Map<string, number>());
  for (let i = 0; i < 1000; i++) {
    const genotype = randomGenotype(space, (below) => word(key, drawn++) % below);
    cellOperations(genotype)[0]!.forEach((name, e) => counts[e]!.set(name, (counts[e]!.get(name) ?? 0) + 1));
  }
  // 200 each, with a deviation of 12.6.
  for (const name of space.operations) {
    for (const count of counts) assert(Math.abs(count.get(name)! - 200) < 60, `${name}: ${count.get(name)}`);
  }
});

Deno.test("nasbench201: the drawing leaves none out, even where a node has nothing else", () => {
  const [diagram] = cellDiagrams({ arch });
  assertEquals(diagram!.nodes.map(({ edges }) => edges.length), [1, 1, 2]);
  for (const each of [arch, genotypeOf(cell(0)).arch]) {
    const svg = cellFigure(cellDiagrams({ arch: each })[0]!);
    assert(!/NaN|undefined|>none</.test(svg), svg);
  }
});
