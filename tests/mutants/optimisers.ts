/** Mistakes in optimisers, schedules and what they move. */
import { type Mutant, mutants } from "./mutant.ts";

const goldens = "tests/golden/step_test.ts";
const test = "tests/optim_test.ts";

export const optimisers: readonly Mutant[] = [
  ...mutants("src/optim/adam.ts", [test, "tests/methods/order_test.ts"], [
    { what: "the first moment is not corrected", from: "lr / (1 - beta1 ** step)", to: "lr" },
    {
      what: "the second moment's correction has no root",
      from: "1 / Math.sqrt(1 - beta2 ** step)",
      to: "1 / (1 - beta2 ** step)",
    },
    { what: "weight decay has the other sign", from: "scale(x, weightDecay)", to: "scale(x, -weightDecay)" },
    {
      what: "epsilon lies under the root",
      from: "shift(mul(sqrt(v), slice(schedule, 1, [1])), epsilon)",
      to: "mul(sqrt(shift(v, epsilon)), slice(schedule, 1, [1]))",
    },
    {
      what: "the second moment takes the decayed rate of the first",
      from: "scale(square(g), 1 - beta2)",
      to: "scale(square(g), 1 - beta1)",
    },
  ]),
  ...mutants("src/optim/adam.ts", "tests/methods/darts_test.ts", [
    { what: "DARTS's first moment as usual, not as published", from: "beta1: 0.5", to: "beta1: 0.9" },
  ]),
  ...mutants("src/optim/sgd.ts", test, [
    {
      what: "a small gradient is stretched",
      from: "return min(div(constant(clip, [1]), affine(norm, 1, 1e-6)), constant(1, [1]));",
      to: "return div(constant(clip, [1]), affine(norm, 1, 1e-6));",
    },
  ]),
  ...mutants("src/optim/sgd.ts", "tests/methods/gdas_test.ts", [
    {
      what: "Nesterov's momentum forgets what was",
      from: "scale(velocity, momentum)) : next",
      to: "velocity) : next",
    },
    { what: "the velocity that is kept looks ahead", from: "velocity: next };", to: "velocity: ahead };" },
  ]),
  ...mutants("shaders/sgd.wgsl", test, [
    {
      what: "the decay is clipped with the gradient",
      from: "f * g[table[base + 2u] + i] + decay * wi",
      to: "f * (g[table[base + 2u] + i] + decay * wi)",
    },
    { what: "weights climb", from: "wi - f * vi", to: "wi + f * vi" },
    { what: "the gradient takes the momentum's place", from: "momentum * vi + f * g", to: "vi + f * g" },
  ]),
  ...mutants("src/optim/schedules.ts", test, [
    { what: "the cosine does not reach its end", from: "0.5 * (from - to)", to: "0.5 * from", ci: true },
    { what: "one-cycle starts at the peak", from: "linear(peak / 10, peak,", to: "linear(peak, peak," },
    {
      what: "the radius starts at its maximum",
      from: "linear(largest / 10, largest,",
      to: "linear(largest, largest,",
    },
    { what: "the last epoch is not at one", from: "epoch / (epochs - 1)", to: "epoch / epochs" },
  ]),
  ...mutants("src/nn/statistics.ts", [goldens, "tests/golden/training_step_test.ts"], [
    { what: "the variance is biased", from: "(momentum * count) / Math.max(1, count - 1)", to: "momentum" },
    { what: "old statistics weigh fully", from: "keep.fill(1 - momentum,", to: "keep.fill(1," },
  ]),
  ...mutants("src/search/step_graphs.ts", "tests/methods/gdas_test.ts", [
    {
      what: "the alphas' gradient is not clipped",
      from: "clip > 0 ? mul(total, clipFactor(total, clip)) : total",
      to: "total",
    },
  ]),
  ...mutants("src/search/step_graphs.ts", "tests/methods/fair_darts_test.ts", [
    {
      what: "the penalty moves nothing",
      from: "add(slope, gradient(penalty(alphas), [alphas])[0]!)",
      to: "slope",
    },
  ]),
  ...mutants("src/training/drop_path.ts", test, [
    { what: "what is kept is not scaled up", from: "< keep ? 1 / keep : 0", to: "< keep ? 1 : 0" },
  ]),
  ...mutants("src/training/step_graphs.ts", "tests/golden/training_step_test.ts", [
    {
      what: "the auxiliary head's loss has its full weight",
      from: "scale(head, settings.auxiliary)",
      to: "head",
    },
    {
      what: "labels are not smoothed",
      from: "crossEntropy(logits, batch.labels, settings.labelSmoothing)",
      to: "crossEntropy(logits, batch.labels)",
    },
  ]),
  ...mutants("src/random.ts", "tests/random_test.ts", [
    {
      what: "a rotation of Threefry",
      from: "[13, 15, 26, 6, 17, 29, 16, 24]",
      to: "[13, 15, 26, 6, 17, 29, 16, 23]",
    },
    {
      what: "a permutation never moves its last",
      from: "for (let i = n - 1; i > 0; i--)",
      to: "for (let i = n - 2; i > 0; i--)",
    },
  ]),
];
