/** One whole iteration of every method in float64, as a search composes it, against the oracle. */
import { assert } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { tensorsOf } from "../../src/gpu/mod.ts";
import { methods } from "../../src/methods/mod.ts";
import { keyFromSeed, normal, word } from "../../src/random.ts";
import { iteration } from "../../src/search/iteration.ts";
import type { SearchState } from "../../src/search/state.ts";
import { iterationGraphs, iterationSteps, type Reached } from "../../pipelines/stages/iteration.ts";
import { scheduleOf, type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch, Metrics } from "../../pipelines/stages/stage.ts";
import { weightStep } from "../../pipelines/stages/weight_step.ts";
import { drawArchitecture } from "../../pipelines/strategies/weight_sharing.ts";
import {
  hostTensor,
  interpretedProgram,
  interpretedRunner,
  valuesOf,
} from "../reference/interpreted_runner.ts";
import { type Given, IterationOracle, type State } from "../reference/iteration.ts";
import { ascentSteps, mapRows, msDarts, type Rules, rulesOf } from "../reference/method_rules.ts";

const [side, batch] = [8, 4];
const images = (count: number) => ({
  name: "noise",
  count,
  channels: 1,
  height: side,
  width: side,
  pixels: new Uint8Array(count * side * side),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
});
const data = makeDataset({
  name: "noise",
  description: "made up",
  classes: ["a", "b", "c"],
  train: images(32),
  test: images(8),
  augmentation: { pad: 0, flip: false },
});
const host = (seed: number): HostBatch => ({
  pixels: Uint32Array.from({ length: (batch * side * side) / 4 }, (_, i) => word([seed, 1], i)),
  labels: Uint32Array.from({ length: batch }, (_, i) => (i + seed) % 3),
  plan: new Uint32Array(batch * 6),
});
const [train, search] = [host(2), host(3)];
const gaussian = (seed: number, count: number, scale: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => scale * normal(keyFromSeed(seed), i));

/** A state in the middle of a search: nothing of it is zero or one. */
function stateOf({ net, layout, method }: SearchProblem): State {
  const { parameterFloats, statisticsFloats, parameters, batchNorms } = net.layout;
  const weights = new Float64Array(parameterFloats);
  const velocity = new Float64Array(parameterFloats);
  for (const { offset, graphShape } of parameters) {
    const count = graphShape.reduce((product, size) => product * size, 1);
    weights.set(gaussian(offset + 10, count, 0.4), offset);
    velocity.set(gaussian(offset + 11, count, 0.1), offset);
  }
  const statistics = new Float64Array(statisticsFloats);
  for (const { offset, channels } of batchNorms) {
    statistics.set(gaussian(offset + 12, channels, 0.2), offset);
    statistics.set(gaussian(offset + 13, channels, 0.3).map((x) => 0.5 + x * x), offset + channels);
  }
  const rows = (seed: number, scale: number) =>
    mapRows(gaussian(seed, layout.floats, scale), layout, (row) => row);
  return {
    ...{ weights, velocity, statistics, alphas: rows(1, 0.7), alphaMean: rows(2, 0.05) },
    alphaVariance: rows(3, 0.05).map((x) => x * x),
    ...{ step: 7, architectureSteps: 5, key: keyFromSeed(9) },
    decisions: method.decide || method.strategy.kind === "selection"
      ? { normal: ["open", 2, "empty", 1], reduce: [0, "open"] }
      : {},
  };
}

const onDevice = (state: State): SearchState => ({
  ...state,
  ...Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) =>
      value instanceof Float64Array ? [[name, hostTensor(value)]] : []
    ),
  ),
  relaxedRows: [],
} as unknown as SearchState);

const onHost = (state: SearchState): State => ({
  ...state,
  ...Object.fromEntries(
    Object.entries(state).flatMap(([name, value]) =>
      tensorsOf({ value }).map((tensor) => [name, valuesOf(tensor)])
    ),
  ),
} as unknown as State);

const numbersOf = ({ loss, correct }: Metrics) => ({
  loss: valuesOf(loss)[0]!,
  correct: valuesOf(correct)[0]!,
});

/** What a search does in an iteration, on interpreted programs. */
function run(problem: SearchProblem, first: SearchState, { epoch, resting, mixing }: Given): Reached {
  const schedule = scheduleOf(problem, epoch);
  if (mixing !== undefined) {
    const stage = weightStep(problem);
    const step = stage.on(interpretedProgram("weightStep", stage.graph()));
    const [state, metrics] = step({ ...schedule, state: first, train, mixing: hostTensor(mixing) });
    return { state, first, schedule, train: metrics };
  }
  const programs = Object.fromEntries(
    Object.entries(iterationGraphs(problem)).map(([name, graph]) => [name, interpretedProgram(name, graph)]),
  );
  const steps = iterationSteps(interpretedRunner(), problem, programs);
  const start: Reached = { state: first, first, schedule };
  return iteration(start, { train, search, resting }, steps);
}

type Case = readonly [flags: Readonly<Record<string, string | boolean>>, rules?: Rules];

/** Of methods that are more than their name. */
const special: readonly Case[] = [
  [{ method: "ms-darts", variant: "default" }, msDarts("default")],
  [{ method: "ms-darts", variant: "reference" }, msDarts("reference")],
  [{ method: "ms-darts", variant: "paper" }, msDarts("paper")],
  [{ method: "ms-darts", variant: "default", space: "s4" }, msDarts("default")],
  [{ method: "darts", gradClip: "0.5" }],
  [{ method: "r-darts-dp", searchDropPath: "0.4" }],
  [{ method: "r-darts-l2", weightDecay: "0.0081" }],
  [{ method: "pc-darts", space: "s2", partialChannels: "2", channels: "4" }],
  [{ method: "p-darts", skipDropout: "0.3,0.3,0.3" }],
  [{ method: "sdarts-adv", space: "s2", ascentSteps: String(ascentSteps) }],
  [{ method: "gdas", nesterov: true }],
  [{ method: "snas", searchDropPath: "0.3" }],
  [{ method: "lambda-darts", layers: "4" }],
  [{ method: "darts-pt" }],
  [{ method: "darts-pt", fixedAlphas: true }, { ...rulesOf["darts-pt"]!, order: "weights only" }],
  [{ method: "drnas" }],
  [{ method: "drnas", order: "2" }],
  [{ method: "drnas-progressive", stageParts: "2,1" }],
  [{ method: "gaea" }],
  [{ method: "gaea", order: "2" }],
];
const others = methods.filter(({ name, strategy }) =>
  strategy.kind !== "drawn" && special.every(([{ method }]) => method !== name)
);
const cases: readonly Case[] = [...special, ...others.map(({ name }): Case => [{ method: name }])];

for (const [flags, rules = rulesOf[String(flags["method"])]] of cases) {
  const name = Object.values(flags).join(" ");
  for (const resting of [false, true]) {
    Deno.test(`iteration: ${name}${resting ? ", alphas at rest" : ""}`, () => {
      assert(rules, `${flags["method"]} has no rules in tests/reference/method_rules.ts`);
      const sizes = { space: "s3", batch: String(batch), channels: "2", layers: "3", epochs: "5" };
      const rates = { archLr: "0.1", lr: "0.05", lrMin: "0.01", archWeightDecay: "0.02" };
      const config = resolve(searchCommand, { flags: { ...sizes, ...rates, ...flags } });
      const problem = searchProblem({ ...config, warmup: 1 }, data);
      const before = stateOf(problem);
      const mixing = Float64Array.from(drawArchitecture(problem, keyFromSeed(4)));
      const given: Given = {
        ...{ train, search, epoch: 2, resting },
        ...["weight sharing", "pruned"].includes(problem.method.strategy.kind) && { mixing },
      };
      const first = onDevice(before);
      const reached = run(problem, first, given);
      for (const [name, value] of Object.entries(onHost(first))) {
        if (value instanceof Float64Array) {
          assert(value.every((x, i) => x === before[name as "weights"][i]), name);
        }
      }
      new IterationOracle(problem, rules).check(before, onHost(reached.state), given, {
        train: numbersOf(reached.train!),
        architecture: reached.architecture && numbersOf(reached.architecture),
      });
    });
  }
}
