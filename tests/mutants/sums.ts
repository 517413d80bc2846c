/** Mistakes in sums, products of matrices and programs. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/kernels/${name}_test.ts`;

export const sums: readonly Mutant[] = [
  ...mutants("shaders/moments.wgsl", test("moments"), [
    { what: "the variance is around the shift, not the mean", from: "all.y - all.x * apart;", to: "all.y;" },
    {
      what: "the end of a row counts with its padding",
      from: "real$j = vec4<bool>(i$j < stop) & (inRow",
      to: "real$j = vec4<bool>(i$j < stop) & (vec4<bool>(true)",
    },
    {
      what: "every range is the first",
      from: "let begin = group.y * span;",
      to: "let begin = group.y * 0u;",
    },
    { what: "every range adds the shift", from: "select(0.0, shift, group.y == 0u);", to: "shift;" },
  ]),
  ...mutants("src/graph/ops/grid.ts", test("reciprocal"), [
    { what: "rows of channels too long for a reciprocal", from: "2 ** 20", to: "2 ** 22", ci: true },
  ]),
  ...mutants("shaders/reduce.wgsl", test("dense"), [
    { what: "the last partial result is left out", from: "k < $(THREADS)u;", to: "k < $(THREADS - 1)u;" },
    {
      what: "the last slab reads past the axis",
      from: "let last = min(reduced, (s + 1u) * slab);",
      to: "let last = (s + 1u) * slab;",
    },
  ]),
  ...mutants("src/graph/ops/partial_sums.ts", "tests/kernels/ranges_test.ts", [
    {
      what: "a range may be empty",
      from: "Math.ceil(pieces / Math.ceil(pieces / most))",
      to: "Math.min(pieces, most)",
      ci: true,
    },
  ]),
  ...mutants("shaders/partial_sums.wgsl", [test("depthwise"), test("pointwise")], [
    {
      what: "the last partial sum counts twice",
      from: "s + $(j)u < parts);",
      to: "s + $(j)u <= parts);",
    },
  ]),
  ...mutants("shaders/channel_dots.wgsl", test("channel_dot"), [
    {
      what: "the last range reads past the channel",
      from: "let stop = min(past, begin + (local / $(LANES)u + 1u) * share);",
      to: "let stop = begin + (local / $(LANES)u + 1u) * share;",
    },
    { what: "every range is the first", from: "let begin = range * span;", to: "let begin = range * 0u;" },
    { what: "ranges write into one place", from: "+ range * rows * channels + c;", to: "+ c;" },
  ]),
  ...mutants("shaders/not_finite.wgsl", test("not_finite"), [
    {
      what: "what lies behind the vector counts",
      from: "bad & (index < vec4u(length))",
      to: "bad",
      ci: true,
    },
    { what: "one block in four is not looked at", from: "max(x2, x3));", to: "x2);" },
  ]),
  ...mutants("shaders/elementwise.wgsl", [test("dense"), test("nan")], [
    {
      what: "NaN is lost in a minimum",
      from: "select(select(min(x, y), y, isNan(y)), x, isNan(x))",
      to: "select(min(x, y), y, isNan(y))",
    },
    { what: "a variance below zero", from: "atLeastZero(x - y * y)", to: "x - y * y" },
    { what: "terms after the last count", from: "k + $(j)u < terms);", to: "k + $(j)u <= terms);" },
    {
      what: "a sum adds its last element again",
      from: "select(0.0, v$(j)_$e, k + $(j)u < reduced);",
      to: "v$(j)_$e;",
    },
  ]),
  ...mutants("src/graph/ops/elementwise_call.ts", test("dense"), [
    {
      what: "an operand that is repeated counts as one in order",
      from: "if (strides[axis] !== inner * step) return undefined;",
      to: "",
    },
  ]),
  ...mutants("shaders/matmul.wgsl", test("dense"), [
    { what: "the last product counts twice", from: "j + $(e)u < k);", to: "j + $(e)u <= k);" },
  ]),
];
