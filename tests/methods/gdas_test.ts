/** GDAS: the draw and its straight-through gradient, what undrawn operations contribute, and the cell it ends with. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { input, mul, reshape, spatialMean, sum } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings, relax } from "../../src/methods/mod.ts";
import { alphaLayout } from "../../src/network/alphas.ts";
import { cellWeights } from "../../src/network/cell_weights.ts";
import { topPairs } from "../../src/network/darts/discretize.ts";
import { choicesOf, discreteMixing } from "../../src/network/discretize.ts";
import { mixedNode } from "../../src/network/mixed_node.ts";
import { supernet } from "../../src/network/supernet.ts";
import { Scope } from "../../src/nn/scope.ts";
import { adam } from "../../src/optim/adam.ts";
import { sgd } from "../../src/optim/sgd.ts";
import { keyFromSeed, normal, uniformStream } from "../../src/random.ts";
import { gumbelNoise, largestOfRows } from "../../src/search/gumbel.ts";
import { alphaUpdate } from "../../src/search/step_graphs.ts";
import { type DartsSpace, spaceByName } from "../../src/spaces/mod.ts";
import { softmax } from "../../src/softmax.ts";
import { searchGraphs } from "../../pipelines/algorithm/search.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { run, sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "../pipelines/noise_data.ts";
import { interpret } from "../reference/interpreter.ts";

const gdas = methodByName("gdas");
const key = [7, 9] as const;
const gaussian = (seed: number, count: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => normal(keyFromSeed(seed), i));
const close = (got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void => {
  assertEquals(got.length, want.length);
  for (let i = 0; i < want.length; i++) assertAlmostEquals(got[i]!, want[i]!, tolerance, `at ${i}`);
};

/** A space's relaxation by the method, of alphas that are an input. */
function relaxation(space: string, port: "original" | "1shot1", cells = 3, chance = true) {
  const layout = supernet(spaceByName(space), { channels: 4, layers: 3, classes: 2 }).alphas;
  const alphas = input("alphas", [layout.floats]);
  const temperature = input("temperature", [1]);
  const context = {
    alphas,
    layout,
    cells,
    key: chance ? input("key", [2], "u32") : undefined,
    numbers: { temperature },
  };
  const mixing = relax(gdas, methodSettings({ port }), context);
  return { layout, alphas, mixing };
}

/** Row by row in float64: the relaxed sample of matrix `m`, drawn with one of the key's streams. */
function sampledRow(
  { layout }: ReturnType<typeof relaxation>,
  alphas: ArrayLike<number>,
  { m, r, stream, temperature }: { m: number; r: number; stream: number; temperature: number },
): number[] {
  const { offset, shape: [, columns] } = layout.matrices[m]!;
  return softmax(Array.from({ length: columns }, (_, k) => {
    const noise = -Math.log(-Math.log(uniformStream(key, stream, r * columns + k)));
    return (alphas[offset + r * columns + k]! + noise) / temperature;
  }));
}

Deno.test("gdas: one draw an edge, whose gradient is that of the relaxed sample", async () => {
  const temperature = 2;
  const relaxed = relaxation("s5", "original");
  const { layout, mixing } = relaxed;
  const alphas = gaussian(1, layout.floats);
  const slopes = gaussian(2, layout.floats);
  const loss = sum(mul(mixing, input("slopes", [layout.floats])));
  const graphs = [mixing, gradient(loss, [relaxed.alphas])[0]!];
  const feeds = { alphas, slopes, key, temperature: [temperature] };
  const want = [new Float64Array(layout.floats), new Float64Array(layout.floats)] as const;
  layout.matrices.forEach(({ shape: [rows, columns], offset }, m) => {
    for (let r = 0; r < rows; r++) {
      const p = sampledRow(relaxed, alphas, { m, r, stream: m, temperature });
      const at = (k: number): number => offset + r * columns + k;
      want[0][at(p.indexOf(Math.max(...p)))] = 1;
      const mean = p.reduce((total, x, k) => total + x * slopes[at(k)]!, 0);
      p.forEach((x, k) => (want[1][at(k)] = (x * (slopes[at(k)]! - mean)) / temperature));
    }
  });
  const got = interpret(graphs, feeds);
  assertEquals(got[0], want[0]);
  close(got[1]!, want[1], 1e-12);
  const single = await run(graphs, {
    ...{ alphas: Float32Array.from(alphas), slopes: Float32Array.from(slopes) },
    ...{ key: Uint32Array.from(key), temperature: Float32Array.of(temperature) },
  });
  assertEquals([...single[0]!], [...want[0]]);
  close(single[1]!, want[1], 1e-5);
});

Deno.test("gdas: Gumbel noise is finite on the device, and has the distribution's mean and variance", async () => {
  const [noise] = await run([gumbelNoise(input("key", [2], "u32"), 0, [200_000])], {
    key: Uint32Array.from(key),
  });
  assert(noise!.every(Number.isFinite));
  const mean = noise!.reduce((a, b) => a + b, 0) / noise!.length;
  const variance = noise!.reduce((a, b) => a + (b - mean) ** 2, 0) / noise!.length;
  assertAlmostEquals(mean, 0.5772, 0.01);
  assertAlmostEquals(variance, Math.PI ** 2 / 6, 0.03);
});

Deno.test("gdas: without chance the largest alpha of a row, the first of equals", () => {
  const matrix = input("matrix", [3, 3]);
  const [got] = interpret([largestOfRows(matrix)], { matrix: [1, 2, 2, -3, -1, -2, 0, 0, 0] });
  assertEquals([...got!], [0, 1, 0, 0, 1, 0, 1, 0, 0]);
  const { layout, mixing } = relaxation("s3", "original", 3, false);
  const alphas = gaussian(3, layout.floats);
  const [vector] = interpret([mixing], { alphas, temperature: [5] });
  assertEquals(vector!.reduce((a, b) => a + b, 0), 28);
});

/** A node of two edges of three operations each, given as maps of width 5 (rows are padded), of which none has no map. */
function madeUpNode(undrawn: "weight" | "nothing" | undefined) {
  const rows = [0, 1].map((e) => ({ name: `edge ${e}`, choices: ["none", "a", "b"] }));
  const layout = alphaLayout([{ name: "cell", title: "Cell", rows }]);
  const mixing = input("mixing", [layout.floats]);
  const cut = cellWeights(mixing, layout, undrawn ? { undrawn } : {});
  const maps = [0, 1].map((e) => [1, 2].map((k) => input(`map${e}${k}`, [2, 3, 4, 5])));
  const node = mixedNode(
    Scope.open({ mode: "train" }),
    [0, 1].map((e) => ({
      x: maps[e]![0]!,
      stride: 1,
      operations: () =>
        maps[e]!.map((x, k) => ({ value: { x }, weight: cut.weights(0)["cell"]![e]![k + 1]! })),
      shift: cut.undrawn(0)?.["cell"]?.[e],
    })),
    {},
  );
  // Σ over images and channels of a number each times the mean of the map: the gradient of an element is that / 20.
  const loss = sum(mul(reshape(spatialMean(node), [6]), input("slopes", [6])));
  return { layout, mixing, node, slope: gradient(loss, [mixing])[0]! };
}

Deno.test("gdas: an undrawn operation adds nothing, and its weight gets the sum of the output's gradient", async () => {
  const maps = [0, 1].flatMap((e) =>
    [1, 2].map((k) => [`map${e}${k}`, gaussian(10 + 2 * e + k, 120)] as const)
  );
  const slopes = gaussian(20, 6);
  const total = slopes.reduce((a, b) => a + b, 0);
  const [mean0, mean1] = [maps[1]![1], maps[2]![1]].map((map) =>
    slopes.reduce(
      (all, s, i) => all + (s * map.subarray(20 * i, 20 * i + 20).reduce((a, b) => a + b, 0)) / 20,
      0,
    )
  );
  // Edge 0 drew its last operation, edge 1 the one after none.
  const mixing = [0, 0, 1, 0, 1, 0, 0, 0];
  const feeds = { ...Object.fromEntries(maps), mixing, slopes };
  const sums = maps[1]![1].map((x, i) => x + maps[2]![1][i]!);
  for (const [undrawn, want] of [["weight", total], ["nothing", 0]] as const) {
    const { node, slope } = madeUpNode(undrawn);
    const [value, got] = interpret([node, slope], feeds);
    close(value!, sums, 1e-12);
    close(got!, [want, want, mean0!, want, mean1!, want, 0, 0], 1e-12);
    const floats = Object.entries(feeds).map(([name, x]) => [name, Float32Array.from(x)]);
    const device = await run([node, slope], Object.fromEntries(floats));
    close(device[0]!, sums, 1e-5);
    close(device[1]!, got!, 1e-5);
  }
});

Deno.test("gdas: weights that are not drawn sum the operations as in any supernet", () => {
  const maps = [0, 1].flatMap((e) =>
    [1, 2].map((k) => [`map${e}${k}`, gaussian(10 + 2 * e + k, 120)] as const)
  );
  const feeds = {
    ...Object.fromEntries(maps),
    mixing: [0.2, 0.3, 0.5, 0.1, 0.6, 0.3, 0, 0],
    slopes: gaussian(20, 6),
  };
  const [plain, drawn] = ([undefined, "weight"] as const).map((undrawn) => madeUpNode(undrawn));
  const got = interpret([plain!.node, plain!.slope, drawn!.node, drawn!.slope], feeds);
  close(got[2]!, got[0]!, 1e-12);
  // none has no map, so only its weight could tell them apart; it is not zero here.
  close(got[3]!, got[1]!, 1e-12);
});

Deno.test("gdas: the network at a draw is that of DARTS at the same weights, in all its spaces", () => {
  for (
    const [name, undrawn] of [["s3", "weight"], ["nasbench201", "weight"], [
      "nasbench1shot1-1",
      "nothing",
    ]] as const
  ) {
    const space = spaceByName(name);
    const size = { channels: 2, layers: 3, classes: 3 };
    const built = [{}, { undrawn }].map((variant) => {
      const net = supernet(space, size, variant);
      const { logits } = net.build({
        images: input("images", [3, 2, 8, 8]),
        parameters: input("weights", [net.layout.parameterFloats]),
        mixing: input("mixing", [net.alphas.floats]),
        mode: "train",
      });
      return { logits, net };
    });
    const { net } = built[0]!;
    const mixing = new Float64Array(net.alphas.floats);
    for (const { offset, shape: [rows, columns] } of net.alphas.matrices) {
      for (let r = 0; r < rows; r++) mixing[offset + r * columns + ((r + 1) % columns)] = 1;
    }
    const feeds = { images: gaussian(4, 384), weights: gaussian(5, net.layout.parameterFloats), mixing };
    const [want, got] = interpret(built.map(({ logits }) => logits), feeds);
    close(got!, want!, 1e-9);
  }
});

Deno.test("gdas, 1Shot1: every cell draws anew, inputs and outputs are only relaxed", () => {
  const cells = 3;
  const temperature = 1.5;
  const relaxed = relaxation("nasbench1shot1-1", "1shot1", cells);
  const { layout: { matrices, floats }, mixing } = relaxed;
  assertEquals(mixing.shape, [cells, floats]);
  const alphas = gaussian(6, floats);
  const [got] = interpret([mixing], { alphas, key, temperature: [temperature] });
  const draws = new Set<string>();
  for (let c = 0; c < cells; c++) {
    matrices.forEach(({ name, shape: [rows, columns], offset }, m) => {
      for (let r = 0; r < rows; r++) {
        const p = sampledRow(relaxed, alphas, { m, r, stream: c * matrices.length + m, temperature });
        const want = name === "mixed_op" ? p.map((x) => (x === Math.max(...p) ? 1 : 0)) : p;
        const start = c * floats + offset + r * columns;
        close(got!.slice(start, start + columns), want, 1e-12);
      }
    });
    draws.add(got!.slice(c * floats, c * floats + 12).join());
  }
  assert(draws.size > 1, "all cells drew the same");
});

Deno.test("gdas: temperatures, order of the steps and ports", () => {
  const [original, port] = (["original", "1shot1"] as const).map((port) => methodSettings({ port }));
  const temperature = (settings: typeof original, epoch: number) =>
    gdas.numbers(settings!, epoch, 11)["temperature"]!;
  close([0, 5, 10].map((epoch) => temperature(original, epoch)), [10, 5.05, 0.1], 1e-12);
  close([0, 10].map((epoch) => temperature(port, epoch)), [10, 10 - 90 / 11], 1e-12);
  assertEquals([gdas.stepOrder(original!), gdas.stepOrder(port!)], ["weights first", "alphas first"]);
  assertEquals([gdas.alphaClip!(original!), gdas.alphaClip!(port!)], [0, 5]);
  const portOf = (flags: Record<string, string>) =>
    resolve(searchCommand, { flags: { method: "gdas", ...flags } }).port;
  assertEquals(portOf({ space: "s5" }), "original");
  assertEquals(portOf({ space: "nasbench1shot1-2" }), "1shot1");
  const error = assertThrows(() => portOf({ space: "s5", port: "1shot1" }), UserError);
  assertEquals(error.exitCode, 2);
  assert(error.message.includes("original"), error.message);
});

Deno.test("gdas: only the port of 1Shot1 leaves the evaluation of a supernet to chance", () => {
  const inputs = (space: string): string[] => {
    const flags = { method: "gdas", space, batch: "8", channels: "4", layers: "3" };
    const { evaluate } = searchGraphs(searchProblem(resolve(searchCommand, { flags }), noiseData));
    return Object.keys(sharedRunner().compile(evaluate!).inputs);
  };
  assert(inputs("nasbench1shot1-1").includes("relaxKey"));
  assert(!inputs("s3").includes("relaxKey"));
});

Deno.test("gdas: a node keeps its two best pairs of edge and operation, also of one edge", () => {
  const space = spaceByName("s3") as DartsSpace;
  const even = () => Array.from({ length: 14 }, () => [0.6, 0.2, 0.2]);
  const normal = even();
  normal[0] = [0.9, 0.04, 0.06];
  normal[1] = [0.1, 0.4, 0.5];
  const genotype = topPairs({ normal, reduce: even() }, space);
  assertEquals(genotype.normal.slice(0, 4), [
    ["sep_conv_3x3", 1],
    ["skip_connect", 1],
    ["skip_connect", 0],
    ["sep_conv_3x3", 0],
  ]);
  const { alphas } = supernet(space, { channels: 4, layers: 3, classes: 2 });
  const chosen = choicesOf(genotype, space, {});
  assertEquals(new Set(chosen.map(({ matrix, row, column }) => `${matrix} ${row} ${column}`)).size, 16);
  const mixing = discreteMixing(genotype, space, alphas);
  assertEquals([...mixing.subarray(0, 6)], [0, 0, 0, 0, 1, 1]);
});

Deno.test("the alphas' gradient is clipped to a norm before the decay", () => {
  const nodes = Object.fromEntries(
    ["alphas", "alphaMean", "alphaVariance"].map((name) => [name, input(name, [4])]),
  );
  const move = (nodes: Parameters<typeof adam>[0]) =>
    adam(nodes, { beta1: 0.5, beta2: 0.999, weightDecay: 0.1 });
  const moved = (clip: number): Node => {
    const all = nodes as Record<"alphas" | "alphaMean" | "alphaVariance", Node>;
    return alphaUpdate(input("slope", [4]), { ...all, schedule: input("schedule", [2]) }, { move, clip })
      .alphaMean;
  };
  const feeds = {
    alphas: [1, 2, 3, 4],
    alphaMean: [0, 0, 0, 0],
    alphaVariance: [0, 0, 0, 0],
    schedule: [0.1, 1],
    slope: [6, 0, 8, 0],
  };
  const [free, clipped] = interpret([moved(0), moved(5)], feeds);
  close(free!, [3.05, 0.1, 4.15, 0.2], 1e-6);
  close(clipped!, [1.55, 0.1, 2.15, 0.2], 1e-6);
});

Deno.test("Nesterov's momentum over three steps, by its definition", () => {
  const names = ["weights", "velocity", "gradient"] as const;
  const [weights, velocity, slope] = names.map((name) => input(name, [4])) as [Node, Node, Node];
  const settings = { momentum: 0.9, weightDecay: 0.01, gradClip: 0, nesterov: true };
  const next = sgd({ weights, velocity, gradient: slope, lr: input("lr", [1]) }, settings);
  let [w, v] = [gaussian(1, 4), new Float64Array(4)];
  for (const seed of [2, 3, 4]) {
    const g = gaussian(seed, 4);
    const [gotW, gotV] = interpret([next.weights, next.velocity], {
      weights: w,
      velocity: v,
      gradient: g,
      lr: [0.1],
    });
    const total = g.map((x, i) => x + 0.01 * w[i]!);
    v = v.map((x, i) => 0.9 * x + total[i]!);
    w = w.map((x, i) => x - 0.1 * (total[i]! + 0.9 * v[i]!));
    close(gotV!, v, 1e-12);
    close(gotW!, w, 1e-12);
  }
});
