/** Mistakes in how the steps of an iteration, and the iterations of a search, are put together. */
import { type Mutant, mutants } from "./mutant.ts";

const oracle = "tests/search/iteration_test.ts";
const whole = "tests/pipelines/algorithm2_test.ts";

export const composition: readonly Mutant[] = [
  ...mutants("src/search/iteration.ts", [oracle, whole], [
    {
      what: "the architecture step on the training batch: nothing is bilevel any more",
      from: "architectureStep(at, search, train)",
      to: "architectureStep(at, train, search)",
      ci: true,
    },
    {
      what: "the orders of the steps swapped",
      from: 'order === "alphas first"',
      to: 'order !== "alphas first"',
    },
    { what: "alphas never rest", from: "resting ? at : architectureStep", to: "architectureStep" },
    {
      what: "the mean shift scored on the other batch",
      from: "perturb(at, train, search)",
      to: "perturb(at, search, train)",
    },
    {
      what: "the weight step on the search batch",
      from: "perturb(at, train, search), train)",
      to: "perturb(at, train, search), search)",
    },
  ]),
  ...mutants("pipelines/stages/weight_step.ts", oracle, [
    {
      what: "nothing is added to the loss of the weights",
      from: "penalty: method.weightPenalty &&",
      to: "penalty: undefined &&",
      filter: "lambda",
    },
  ]),
  ...mutants("pipelines/algorithm/search.ts", whole, [
    {
      what: "the halves swapped",
      from: "{ train, search, resting }, steps)",
      to: "{ train: search, search: train, resting }, steps)",
    },
    {
      what: "the search batch from the weight half",
      from: "const search = batches.search(epoch, first.step);",
      to: "const search = batches.train(indices, epoch, first.step);",
      ci: true,
    },
    {
      what: "the learning rate and numbers of the epoch before",
      from: "scheduleOf(current, epoch, loop.share);\n        const train",
      to: "scheduleOf(current, Math.max(0, epoch - 1), loop.share);\n        const train",
    },
    { what: "alphas never rest", from: "epoch < config.warmup", to: "epoch < 0 * config.warmup" },
    { what: "alphas rest an epoch longer", from: "epoch < config.warmup", to: "epoch <= config.warmup" },
    {
      what: "the alphas before the steps are kept",
      from: "loop.advance(reached.state, reached",
      to: "loop.advance({ ...reached.state, alphas: first.alphas }, reached",
    },
  ]),
  ...mutants("pipelines/algorithm/search.ts", "tests/methods/sgas_test.ts", [
    {
      what: "decisions are forgotten",
      from: "{ state: decided, more: kept }",
      to: "{ state, more: kept }",
    },
    {
      what: "cells without the decisions of their epoch",
      from: "look({ state: decided, numbers: schedule.numbers, batch })",
      to: "look({ state, numbers: schedule.numbers, batch })",
    },
  ]),
  ...mutants("pipelines/algorithm/search.ts", "tests/pipelines/rollback_test.ts", [
    {
      what: "a stopped search has the cell of the epoch before",
      from: "kept.history.slice(0, verdict.epoch + 1)",
      to: "kept.history.slice(0, verdict.epoch)",
    },
    {
      what: "a rollback repeats the epoch it goes back to",
      from: "next: verdict.epoch + 1 }",
      to: "next: verdict.epoch }",
    },
    {
      what: "the weight decay of a rollback is not taken",
      from: "more: { ...more, weightDecay, watch: back.watch }",
      to: "more: { ...more, watch: back.watch }",
    },
  ]),
  ...mutants("pipelines/stages/perturb.ts", oracle, [
    {
      what: "scored on the other batch",
      from: "batchNodes(data, batch, nodes)",
      to: 'batchNodes(data, batch === "train" ? "search" : "train", nodes)',
    },
    { what: "BatchNorm in training mode", from: 'score(net, "eval"', to: 'score(net, "train"' },
  ]),
  ...mutants("pipelines/stages/architecture_step.ts", oracle, [
    {
      what: "statistics not advanced",
      from: '["alphas", "alphaMean", "alphaVariance", "statistics"]',
      to: '["alphas", "alphaMean", "alphaVariance"]',
    },
    { what: "steps not counted", from: "architectureSteps: architectureSteps + 1", to: "architectureSteps" },
    {
      what: "the random key of another step",
      from: "fold(fold(key, use), architectureSteps + 1)",
      to: "fold(fold(key, use), architectureSteps)",
    },
  ]),
  ...mutants("pipelines/stages/weight_step.ts", oracle, [
    {
      what: "statistics not advanced",
      from: '["weights", "velocity", "statistics"]',
      to: '["weights", "velocity"]',
    },
    {
      what: "velocity not kept",
      from: '["weights", "velocity", "statistics"]',
      to: '["weights", "statistics"]',
    },
    { what: "steps not counted", from: "step: step + 1", to: "step" },
  ]),
  ...mutants("pipelines/stages/joint_step.ts", oracle, [
    { what: "statistics not advanced", from: '"alphaVariance", "statistics"]', to: '"alphaVariance"]' },
  ]),
  ...mutants("pipelines/stages/iteration.ts", whole, [
    {
      what: "the perturbed alphas kept in the state",
      from: "tensors.release(mixing);\n      return { ...moved(reached, state)",
      to: "return { ...moved(reached, { ...state, alphas: mixing })",
    },
    { what: "a joint step moves alphas that rest", from: "if (!resting) return", to: "if (true) return" },
  ]),
  ...mutants("src/search/step_graphs.ts", oracle, [
    {
      what: "decided alphas move",
      from: "alphas: free ? where(free, moved.x, alphas) : moved.x",
      to: "alphas: moved.x",
    },
    // The mean shift cannot advance statistics, since it returns a mixing vector and nothing else: this is what it would
    // look like if it did.
    {
      what: "the weight step advances statistics twice",
      from: "    weightGradient: slope,\n    statistics: updateStatistics(nodes.statistics, scored.moments",
      to: "    weightGradient: slope,\n    statistics: updateStatistics(updateStatistics(nodes.statistics, " +
        "scored.moments, net.layout), scored.moments",
    },
  ]),
  ...mutants("src/search/unrolled.ts", oracle, [
    {
      what: "momentum undamped in the unrolled step",
      from: "scale(velocity, momentum)",
      to: "scale(velocity, 1)",
    },
    {
      what: "statistics of the search batch",
      from: "passes: [first.moments]",
      to: "passes: [scored.moments]",
    },
  ]),
  ...mutants("pipelines/stages/problem.ts", [oracle, whole], [
    { what: "Adam counts from 0", from: "state.architectureSteps + 1", to: "state.architectureSteps" },
    {
      what: "drop-path does not ramp",
      from: "searchDropPath * ramp(before + epoch, all)",
      to: "searchDropPath",
    },
  ]),
  ...mutants("pipelines/run/epochs.ts", whole, [
    {
      what: "velocity dropped on resume",
      from: "toDevice<State>(this.runner, this.saved.state)",
      to: "toDevice<State>(this.runner, { ...this.saved.state, velocity: " +
        '(this.saved.state as unknown as Record<"velocity", Float32Array>).velocity.map(() => 0) })',
    },
  ]),
  ...mutants("pipelines/stages/removal.ts", "tests/pipelines/selection_test.ts", [
    {
      what: "running statistics",
      from: 'mode: "train"',
      to: 'mode: "eval"',
      filter: "on nasbench201 in float64",
    },
    {
      what: "the part stays",
      from: "fill(0, from, to)",
      to: "fill(0, from, from)",
      filter: "on nasbench201 in float64",
    },
  ]),
  ...mutants("pipelines/stages/evaluate.ts", "tests/pipelines/selection_test.ts", [
    {
      what: "the last batch is filled up with one image",
      from: "(i - indices.length) % images.count",
      to: "0",
      filter: "batches of one size",
    },
  ]),
  ...mutants("pipelines/strategies/selection.ts", "tests/pipelines/selection_test.ts", [
    {
      what: "all rounds before the training",
      from: "(round * steps)",
      to: "(0 * steps)",
      filter: "on nasbench201 in float64",
    },
    {
      what: "the search's momentum goes on",
      from: "return { ...state, velocity };",
      to: "return state;",
      filter: "on nasbench201 in float64",
    },
    {
      what: "answers decide nothing",
      from: "{ ...state, decisions }",
      to: "state",
      filter: "on nasbench201 in float64",
    },
    {
      what: "scores from before a stop are forgotten",
      from: "let r = loop.more.scores.length;",
      to: "let r = 0;",
      filter: "on a few images",
    },
  ]),
  ...mutants("pipelines/strategies/weight_sharing.ts", whole, [
    {
      what: "one architecture for all steps",
      from: 'drawn("architecture", step)',
      to: 'drawn("architecture", 0)',
    },
  ]),
];
