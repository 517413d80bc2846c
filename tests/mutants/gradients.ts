/** Mistakes in derivatives. */
import { type Mutant, mutants } from "./mutant.ts";

const kernel = (name: string): string => `tests/kernels/${name}_test.ts`;

export const gradients: readonly Mutant[] = [
  ...mutants("src/gradient/gradient.ts", kernel("dense"), [
    {
      what: "pieces of a vector that overlap are merged",
      from: "covered.every((j) => !m.used.has(j))",
      to: "true",
    },
  ]),
  ...mutants("src/graph/ops/concat.ts", kernel("concat"), [
    { what: "maps whose channels overlap are merged", from: "!piece || !other[c]", to: "true", ci: true },
    {
      what: "a slice's gradient lies at the other end",
      from: "...zeros(from), dy, ...zeros(after)",
      to: "...zeros(after), dy, ...zeros(from)",
    },
  ]),
  ...mutants("src/graph/ops/moments.ts", kernel("moments"), [
    {
      what: "the variance's slope is half",
      from: "scale(row(dy, 1), 2 * perElement)",
      to: "scale(row(dy, 1), perElement)",
    },
    {
      what: "the variance's slope is around zero",
      from: "mul(slope, row(n, 0))",
      to: "mul(slope, row(n, 1))",
    },
  ]),
  ...mutants("src/graph/ops/loss.ts", kernel("dense"), [
    { what: "smoothing takes nothing from the label", from: "1 - smoothing)", to: "1)" },
    { what: "the loss is a sum over images", from: "-1 / n)", to: "-1)" },
    { what: "of several maxima the last counts", from: "classes - i))", to: "i + 1))" },
  ]),
  ...mutants("src/graph/ops/elementwise.ts", kernel("dense"), [
    {
      what: "the sign of a quotient's slope",
      from: "neg(div(mul(dy, y), b))",
      to: "div(mul(dy, y), b)",
    },
    { what: "the slope of 1/√x", from: "mul(y, square(y))), -0.5)", to: "square(y)), -0.5)" },
    { what: "the slope of the sigmoid", from: "mul(dy, sub(y, square(y)))", to: "mul(dy, y)" },
  ]),
  ...mutants("src/graph/ops/combine.ts", kernel("combine"), [
    {
      what: "the gradient of a scaled map is not scaled",
      from: "(scale ? combine([{ x: dz, scale }]) : dz)",
      to: "dz",
    },
    { what: "the ReLU of a sum has no mask", from: "n.attrs.relu ? reluMask(dy, n) : dy", to: "dy" },
  ]),
  ...mutants("src/graph/ops/depthwise.ts", kernel("depthwise"), [
    {
      what: "the weight gradient's own gradient in x at another dilation",
      from: "depthwise(x, dw, attrs),",
      to: "depthwise(x, dw, { ...attrs, dilation: 1 }),",
    },
  ]),
  ...mutants("src/graph/ops/max_pool.ts", kernel("max_pool"), [
    {
      what: "the scatter's gradient is zero",
      from: "[maxPoolGather(dy, n.inputs[1]!, n.attrs), null]",
      to: "[null, null]",
    },
  ]),
  ...mutants("src/graph/ops/combine.ts", kernel("channel_dot"), [
    {
      what: "the sum of y alone has no gradient",
      from: "n.attrs.sum ? slope(xs.length) : undefined",
      to: "undefined",
    },
  ]),
  ...mutants("src/search/unrolled.ts", "tests/search/unrolled_test.ts", [
    {
      what: "the sign of the term through the weights",
      from: "sub(direct, mul(mixed, nodes.lr))",
      to: "add(direct, mul(mixed, nodes.lr))",
    },
    {
      what: "the unrolled step forgets the velocity",
      from: "add(scale(velocity, momentum), slope)",
      to: "slope",
    },
    { what: "the difference is over one radius, not two", from: "scale(reach, 2)", to: "reach" },
  ]),
  ...mutants("src/curvature/hvp.ts", ["tests/golden/hessian_test.ts", "tests/golden/differences_test.ts"], [
    {
      what: "the direction is differentiated as well",
      from: "sum(mul(slope, fixed))",
      to: "sum(mul(slope, slope))",
    },
    {
      what: "the weight decay has the other sign",
      from: "scale(fixed, weightDecay)",
      to: "scale(fixed, -weightDecay)",
    },
  ]),
  ...mutants("src/curvature/lanczos.ts", "tests/curvature/spectrum_test.ts", [
    { what: "vectors are not made orthogonal", from: "pass < 2; pass++", to: "pass < 0; pass++" },
    {
      what: "the smallest eigenvalue is taken for the largest",
      from: "top: pair(m - 1)",
      to: "top: pair(0)",
      ci: true,
    },
  ]),
];
