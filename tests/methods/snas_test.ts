/** SNAS: the relaxed draw, and one step for weights and alphas that is what two separate gradients say. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { elements, type Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, relax as relaxBy } from "../../src/methods/mod.ts";
import { supernet } from "../../src/network/supernet.ts";
import { fold, keyFromSeed, normal, uniformStream } from "../../src/random.ts";
import { architectureStep, jointStep, score, weightStep } from "../../src/search/step_graphs.ts";
import { softmax } from "../../src/softmax.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { numbersOf, searchProblem } from "../../pipelines/stages/problem.ts";
import { iterationGraphs, iterationSteps, type Reached } from "../../pipelines/stages/iteration.ts";
import { iteration } from "../../src/search/iteration.ts";
import { initialSearchState } from "../../src/search/state.ts";
import { tensorsOf } from "../../src/gpu/mod.ts";
import { adam } from "../../src/optim/adam.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData, side } from "../pipelines/noise_data.ts";
import { interpret } from "../reference/interpreter.ts";

const snas = methodByName("snas");
const key = [5, 6] as const;
const gaussian = (name: string, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => normal(fold(keyFromSeed(2), name), i));

const images = [3, 4, 8, 8] as const;
const net = supernet(spaceByName("s3"), { channels: 2, layers: 2, classes: 3 });
const { layout, alphas: alphaLayout } = net;
const floats = alphaLayout.floats;
const nodes = {
  weights: input("weights", [layout.parameterFloats]),
  velocity: input("velocity", [layout.parameterFloats]),
  statistics: input("statistics", [layout.statisticsFloats]),
  alphas: input("alphas", [floats]),
  alphaMean: input("alphaMean", [floats]),
  alphaVariance: input("alphaVariance", [floats]),
  schedule: input("schedule", [2]),
  lr: input("lr", [1]),
};
const batch = { images: input("images", images), labels: input("labels", [images[1]], "u32") };
const feeds = {
  images: gaussian("images", elements(images)),
  labels: [2, 0, 1, 1],
  weights: gaussian("weights", layout.parameterFloats).map((x) => 0.5 * x),
  velocity: gaussian("velocity", layout.parameterFloats).map((x) => 0.1 * x),
  statistics: gaussian("statistics", layout.statisticsFloats).map((x) => 1 + x ** 2),
  alphas: gaussian("alphas", floats),
  alphaMean: new Float64Array(floats),
  alphaVariance: new Float64Array(floats),
  schedule: [1e-3, 1],
  lr: [0.2],
  key,
  temperature: [0.7],
};
const relax = (alphas: Node): Node =>
  relaxBy(snas, methodSettings(), {
    alphas,
    layout: alphaLayout,
    cells: 2,
    key: input("key", [2], "u32"),
    numbers: { temperature: input("temperature", [1]) },
  });

Deno.test("snas: the softmax of alphas and Gumbel noise over the temperature, row by row", () => {
  const [got] = interpret([relax(nodes.alphas)], feeds);
  const want = new Float64Array(floats);
  alphaLayout.matrices.forEach(({ shape: [rows, columns], offset }, m) => {
    for (let r = 0; r < rows; r++) {
      const row = Array.from({ length: columns }, (_, k) => {
        const noise = -Math.log(-Math.log(uniformStream(key, m, r * columns + k)));
        return (feeds.alphas[offset + r * columns + k]! + noise) / 0.7;
      });
      want.set(softmax(row), offset + r * columns);
    }
  });
  want.forEach((x, i) => assertAlmostEquals(got![i]!, x, 1e-12));
});

Deno.test("snas: the joint step is a weight step and an architecture step at the same weights, alphas and batch", () => {
  const sgd = { momentum: 0.9, weightDecay: 0.01, gradClip: 0.5, nesterov: false };
  const move = (nodes: Parameters<typeof adam>[0]) =>
    adam(nodes, { beta1: 0.5, beta2: 0.999, weightDecay: 1e-3 });
  const architecture = { move, relax };
  const joint = jointStep(net, nodes, batch, { weights: sgd, alphas: architecture });
  const weights = weightStep(net, { ...nodes, mixing: relax(nodes.alphas) }, batch, sgd);
  const alphas = architectureStep(net, nodes, batch, architecture);
  const pairs: readonly (readonly [Node, Node])[] = [
    [joint.weights, weights.weights],
    [joint.velocity, weights.velocity],
    [joint.statistics, weights.statistics],
    [joint.alphas, alphas.alphas],
    [joint.alphaMean, alphas.alphaMean],
    [joint.alphaVariance, alphas.alphaVariance],
    [joint.loss, weights.loss],
  ];
  const values = interpret(pairs.flat(), feeds);
  pairs.forEach((_, p) => {
    const [got, want] = [values[2 * p]!, values[2 * p + 1]!];
    want.forEach((x, i) => assertAlmostEquals(got[i]!, x, 1e-12, `output ${p}, element ${i}`));
  });
  // The alphas' gradient is that of the training loss, by a difference.
  const { loss } = score(net, "train", relax(nodes.alphas), nodes, batch);
  const [slope] = interpret([gradient(loss, [nodes.alphas])[0]!], feeds);
  const at = (t: number): number =>
    interpret([loss], { ...feeds, alphas: feeds.alphas.map((x, i) => x + t * slope![i]!) })[0]![0]!;
  const squared = slope!.reduce((sum, x) => sum + x * x, 0);
  assert(Math.abs((at(1e-6) - at(-1e-6)) / 2e-6 - squared) < 1e-5 * squared);
});

Deno.test("snas: temperatures, the alphas' start, and no second order", () => {
  const temperature = (epoch: number) => snas.numbers(methodSettings(), epoch, 11)["temperature"]!;
  [[0, 1], [5, 0.515], [10, 0.03]].forEach(([epoch, want]) =>
    assertAlmostEquals(temperature(epoch!), want!, 1e-12)
  );
  assertEquals(snas.start, { mean: 1, deviation: 0.01 });
  const flags = { method: "snas", order: "2" };
  assert(assertThrows(() => resolve(searchCommand, { flags }), UserError).message.includes("‹order›"));
});

Deno.test("snas: resting alphas stay, the weights move", async () => {
  const runner = sharedRunner();
  const flags = { method: "snas", space: "s2", batch: "8", channels: "2", layers: "2" };
  const problem = searchProblem(resolve(searchCommand, { flags }), noiseData);
  const { jointStep: graph } = iterationGraphs(problem);
  const program = await runner.load(runner.compile(graph!));
  const steps = iterationSteps(runner, problem, { jointStep: program });
  const state = initialSearchState(runner, problem.net, keyFromSeed(1), snas.start);
  const train = {
    pixels: new Uint32Array((8 * side * side) / 4).fill(0x10203040),
    labels: Uint32Array.from({ length: 8 }, (_, i) => i % 3),
    plan: new Uint32Array(48),
  };
  const start: Reached = {
    state,
    first: state,
    schedule: { lr: 0.1, drop: 0, numbers: numbersOf(problem, 0) },
  };
  const given = { train, search: train };
  const { state: rested, train: first } = iteration(start, { ...given, resting: true }, steps);
  assertEquals([rested.alphas, rested.alphaMean, rested.architectureSteps], [
    state.alphas,
    state.alphaMean,
    0,
  ]);
  assert(rested.weights !== state.weights);
  const { state: moved, train: second } = iteration(start, { ...given, resting: false }, steps);
  assertEquals([moved.step, moved.architectureSteps], [1, 1]);
  const [before, after] = await runner.tensors.read([state.alphas, moved.alphas]);
  assert(before!.some((x, i) => x !== after![i]));
  for (const next of [rested, moved]) runner.tensors.retire(next, state);
  runner.tensors.release(...tensorsOf(state), ...tensorsOf(first!), ...tensorsOf(second!));
  program.destroy();
});
