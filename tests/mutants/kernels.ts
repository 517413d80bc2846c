/** Mistakes in shaders. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/kernels/${name}_test.ts`;

export const kernels: readonly Mutant[] = [
  ...mutants("shaders/avg_pool.wgsl", test("avg_pool"), [
    { what: "no padding", from: "let start = i * $S - $P;", to: "let start = i * $S;" },
    {
      what: "a row past the last is written",
      from: "if (tile * $(ROWS)u + $(o)u < outHeight) {",
      to: "if (tile * $(ROWS)u + $(o)u <= outHeight) {",
    },
    {
      what: "the rows' padding is not zero",
      from: "total * shares * shareOfRows, real)",
      to: "total, real)",
    },
    {
      what: "the first block of a row counts as outside",
      from: "first + $b >= 0 &&",
      to: "first + $b > 0 &&",
    },
  ]),
  ...mutants("shaders/avg_pool_grad.wgsl", test("avg_pool"), [
    { what: "the first window of a tile is missed", from: "/ $S - $(K - 1);", to: "/ $S - $(K - 2);" },
    { what: "padding counts as pixels", from: "- max(i * $S - $P, 0);", to: "- (i * $S - $P);" },
  ]),
  ...mutants("shaders/max_pool.wgsl", test("max_pool"), [
    {
      what: "what lies outside is not lower than everything",
      from: "lowest = -3.4e38;",
      to: "lowest = -1.0;",
    },
    {
      what: "of equal values of a row the last gets the gradient",
      from: "x_$(r)_$(LEAD + q * S + k) > max_$(r)_$q);",
      to: "x_$(r)_$(LEAD + q * S + k) >= max_$(r)_$q);",
    },
    {
      what: "the last tap of a row is left out",
      from: "//: for k in 1..K\n  //: if GATHER\n  of_",
      to: "//: for k in 1..K - 1\n  //: if GATHER\n  of_",
    },
  ]),
  ...mutants("shaders/max_pool_scatter.wgsl", test("max_pool"), [
    {
      what: "no padding of rows",
      from: "tile * $ROWS + $(FIRST * S - P);",
      to: "tile * $ROWS + $(FIRST * S);",
    },
    {
      what: "of equal rows the last gets the gradient",
      from: "max_$(i * S + k)_$j > best",
      to: "max_$(i * S + k)_$j >= best",
    },
    {
      what: "a column past the last window",
      from: "q$j >= 0 && q$j < outWidth",
      to: "q$j >= 0 && q$j <= outWidth",
    },
  ]),
  ...mutants("shaders/depthwise.wgsl", test("depthwise"), [
    {
      what: "no dilation of columns",
      from: "//: let AT = q * S + j * D - PAD",
      to: "//: let AT = q * S + j - PAD",
      ci: true,
    },
    {
      what: "taps of a row turned round",
      from: "fma(w$((a * ROWS + r) * K + j)",
      to: "fma(w$((a * ROWS + r) * K + K - 1 - j)",
    },
    {
      what: "the filter is not turned for the gradient",
      from: "select($(t)u, $(K * K - 1 - t)u, turned)",
      to: "$(t)u",
    },
    {
      what: "the last of a thread's images is left out",
      from: "break if image >= images;",
      to: "break if image + 1u >= images;",
    },
    { what: "rows above the image are read", from: "let begin = max(top, $LOW);", to: "let begin = top;" },
    { what: "the phases of a dilation are one", from: "rest /= $(PHASES)u;", to: "rest /= 1u;" },
    {
      what: "dilated filters of a record are taken for others",
      from: "case $((2 * k + 1) * 4 + D)u: {",
      to: "case $((2 * k + 1) * 4 + DMAX + DMIN - D)u: {",
    },
  ]),
  ...mutants("shaders/depthwise_input_grad.wgsl", test("depthwise"), [
    { what: "the last pair of rows is left out", from: "$(PAD % 2 + 1)) / 2;", to: "$(PAD % 2)) / 2;" },
    {
      what: "a strip begins with the block beside it",
      from: "strip * $(X / 2) - $LEFT;",
      to: "strip * $(X / 2);",
    },
  ]),
  ...mutants("shaders/depthwise_weight_grad.wgsl", test("depthwise"), [
    { what: "a row of the next band counts", from: "if (step < bottom) {", to: "if (step <= bottom) {" },
    {
      what: "the images of a channel's threads are counted in bands",
      from: "var image = rest / bands;",
      to: "var image = rest;",
    },
    {
      what: "threads past the parts of a channel have sums",
      from: "let live = part < parts && id.y < channels;",
      to: "let live = id.y < channels;",
    },
    { what: "sums are added up before they are there", from: "workgroupBarrier();", to: "" },
    {
      what: "the sums of a workgroup's last threads are left out",
      from: "+ 1)u + $(THREADS)u; thread += 8u",
      to: "+ 1)u + $(THREADS - 8)u; thread += 8u",
    },
    {
      what: "workgroups of a channel share their partial sum",
      from: "(group.x * channels + group.y)",
      to: "group.y",
    },
    {
      what: "workgroups past the parts of a channel write",
      from: "if (group.x * $(THREADS)u < parts && group.y < channels) {",
      to: "if (group.y < channels) {",
    },
  ]),
  ...mutants("shaders/pointwise.wgsl", test("pointwise"), [
    {
      what: "the last inputs are left out",
      from: "let fours = (inputs + 3u) / 4u;",
      to: "let fours = inputs / 4u;",
    },
    {
      what: "every chunk has the filters of the first",
      from: "let k = vec4u((chunk + i / $(OUT)u) * 4u)",
      to: "let k = vec4u((i / $(OUT)u) * 4u)",
    },
    {
      what: "inputs past the last are not zero",
      from: "taps[i] = select(vec4f(0.0), vec4f(w[tap.x], w[tap.y], w[tap.z], w[tap.w]), k < vec4u(inputs));",
      to: "taps[i] = vec4f(w[tap.x], w[tap.y], w[tap.z], w[tap.w]);",
    },
  ]),
  ...mutants("shaders/pointwise_held.wgsl", test("pointwise"), [
    {
      what: "inputs past the last are not zero",
      from: "select(vec4f(0.0), filter_, k < vec4u(inputs))",
      to: "filter_",
    },
    {
      what: "a workgroup's last columns are left out",
      from: "let stop = min(end, start + span / $(THREADS / LANES)u);",
      to: "let stop = min(end, start + span / $(THREADS / 8)u) - 1u;",
    },
  ]),
  ...mutants("shaders/pointwise_weight_grad.wgsl", test("pointwise"), [
    { what: "the block of an odd end counts twice", from: ") & vec4<bool>(second));", to: "));" },
    { what: "the last thread's sums are left out", from: "thread < threads;", to: "thread + 1u < threads;" },
  ]),
  ...mutants("shaders/pointwise_weight_grad_inputs.wgsl", test("pointwise"), [
    {
      what: "the block past an odd end counts",
      from: ">= vec4i(lowest)) & isIn$b);",
      to: ">= vec4i(lowest)));",
    },
    {
      what: "a thread's second inputs are those beside its first",
      from: "input + $(i * THREADS)u, inputs - 1u",
      to: "input + $(i)u, inputs - 1u",
    },
    {
      what: "a range ends at the next one's second block",
      from: "(group.y + 1u) * length)",
      to: "(group.y + 1u) * length + 1u)",
    },
  ]),
  ...mutants("shaders/pointwise_weight_grad_tiles.wgsl", test("pointwise"), [
    { what: "blocks past the end count", from: ">= vec4i(lowest)) & isIn);", to: ">= vec4i(lowest)));" },
    {
      what: "each round has the columns of the first",
      from: "next = min(first + $(SIDE)u + column, end - 1u);",
      to: "next = min(first + column, end - 1u);",
    },
    {
      what: "a thread's second outputs are those beside its first",
      from: "let output$o = firstOutput + row + $(o * SIDE)u;",
      to: "let output$o = firstOutput + row + $(o)u;",
    },
  ]),
  ...mutants("shaders/convolution.wgsl", test("convolution"), [
    {
      what: "the second chunk of inputs starts at the first",
      from: "let c = chunk + i /",
      to: "let c = i /",
    },
    {
      what: "the row below the image counts as inside",
      from: "top + $i >= 0 && top + $i < height;",
      to: "top + $i >= 0 && top + $i <= height;",
    },
    { what: "the rows' padding is not zero", from: "select(vec4f(0.0), sum, kept);", to: "sum;" },
    {
      what: "the adjoint takes each tap of another row's parity",
      from: "TRANSPOSE * (r + PY - i) +",
      to: "TRANSPOSE * (r + PY - i + SY - 1) +",
    },
  ]),
  ...mutants("shaders/convolution_weight_grad.wgsl", test("convolution"), [
    {
      what: "the rows above a band are left out",
      from: "let aboveIn$i = above$i >= 0 &&",
      to: "let aboveIn$i = top < 0 &&",
    },
    {
      what: "a block past the row's last counts",
      from: "out$k], live$k);",
      to: "out$k], live0);",
    },
    { what: "the last thread's sums are left out", from: "thread < threads;", to: "thread + 1u < threads;" },
  ]),
  ...mutants("shaders/unfold.wgsl", test("unfold"), [
    { what: "no dilation", from: "+ tapX * dilation + originX;", to: "+ tapX + originX;" },
    { what: "the image's last column counts as outside", from: "x$q < width &&", to: "x$q + 1 < width &&" },
  ]),
  ...mutants("shaders/fold.wgsl", test("unfold"), [
    { what: "pixels between strided windows get a gradient", from: "p$o * strideY == down$o && ", to: "" },
  ]),
  ...mutants("shaders/combine.wgsl", test("combine"), [
    {
      what: "the bias reaches the rows' padding",
      from: "last | vec4<bool>(i$j - row$j * rowBlocks != rowBlocks - 1u)",
      to: "vec4<bool>(true)",
    },
    {
      what: "the first term without a scale is scaled",
      from: "k - first$b < counts$b.y)",
      to: "k - first$b <= counts$b.y)",
    },
  ]),
  ...mutants("shaders/relu.wgsl", test("relu"), [
    { what: "a gradient at zero", from: "x$k > vec4f(0.0)", to: "x$k >= vec4f(0.0)" },
  ]),
  ...mutants("shaders/dirichlet_slope.wgsl", test("dirichlet"), [
    {
      what: "the mean of the logarithm is that of another concentration",
      from: "digammas(a + 1.0, b",
      to: "digammas(a, b",
    },
    {
      what: "the other concentrations are all of them",
      from: "concentration[table[base + 1u] + j], 0.0, j == i",
      to: "concentration[table[base + 1u] + j], 0.0, j == rows",
    },
    {
      what: "one series on both sides of the mean",
      from: "let lower = t * (a + b + 2.0) <= a + 1.0;",
      to: "let lower = true;",
    },
  ]),
  ...mutants("src/graph/ops/dirichlet.ts", test("dirichlet"), [
    { what: "the other entries do not give way", from: "sub(dy, sum(mul(n, dy), [1]))", to: "dy" },
  ]),
  ...mutants("shaders/random.wgsl", test("dirichlet"), [
    { what: "the shape is not raised by one", from: "shape + 0.66666667", to: "shape - 0.33333333" },
    { what: "every try is taken", from: "if (u < 0.5", to: "if (u < 100.0 + 0.5" },
  ]),
  ...mutants("shaders/random.wgsl", test("random"), [
    {
      what: "a rotation of Threefry off by one",
      from: "(y << 26u) | (y >> 6u)",
      to: "(y << 27u) | (y >> 5u)",
    },
    { what: "the key's third word is missing", from: "y += k$((s + 2) % 3)", to: "y += k$((s + 2) % 2)" },
  ]),
  ...mutants("shaders/channel_shuffle.wgsl", test("channel_shuffle"), [
    {
      what: "groups and channels exchanged",
      from: "group.y % groups * (channels / groups) + group.y / groups",
      to: "group.y",
    },
  ]),
  ...mutants("shaders/reduce.wgsl", "tests/browser/chromium_test.ts", [
    {
      what: "a barrier that threads may miss, for all that the compiler knows",
      from: "workgroupBarrier();",
      to: "if (lane < $(THREADS)u) { workgroupBarrier(); }",
    },
  ]),
  ...mutants("shaders/inverse_squared_variance.wgsl", test("inverse_squared_variance"), [
    { what: "the variance has a bias", from: "f32(max(channels, 2u) - 1u)", to: "f32(channels)" },
  ]),
  ...mutants("shaders/augment.wgsl", test("augment"), [
    {
      what: "a mirrored image is moved by a pixel",
      from: "width - 1 - column$q",
      to: "width - column$q",
      ci: true,
    },
    { what: "the cutout is a row too high", from: "row < cutoutY + half;", to: "row <= cutoutY + half;" },
  ]),
];
