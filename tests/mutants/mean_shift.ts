/** Mistakes in the mean shift and the other perturbations of mixing weights. */
import { type Mutant, mutants } from "./mutant.ts";

const goldens = "tests/golden/step_test.ts";
const test = "tests/search/mean_shift_test.ts";

export const meanShift: readonly Mutant[] = [
  ...mutants("src/search/mean_shift.ts", goldens, [
    {
      what: "default: scored on the search batch",
      from: 'default: { scoredOn: "train"',
      to: 'default: { scoredOn: "search"',
    },
    {
      what: "reference: scored on the search batch",
      from: 'reference: { scoredOn: "train"',
      to: 'reference: { scoredOn: "search"',
    },
    {
      what: "paper: scored on the training batch",
      from: 'paper: { scoredOn: "search"',
      to: 'paper: { scoredOn: "train"',
    },
    {
      what: "default: one kernel over all matrices",
      from: 'default: { scoredOn: "train", score: "softmax", kernel: "matrix"',
      to: 'default: { scoredOn: "train", score: "softmax", kernel: "joint"',
    },
    { what: "paper: scores are softmaxed", from: 'score: "share"', to: 'score: "softmax"' },
  ]),
  ...mutants("src/search/mean_shift.ts", test, [
    {
      what: "reference: projected points are averaged",
      from: 'averaged: "raw" }',
      to: 'averaged: "projected" }',
    },
    {
      what: "far points weigh more",
      from: "scale(distance, -sharpness)",
      to: "scale(distance, sharpness)",
      ci: true,
    },
    { what: "the bandwidth is no deviation", from: "1 / (2 * bandwidth ** 2)", to: "1 / bandwidth ** 2" },
    {
      what: "every iteration begins at the start",
      from: "matricesOf(mixing, layout);",
      to: "matricesOf(start, layout);",
    },
    { what: "better points weigh more", from: "? row(scores) :", to: "? scale(row(scores), -1) :" },
    {
      what: "a loss of zero has no logarithm",
      from: "log(shift(row(scores), leastLoss))",
      to: "log(row(scores))",
    },
    {
      what: "distances are to the raw points",
      from: "row(projected.map((matrices)",
      to: "row(raw.map((matrices)",
    },
    {
      what: "a narrow kernel has no limit",
      from: "Math.min(1 / (2 * bandwidth ** 2), sharpest)",
      to: "1 / (2 * bandwidth ** 2)",
    },
  ]),
  ...mutants("shaders/project_rows.wgsl", "tests/kernels/dense_test.ts", [
    { what: "of equal entries the last becomes one", from: "if (v > largest)", to: "if (v >= largest)" },
    { what: "the sum is of what was not clamped", from: "sum += clamped(v);", to: "sum += v;" },
  ]),
  ...mutants("src/search/perturbation.ts", "tests/methods/sdarts_test.ts", [
    { what: "the noise is not around zero", from: "[floats]), 2, -1)", to: "[floats]), 1, 0)" },
    { what: "the ascent goes down", from: "add(point, mul(sign(slope)", to: "sub(point, mul(sign(slope)" },
    {
      what: "the ascent leaves the cube",
      from: "within(sub(moved, start), epsilon)",
      to: "sub(moved, start)",
    },
    {
      what: "a point of smaller loss is kept",
      from: "equal(min(before, after), before)",
      to: "equal(min(before, after), after)",
    },
  ]),
];
