import { assertEquals } from "deno-std/assert";
import { joinedMatrices } from "../../src/report/joined_matrices.ts";

Deno.test("matrices of one tensor are drawn as one, with their weights and choices", () => {
  const row = (name: string, ...choices: string[]) => ({ name, choices });
  const joined = joinedMatrices({
    matrices: [
      { name: "normal", title: "Normal cell", rows: [row("a → b", "x", "y")] },
      { name: "betas_2", title: "Edges", rows: [row("→ 0", "a", "b")], tensor: "betas" },
      { name: "betas_3", title: "Edges", rows: [row("→ 1", "a", "b", "c")], tensor: "betas" },
    ],
    mixing: [{
      epoch: 4,
      weights: { normal: [[0.2, 0.8]], betas_2: [[0.3, 0.7]], betas_3: [[0.1, 0.2, 0.7]] },
    }],
    choices: [
      { matrix: "normal", row: 0, column: 1 },
      { matrix: "betas_2", row: 0, column: 0 },
      { matrix: "betas_3", row: 0, column: 2 },
    ],
  });
  assertEquals(joined.matrices, [
    { name: "normal", title: "Normal cell", rows: [row("a → b", "x", "y")] },
    { name: "betas", title: "Edges", rows: [row("→ 0", "a", "b"), row("→ 1", "a", "b", "c")] },
  ]);
  assertEquals(joined.mixing, [
    { epoch: 4, weights: { normal: [[0.2, 0.8]], betas: [[0.3, 0.7], [0.1, 0.2, 0.7]] } },
  ]);
  assertEquals(joined.choices, [
    { matrix: "normal", row: 0, column: 1 },
    { matrix: "betas", row: 0, column: 0 },
    { matrix: "betas", row: 1, column: 2 },
  ]);
});
