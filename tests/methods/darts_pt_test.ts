/** DARTS-PT: what made-up accuracies select, against plain loops; its order, its settings, and what it refuses. */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { methodByName, methodSettings, type Removal } from "../../src/methods/mod.ts";
import type { AlphaRows } from "../../src/network/alphas.ts";
import { discretize } from "../../src/network/discretize.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { keyFromSeed, word } from "../../src/random.ts";
import { decidedRows, type Decisions } from "../../src/search/decisions.ts";
import { cellTypes, type DartsSpace, type Space, spaceByName } from "../../src/spaces/mod.ts";

const dartsPt = methodByName("darts-pt");
const { strategy } = dartsPt;
assert(strategy.kind === "selection");

type Score = (removal: Removal, decisions: Decisions) => number;

/** What a table of accuracies without each part decides. */
const decidedBy = (
  space: Space,
  seed: number,
  score: Score,
  by: "accuracy" | "loss" = "accuracy",
): Decisions => {
  const questions = strategy.rounds(methodSettings({ projectionBy: by }), space, keyFromSeed(seed)).flat();
  return questions.reduce<Decisions>((decisions, question) => {
    const scores = question.removals(decisions).map((removal) => {
      const value = score(removal, decisions);
      return by === "accuracy" ? { accuracy: value, loss: 1 } : { accuracy: 0.5, loss: 1 - value };
    });
    return question.answer(decisions, scores).decisions;
  }, {});
};

/** Rows that say nothing: what is left open would be the first operation. */
const even = ({ matrices }: Space): AlphaRows =>
  Object.fromEntries(
    matrices.map(({ name, rows }) => [name, rows.map(({ choices }) => choices.map(() => 0))]),
  );
const cellOf = (space: Space, decisions: Decisions): string =>
  genotypeText(discretize(decidedRows(even(space), decisions), space));

/** Few different accuracies, so that many are equal. */
const coarse = (matrix: string, row: number, column: number): number =>
  (word([matrix.length, 7], 16 * row + column) % 4) / 4;
const lost = (decisions: Decisions, matrix: string, rows: readonly number[]): number =>
  rows.filter((row) => decisions[matrix]?.[row] === "empty").length;

Deno.test("darts-pt: without skip connections a collapsed supernet is worst, so that one is kept", () => {
  // Of the first edge, as the log of a published search has them.
  const accuracies = [85.4, 54.6, 57.5, 77.7, 85.1];
  const decisions = decidedBy(spaceByName("nasbench201"), 0, ({ column }) => accuracies[column!]! / 100);
  assertEquals(decisions, { cell: [1, 1, 1, 1, 1, 1] });
});

for (const by of ["accuracy", "loss"] as const) {
  Deno.test(`darts-pt: every edge of NAS-Bench-201 keeps what it can spare least, by ${by}`, () => {
    const space = spaceByName("nasbench201");
    const table = ({ matrix, row, column }: Removal): number => coarse(matrix, row, column!);
    const operations = space.matrices[0]!.rows.map(({ choices }, row) => {
      let worst = 0;
      for (let k = 1; k < choices.length; k++) {
        if (coarse("cell", row, k) < coarse("cell", row, worst)) worst = k;
      }
      return choices[worst]!;
    });
    const [a, b, c, d, e, f] = operations;
    const want = `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
    assert(operations.includes("none"), "one of them is none");
    for (const seed of [0, 1]) assertEquals(cellOf(space, decidedBy(space, seed, table, by)), want);
  });

  Deno.test(`darts-pt: a node of a DARTS cell keeps the two inputs it can spare least, by ${by}`, () => {
    const space = spaceByName("s3") as DartsSpace;
    const rowsInto = (to: number) => space.edges.flatMap((edge, e) => (edge.to === to ? [e] : []));
    // Without an input that is gone, others may be worth more than they were.
    const table: Score = ({ matrix, row, column }, decisions) =>
      column === undefined
        ? coarse(matrix, row, 7 + lost(decisions, matrix, rowsInto(space.edges[row]!.to)))
        : coarse(matrix, row, column);
    const cells = cellTypes.map((cell) =>
      [2, 3, 4, 5].flatMap((to) => {
        let inputs = rowsInto(to);
        for (let gone = 0; inputs.length > 2; gone++) {
          const without = inputs.map((row) => coarse(cell, row, 7 + gone));
          const spared = without.indexOf(Math.max(...without));
          inputs = inputs.filter((_, i) => i !== spared);
        }
        return inputs.map((row) => {
          const names = space.candidates[cell][row]!;
          const asked = names.map((name, k) => (name === "none" ? Infinity : coarse(cell, row, k)));
          return `('${names[asked.indexOf(Math.min(...asked))]}', ${space.edges[row]!.from})`;
        });
      }).join(", ")
    );
    const want = `Genotype(normal=[${cells[0]}], normal_concat=range(2, 6), reduce=[${cells[1]}], ` +
      "reduce_concat=range(2, 6))";
    for (const seed of [0, 1]) {
      const decisions = decidedBy(space, seed, table, by);
      assertEquals(cellOf(space, decisions), want);
      for (const cell of cellTypes) {
        assertEquals(lost(decisions, cell, space.edges.map((_, e) => e)), 1 + 2 + 3);
        assert(!decisions[cell]!.includes("open"), "everything is decided");
      }
    }
  });
}

Deno.test("darts-pt: one edge of each matrix a round, in an order by chance, each once", () => {
  const orderOf = (name: string, seed: number) =>
    strategy.rounds(methodSettings(), spaceByName(name), keyFromSeed(seed)).map((round) =>
      round.map((question) => question.removals({})).map(([first]) => [first!.matrix, first!.row] as const)
    );
  const cell = (seed: number) => orderOf("nasbench201", seed).map(([first]) => first![1]);
  assertEquals(cell(0).toSorted(), [0, 1, 2, 3, 4, 5]);
  assertEquals(cell(0), cell(0));
  assert(cell(0).join() !== cell(1).join(), "another seed, the same order");
  const rounds = orderOf("s5", 0);
  assertEquals(rounds.length, 14 + 3);
  for (const round of rounds.slice(0, 14)) {
    assertEquals(round.map(([matrix]) => matrix), ["normal", "reduce"]);
  }
  for (const c of [0, 1]) {
    assertEquals(
      rounds.slice(0, 14).map((round) => round[c]![1]).toSorted((a, b) => a - b),
      Array.from({ length: 14 }, (_, e) => e),
    );
  }
  assert(rounds.slice(0, 14).some(([a, b]) => a![1] !== b![1]), "both cells have one order");
  // Three nodes have three, four and five inputs, of which two stay.
  for (const cell of ["normal", "reduce"]) {
    const asked = rounds.slice(14).map((round) => round.filter(([matrix]) => matrix === cell).length);
    assertEquals(asked.toSorted(), [1, 2, 3]);
  }
});

Deno.test("darts-pt: epochs in proportion, a tenth of the learning rate, as published", () => {
  const [cells, darts] = [spaceByName("nasbench201"), spaceByName("s5")];
  const after = (epochs: number, space: Space) => strategy.epochs(methodSettings(), epochs, space);
  assertEquals([8, 100, 1].map((epochs) => after(epochs, cells)), [2, 25, 1]);
  assertEquals([5, 50, 1].map((epochs) => after(epochs, darts)), [8, 80, 2]);
  assertEquals(strategy.epochs(methodSettings({ projectionEpochs: 3 }), 8, darts), 3);
  const rate = (space: Space, done: number, projectionLr?: number) =>
    strategy.lr(methodSettings({ projectionLr }), { space, lr: 0.025, lrMin: 0.001, done });
  assertEquals([rate(cells, 0), rate(cells, 0.9), rate(cells, 0.9, 0.1)], [0.0025, 0.0025, 0.1]);
  assertAlmostEquals(rate(darts, 0), 0.0025, 1e-12);
  assertAlmostEquals(rate(darts, 0.5), 0.00175, 1e-12);
  assertAlmostEquals(rate(darts, 1), 0.001, 1e-12);
  assertAlmostEquals(rate(darts, 1, 0.0005), 0.0005, 1e-12);
  const paper = (space: string) => {
    const config = resolve(searchCommand, { flags: { preset: "cifar10", method: "darts-pt", space } });
    const { epochs, weightDecay, nesterov } = config;
    return [epochs, after(epochs, spaceByName(space)), weightDecay, nesterov];
  };
  assertEquals(paper("nasbench201"), [100, 25, 3e-4, false]);
  assertEquals(paper("s5"), [50, 80, 3e-4, false]);
});

Deno.test("darts-pt: what does not fit is refused, and too few steps are told", () => {
  const refused = (flags: Record<string, string | boolean>, ...words: string[]) => {
    const given = { method: "darts-pt", ...flags };
    const error = assertThrows(() => resolve(searchCommand, { flags: given }), UserError);
    for (const word of words) assertStringIncludes(error.message, word);
    assertEquals(error.exitCode, 2);
  };
  refused({ space: "nasbench1shot1-1" }, "darts-pt", "nasbench1shot1-1", "nasbench201", "s5");
  refused({ projectionEpochs: "0" }, "projectionEpochs", "0");
  refused({ projectionLr: "0" }, "projectionLr", "0");
  refused({ projectionBy: "chance" }, "projectionBy", "accuracy");
  refused({ fixedAlphas: true, order: "2" }, "order", "alphas as they start");
  const foreseen = (epochs: number) =>
    dartsPt.foresee!(methodSettings({ projectionEpochs: epochs }), {
      ...{ epochs: 8, warmup: 0, stepsPerEpoch: 3, archLr: 0.01, weightDecay: 0 },
      space: spaceByName("nasbench201"),
    });
  assertEquals(foreseen(2), []);
  assertEquals(foreseen(1).length, 1);
  assertStringIncludes(foreseen(1)[0]!, "2");
});
