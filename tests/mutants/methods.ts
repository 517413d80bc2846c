/** Mistakes in methods: of each at least one. */
import { type Mutant, mutants } from "./mutant.ts";

const test = (name: string): string => `tests/methods/${name}_test.ts`;

export const methods: readonly Mutant[] = [
  ...mutants("src/methods/darts.ts", test("darts"), [
    { what: "alphas rest at first", from: "warmup: () => 0", to: "warmup: () => 1" },
    { what: "weights before alphas", from: '"alphas first"', to: '"weights first"' },
  ]),
  ...mutants("src/methods/ms_darts.ts", test("ms_darts"), [
    { what: "the paper's alphas rest", from: "paper: 0 }", to: "paper: 0.1 }" },
    {
      what: "the paper's radius ramps",
      from: 'variant === "paper" ? epsilon : epsilonRamp',
      to: 'variant === "default" ? epsilon : epsilonRamp',
    },
    { what: "the public code's cutout on S5 as well", from: "/^s[1-4]$/", to: "/^s[1-5]$/" },
    { what: "iterations share their noise", from: "point(t * samples + n)", to: "point(n)" },
    {
      what: "points are scored on the other batch",
      from: "loss(mixing, variant.scoredOn)",
      to: 'loss(mixing, variant.scoredOn === "train" ? "search" : "train")',
    },
  ]),
  ...mutants("src/methods/darts_minus.ts", test("darts_minus"), [
    {
      what: "the skip's weight grows",
      from: "(skipWeight, 0, epoch / epochs)",
      to: "(0, skipWeight, epoch / epochs)",
      ci: true,
    },
  ]),
  ...mutants("src/network/auxiliary_skip.ts", test("darts_minus"), [
    {
      what: "the skip has no weight",
      from: 'weight: number("auxiliary_skip_weight")',
      to: "weight: undefined",
    },
  ]),
  ...mutants("src/methods/fair_darts.ts", test("fair_darts"), [
    {
      what: "the zero-one loss pulls towards 0.5",
      from: "-zeroOneWeight / layout.count",
      to: "zeroOneWeight / layout.count",
    },
    { what: "the loss is a sum, not a mean", from: "-zeroOneWeight / layout.count", to: "-zeroOneWeight" },
    {
      what: "alphas are taken as they are",
      from: "mapMatrices(alphas, layout, sigmoid)",
      to: "mapMatrices(alphas, layout, (a) => a)",
    },
  ]),
  ...mutants("src/methods/beta_darts.ts", test("beta_darts"), [
    {
      what: "each matrix has a mean of its own",
      from: "layout.matrices[m]!.tensor ?? layout.matrices[m]!.name",
      to: "layout.matrices[m]!.name",
    },
    { what: "the loss is a sum over choices", from: "1 / (columns * ", to: "1 / (" },
    {
      what: "the weight is the last epoch's throughout",
      from: "(betaWeight * epoch) / epochs",
      to: "betaWeight",
    },
  ]),
  ...mutants("src/methods/em_darts.ts", test("em_darts"), [
    { what: "operations without parameters are taken too", from: "Number(!(", to: "Number((" },
    {
      what: "an edge is mutated unless it should be",
      from: "return where(which, ",
      to: "return where(affine(which, -1, 1), ",
    },
    {
      what: "the first convolution is always taken",
      from: "affine(uniformNoise(key, 2 * m + 1, [rows, columns]), 1, 1)",
      to: "affine(uniformNoise(key, 2 * m + 1, [rows, columns]), 0, 1)",
    },
  ]),
  ...mutants("src/methods/lambda_darts.ts", test("lambda_darts"), [
    {
      what: "the alignment falls",
      from: "neg(mul(alignment_weight!, aligned))",
      to: "mul(alignment_weight!, aligned)",
      filter: "on s2",
    },
    {
      what: "the weight is the last epoch's throughout",
      from: "alignmentWeight * ramp(epoch, epochs)",
      to: "alignmentWeight",
      filter: "the weight grows",
    },
    {
      what: "alphas before weights",
      from: '"weights first"',
      to: '"alphas first"',
      filter: "weights move first",
    },
  ]),
  ...mutants("src/search/alignment.ts", test("lambda_darts"), [
    { what: "the first cell's for all", from: "row(slopes, c)", to: "row(slopes, 0 * c)", filter: "on s2" },
  ]),
  ...mutants("src/methods/drnas.ts", test("drnas"), [
    {
      what: "concentrations are exponentials above 0 too",
      from: "mul(alphas, above))",
      to: "affine(above, 1, 0))",
    },
    { what: "all matrices have the same numbers", from: "m * gammaStreams", to: "0 * m" },
    { what: "the mean is drawn", from: "key ? dirichlet", to: "!key ? dirichlet" },
  ]),
  ...mutants("src/methods/darts_pt.ts", test("darts_pt"), [
    {
      what: "the operation is kept that can be spared most",
      from: "parts[all.indexOf(Math.max(...all))]",
      to: "parts[all.indexOf(Math.min(...all))]",
      ci: true,
    },
    { what: "of equal operations the last is kept", from: "parts[all.indexOf", to: "parts[all.lastIndexOf" },
    {
      what: "the input goes that can be spared least",
      from: "left(decisions)[all.indexOf(Math.min(...all))]",
      to: "left(decisions)[all.indexOf(Math.max(...all))]",
    },
    { what: "the accuracy costs", from: ": -accuracy", to: ": accuracy" },
    { what: "an edge of a DARTS cell may end as none", from: 'kind !== "darts" ||', to: "true ||" },
    { what: "both cells have one order", from: "fold(key, name), rows.length", to: "key, rows.length" },
    {
      what: "a node loses one input at most",
      from: "{ length: rows.length - inputsKept }",
      to: "{ length: 1 }",
    },
    { what: "half the search's epochs", from: "25 / 100", to: "50 / 100" },
    { what: "fixed alphas move", from: '? "weights only" :', to: '? "alphas first" :' },
  ]),
  ...mutants("src/methods/drnas_progressive.ts", test("drnas_progressive"), [
    {
      what: "the second stage's share of channels is the first's",
      from: "stageParts: String(parts[s])",
      to: "stageParts: String(parts[0])",
    },
    { what: "the alphas rest as long on all spaces", from: '(kind === "darts" ? 25 : 50)', to: "50" },
  ]),
  ...mutants("src/methods/stages.ts", test("drnas_progressive"), [
    { what: "as few operations as one are kept", from: "Math.max(2, Math", to: "Math.max(1, Math" },
    {
      what: "the first stage has what does not share out",
      from: "Math.floor((stage",
      to: "Math.ceil((stage",
    },
  ]),
  ...mutants("src/methods/published.ts", "tests/methods/published_test.ts", [
    { what: "the benchmark's decay is taken", from: "weightDecay: 3e-4", to: "weightDecay: 5e-4" },
  ]),
  ...mutants("src/network/kept.ts", test("drnas_progressive"), [
    { what: "the smallest are kept", from: "row[b]! - row[a]!", to: "row[a]! - row[b]!" },
    {
      what: "rows are not divided by what is left",
      from: "return div(own, sum(own, [1]));",
      to: "return own;",
    },
  ]),
  ...mutants("src/nn/widen.ts", test("drnas_progressive"), [
    { what: "inputs are copied in order", from: "columns![column]!)", to: "(column % width))" },
    {
      what: "the momentum is that of the weights",
      from: "[vectors.velocity, velocity]",
      to: "[vectors.weights, velocity]",
    },
    { what: "all operations copy the same channels", from: "fold(key, ++norm)", to: "fold(key, 0 * ++norm)" },
  ]),
  ...mutants("pipelines/strategies/carry.ts", "tests/pipelines/find_cell_test.ts", [
    {
      what: "dropped alphas stay",
      from: "keeps[i] === 1 ? alpha : 0",
      to: "alpha",
      filter: "stages that go on",
    },
  ]),
  ...mutants("pipelines/stages/problem.ts", "tests/pipelines/find_cell_test.ts", [
    {
      what: "the learning rate falls in each stage",
      from: "(before + epoch) / all)",
      to: "epoch / epochs)",
      filter: "stages that go on",
    },
  ]),
  ...mutants("src/methods/gaea.ts", "tests/search/iteration_test.ts", [
    {
      what: "Adam moves the alphas",
      from: "  optimiser: exponentiatedGradient,\n",
      to: "",
      filter: "gaea",
    },
  ]),
  ...mutants("src/search/alpha_optimiser.ts", test("gaea"), [
    { what: "rows are not divided by their sums", from: "logSoftmax(matrix, 1)", to: "matrix" },
    {
      what: "weights go up their gradient",
      from: "sub(x, mul(gradient, slice(schedule, 0, [1])))",
      to: "sub(mul(gradient, slice(schedule, 0, [1])), x)",
    },
  ]),
  ...mutants("src/search/alpha_optimiser.ts", "tests/search/iteration_test.ts", [
    {
      what: "the gradient is that of the logarithms",
      from: 'along: "mixing",\n  decays: false,',
      to: 'along: "alphas",\n  decays: false,',
      filter: "gaea",
    },
  ]),
  ...mutants("src/methods/ms_removal.ts", "tests/search/iteration_test.ts", [
    {
      what: "raw alphas are mixed",
      from: "removalSlope(softmaxRows(alphas, layout)",
      to: "removalSlope(alphas",
      filter: "removal",
    },
  ]),
  ...mutants("src/search/removal.ts", test("ms_removal"), [
    { what: "what is missed falls", from: "sub(mean, losses[k]!)", to: "sub(losses[k]!, mean)", ci: true },
    { what: "the operation stays alone", from: "affine(one, -1, 1)", to: "one" },
    {
      what: "always the same edge",
      from: "uniformNoise(key, 0, [1, rows])",
      to: "scale(uniformNoise(key, 0, [1, rows]), 0)",
    },
  ]),
  ...mutants("src/methods/uniform.ts", "tests/search/iteration_test.ts", [
    {
      what: "every operation has the whole weight",
      from: "1 / matrix.shape[1]!",
      to: "1",
      filter: "uniform",
    },
  ]),
  ...mutants("src/methods/gdas.ts", test("gdas"), [
    {
      what: "the temperature falls to 0.1 in the port too",
      from: "linear(10, 1, epoch / epochs)",
      to: "linear(10, 0.1, epoch / epochs)",
    },
    {
      what: "all cells of the port draw alike",
      from: "each.map((c) => drawn(context, c))",
      to: "each.map(() => drawn(context, 0))",
    },
    {
      what: "a matrix's noise is the first one's",
      from: "block * layout.matrices.length + i",
      to: "block * layout.matrices.length",
    },
  ]),
  ...mutants("src/search/gumbel.ts", test("gdas"), [
    {
      what: "the gradient does not pass the choice",
      from: "sub(sample, stopGradient(sample))",
      to: "sub(stopGradient(sample), stopGradient(sample))",
    },
    {
      what: "exponential noise for Gumbel's",
      from: "return neg(log(clamp(exponential, 2 ** -21, 32)));",
      to: "return exponential;",
    },
  ]),
  ...mutants("src/methods/snas.ts", test("snas"), [
    { what: "the temperature does not fall", from: "linear(1, 0.03,", to: "linear(1, 1," },
    { what: "alphas start at zero", from: "mean: 1, deviation: 0.01", to: "mean: 0, deviation: 0.01" },
    { what: "two steps, not one", from: '"joint"', to: '"alphas first"' },
  ]),
  ...mutants("src/methods/pc_darts.ts", test("pc_darts"), [
    { what: "the warm-up is a tenth", from: "(15 / 50) * epochs", to: "(15 / 150) * epochs" },
    {
      what: "SmoothDARTS's port weights edges",
      from: 'edgeNormalisation: port === "original"',
      to: "edgeNormalisation: true",
    },
  ]),
  ...mutants("src/network/mixed_node.ts", test("pc_darts"), [
    {
      what: "the edge's weight is left out of its operations",
      from: "weight: weight ? mul(weight, edge.weight!) : edge.weight!",
      to: "weight: weight ?? edge.weight!",
    },
    {
      what: "channels that pass by are not pooled but shrunk",
      from: "maxPool(others, { kernel: 2, stride: 2, pad: 0 })",
      to: "maxPool(others, { kernel: 3, stride: 2, pad: 1 })",
    },
    {
      what: "channels are not shuffled",
      from: "channelShuffle(concatChannels([through, weightedSum(past)]), parts)",
      to: "concatChannels([through, weightedSum(past)])",
    },
  ]),
  ...mutants("src/methods/p_darts.ts", test("p_darts"), [
    { what: "later stages are no deeper", from: "layers: layers + s * added", to: "layers" },
    {
      what: "operations are kept",
      from: "const shares = [1, 5 / 8, 3 / 8];",
      to: "const shares = [1, 1, 3 / 8];",
    },
    {
      what: "the dropout grows",
      from: "Math.exp(-0.2 * (epoch - warmup))",
      to: "Math.exp(0.2 * (epoch - warmup))",
    },
  ]),
  ...mutants("src/methods/sdarts_rs.ts", test("sdarts"), [
    { what: "the radius does not ramp", from: "linear(smallest, epsilon, epoch / epochs)", to: "epsilon" },
  ]),
  ...mutants("src/methods/sdarts_adv.ts", test("sdarts"), [
    {
      what: "the ascent is on the search batch",
      from: 'loss(mixing, "train")',
      to: 'loss(mixing, "search")',
    },
  ]),
  ...mutants("src/methods/sgas.ts", test("sgas"), [
    { what: "the importance is that of none", from: "1 - (row[none] ?? 0)", to: "row[none] ?? 0" },
    { what: "the entropy has the other sign", from: "return 1 + sum(", to: "return 1 - sum(" },
    { what: "five epochs are remembered", from: "slice(-memory)", to: "slice(-memory - 1)" },
    {
      what: "the edge of the lowest score is decided",
      from: "scores[e]! > scores[best]!",
      to: "scores[e]! < scores[best]!",
      ci: true,
    },
  ]),
  ...mutants("src/methods/is_darts.ts", test("is_darts"), [
    {
      what: "the smallest importance goes",
      from: "Math.sign(of(a) - of(b))",
      to: "Math.sign(of(b) - of(a))",
    },
    {
      what: "both operations of a node may be on one edge",
      from: "[...firsts, ...rest]",
      to: "ranked",
    },
    { what: "the first of equal ones stays", from: ".reverse()", to: "" },
  ]),
  ...mutants("src/search/importance.ts", test("is_darts"), [
    { what: "a sum over the cells", from: "1 / cells.length", to: "1" },
  ]),
  ...mutants("src/methods/random_ws.ts", test("random_ws"), [
    { what: "a round every 100,000 steps", from: "steps / 10_000", to: "steps / 100_000" },
    { what: "few candidates in long searches", from: "Math.min(1000,", to: "Math.min(100," },
  ]),
  ...mutants("src/methods/random.ts", test("random"), [
    { what: "always the first of everything", from: "drawing(key)", to: "() => 0" },
  ]),
  ...mutants("src/network/darts/discretize.ts", [test("random_ws"), "tests/network/genotype_test.ts"], [
    {
      what: "both edges of a random node may be one",
      from: "(first + 1 + draw(count - 1)) % count",
      to: "draw(count)",
    },
  ]),
  ...mutants("src/methods/r_darts.ts", test("r_darts"), [
    { what: "drop-path is the same in all searches", from: "[0, 0.2, 0.4, 0.6]", to: "[0, 0.2, 0.2, 0.2]" },
    { what: "the first search has cutout too", from: "searchDropPath === 0 ? 0 : cutout", to: "cutout" },
    {
      what: "a penalty is missing",
      from: "[3e-4, 9e-4, 27e-4, 81e-4, 243e-4]",
      to: "[3e-4, 9e-4, 27e-4, 81e-4]",
    },
  ]),
  ...mutants("src/methods/eigenvalue_stop.ts", test("eigenvalue_stop"), [
    {
      what: "the local average is over one value too many",
      from: "values.slice(i + 1 - count, i + 1)",
      to: "values.slice(i - count, i + 1)",
      ci: true,
    },
    {
      what: "a search goes back to the newest window's middle",
      from: "(Math.floor(stopWindow / 2) + stopDelta)",
      to: "Math.floor(stopWindow / 2)",
    },
    { what: "the last epoch may stop", from: "newest.epoch >= epochs - 1", to: "newest.epoch >= epochs" },
  ]),
  ...mutants("src/methods/darts_ada.ts", test("eigenvalue_stop"), [
    {
      what: "the penalty has no maximum",
      from: "Math.min(weightDecay * decayFactor, decayMax)",
      to: "weightDecay * decayFactor",
    },
  ]),
  ...mutants("src/methods/darts_es.ts", test("order"), [
    { what: "first order", from: "order: 2,", to: "" },
  ]),
];
