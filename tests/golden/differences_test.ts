/**
 * The construction of gradients, and of gradients of gradients, against central differences in float64: the rules
 * have to be exact, whatever a device makes of them.
 */
import { assert } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { elements, type Node } from "../../src/graph/node.ts";
import { add, crossEntropy, input, mul, scale, sum } from "../../src/graph/ops/mod.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { publishedGenotypes, type PublishedName } from "../../src/network/darts/published.ts";
import { supernet } from "../../src/network/supernet.ts";
import type { Mode } from "../../src/nn/scope.ts";
import { fold, keyFromSeed, normal, uniform } from "../../src/random.ts";
import { softmaxRows } from "../../src/network/alphas.ts";
import { score } from "../../src/search/step_graphs.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";
import { distance, dot, norm } from "./distance.ts";

type Feeds = Readonly<Record<string, ArrayLike<number>>>;
interface Problem {
  /** [1]. */
  readonly loss: Node;
  /** Inputs to differentiate in, by their names. */
  readonly variables: Readonly<Record<string, Node>>;
  readonly feeds: Feeds;
}

/** Below the distances between kinks (ReLU, maxima) along a direction; rounding leaves errors near 1e-8. */
const step = 1e-8;
const tolerance = 1e-6;

// A seed without an activation so near to zero that float32 rounds it to the other side.
const gaussian = (name: string, count: number, seed = 2): Float64Array => {
  const key = fold(keyFromSeed(seed), name);
  return Float64Array.from({ length: count }, (_, i) => normal(key, i));
};

const images = [3, 4, 8, 8] as const;
const batch = { images: input("images", images), labels: input("labels", [images[1]], "u32") };
const batchFeeds = { images: gaussian("images", elements(images)), labels: [2, 0, 1, 1] };

function searching(space: string, mode: Mode = "train"): Problem {
  const net = supernet(spaceByName(space), { channels: 2, layers: 3, classes: 3 });
  const layout = net.alphas;
  const { parameterFloats, statisticsFloats } = net.layout;
  const variables = {
    alphas: input("alphas", [layout.floats]),
    weights: input("weights", [parameterFloats]),
    images: batch.images,
  };
  const nodes = {
    weights: variables.weights,
    statistics: input("statistics", [statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
  };
  return {
    loss: score(net, mode, softmaxRows(variables.alphas, layout), nodes, batch).loss,
    variables,
    feeds: {
      ...batchFeeds,
      alphas: gaussian("alphas", layout.floats).map((x) => 0.5 * x),
      weights: gaussian("weights", parameterFloats).map((x) => 0.5 * x),
      statistics: gaussian("statistics", statisticsFloats).map((x) => 1 + x ** 2),
      noiseKey: [3, 4],
    },
  };
}

/** Training loss of a published cell with everything on that training has: auxiliary head, drop-path, smoothing. */
function training(name: PublishedName): Problem {
  const net = evaluationNetwork(publishedGenotypes[name], {
    channels: 2,
    layers: 2,
    classes: 3,
    auxiliary: true,
  });
  const [, samples] = images;
  // Large enough for the head, which reads what two reductions leave.
  const large = input("large", [3, samples, 32, 32]);
  const weights = input("weights", [net.layout.parameterFloats]);
  const drops = net.dropPaths * samples;
  const { logits, auxiliaryLogits } = net.build({
    images: large,
    parameters: weights,
    dropPath: input("drops", [net.dropPaths, samples]),
    mode: "train",
  });
  const [main, head] = [logits, auxiliaryLogits!].map((x) => crossEntropy(x, batch.labels, 0.1));
  return {
    loss: add(main!, scale(head!, 0.4)),
    variables: { weights },
    feeds: {
      large: gaussian("large", elements(large.shape)),
      labels: batchFeeds.labels,
      weights: gaussian("weights", net.layout.parameterFloats).map((x) => 0.5 * x),
      drops: Float64Array.from({ length: drops }, (_, i) => (uniform(keyFromSeed(8), i) < 0.7 ? 1 / 0.7 : 0)),
    },
  };
}

/** Asserts d loss / d variable along a random direction for every variable. */
function assertSlopes({ loss, variables, feeds }: Problem): void {
  const names = Object.keys(variables);
  const slopes = interpret(gradient(loss, Object.values(variables)), feeds);
  names.forEach((name, i) => {
    const direction = gaussian(`direction of ${name}`, elements(variables[name]!.shape));
    const at = (distance: number): number => {
      const value = Float64Array.from(feeds[name]!, (x, j) => x + distance * direction[j]!);
      return interpret([loss], { ...feeds, [name]: value })[0]![0]!;
    };
    const numeric = (at(step) - at(-step)) / (2 * step);
    const exact = dot(slopes[i]!, direction);
    const error = Math.abs(numeric - exact) / Math.max(norm(slopes[i]!), 1e-3);
    assert(error <= tolerance, `${name}: ${exact}, differences give ${numeric}`);
  });
}

for (const space of ["s1", "s2", "s3", "s4", "s5"]) {
  Deno.test(`differences: slopes of ${space}`, () => assertSlopes(searching(space)));
}
Deno.test("differences: slopes of s1 with running statistics", () => assertSlopes(searching("s1", "eval")));
for (const name of ["NASNet", "AmoebaNet"] as const) {
  Deno.test(`differences: slopes of the training loss of ${name}`, () => assertSlopes(training(name)));
}

for (const space of ["s1", "s2", "s5"]) {
  Deno.test(`differences: curvature of ${space}, and on the device`, async () => {
    const { loss, variables, feeds } = searching(space);
    const { alphas, weights } = variables as { alphas: Node; weights: Node };
    const wrt = [alphas, weights];
    // ⟨gradient, v⟩ over alphas and weights together, so that the mixed derivatives are in it.
    const v = wrt.map((x, i) => input(`v${i}`, x.shape));
    const slope = gradient(loss, wrt).map((g, i) => sum(mul(g, v[i]!))).reduce(add);
    const products = gradient(slope, wrt);
    const all = {
      ...feeds,
      v0: gaussian("v0", elements(alphas.shape)),
      v1: gaussian("v1", elements(weights.shape)),
    };
    assertSlopes({ loss: slope, variables: { alphas, weights }, feeds: all });

    const single = Object.fromEntries(
      Object.entries(all).map(([name, x]) => [
        name,
        name === "labels" || name === "noiseKey" ? Uint32Array.from(x) : Float32Array.from(x),
      ]),
    );
    const got = await run(products, single);
    interpret(products, single).forEach((want, i) => {
      const error = distance(got[i]!, want) / norm(want);
      assert(error <= 1e-4, `Hessian-vector product ${i} on the device: relative error ${error}`);
    });
  });
}
