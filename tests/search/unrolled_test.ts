/** The second-order architecture step in float64: against differences of its objective, and against DARTS's own recipe. */
import { assert } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { adam } from "../../src/optim/adam.ts";
import { flatGradient, score, weightStep } from "../../src/search/step_graphs.ts";
import { unrolledGradient, type UnrolledSettings, unrolledStep } from "../../src/search/unrolled.ts";
import { dot, norm } from "../golden/distance.ts";
import { run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";
import { gaussian, type Numbers, off, search, singles } from "./tiny_search.ts";

const sgd = { momentum: 0.9, weightDecay: 0.01 };
type Settings = Omit<UnrolledSettings, "relax">;
const exact: Settings = { ...sgd, unrolling: "exact" };
const fd: Settings = { ...sgd, unrolling: "fd" };

for (const space of ["s2", "s4", "s5"]) {
  Deno.test(`unrolled, exact: differences of the unrolled objective of ${space}, and on the device`, async () => {
    const { net, relax, nodes, batches, feeds } = search(space);
    const { scored, slope } = unrolledGradient(net, nodes, batches, { ...exact, relax });
    const [got] = interpret([slope], feeds);
    const direction = gaussian("direction", got!.length);
    const at = (t: number): number => {
      const alphas = Float64Array.from(feeds["alphas"]!, (x, i) => x + t * direction[i]!);
      return interpret([scored.loss], { ...feeds, alphas })[0]![0]!;
    };
    const step = 1e-8;
    const numeric = (at(step) - at(-step)) / (2 * step);
    const error = Math.abs(numeric - dot(got!, direction)) / norm(got!);
    assert(error < 1e-6, `${dot(got!, direction)}, differences give ${numeric}`);

    const single = singles(feeds);
    const used = interpret([slope], single)[0]!;
    const [device] = await run([slope], single);
    assert(off(device!, used) < 1e-4, `on the device: relative error ${off(device!, used)}`);
  });
}

Deno.test("unrolled: the term through the weights matters, and a small difference gives the exact one", () => {
  const { net, relax, nodes, batches, feeds } = search("s2");
  const slopes = [exact, { ...fd, radius: 1e-7 }].map((settings) =>
    unrolledGradient(net, nodes, batches, { ...settings, relax }).slope
  );
  const { scored } = unrolledGradient(net, nodes, batches, { ...fd, relax });
  const [direct] = gradient(scored.loss, [nodes.alphas]) as [Node];
  const [want, got, first] = interpret([...slopes, direct], feeds);
  assert(off(got!, want!) < 1e-5, `relative error ${off(got!, want!)}`);
  assert(off(first!, want!) > 0.05, `the direct term alone is off by ${off(first!, want!)} only`);
});

Deno.test("unrolled, fd: the original's recipe step by step, on s3", () => {
  const { net, relax, nodes, batches, feeds } = search("s3");
  const mixing = relax(nodes.alphas);
  const slopes = Object.fromEntries(
    (["train", "search"] as const).map((name) => {
      const { loss } = score(net, "train", mixing, nodes, batches[name]);
      return [name, [flatGradient(loss, nodes.weights, net.layout), ...gradient(loss, [nodes.alphas])]];
    }),
  );
  const at = (name: string, weights: Numbers) => interpret(slopes[name]!, { ...feeds, weights });
  const [weights, velocity, eta] = [feeds["weights"]!, feeds["velocity"]!, 0.2];
  const [g] = at("train", weights);
  const unrolled = Float64Array.from(
    weights,
    (w, i) => w - eta * (0.9 * velocity[i]! + g![i]! + 0.01 * w),
  );
  const [v, d] = at("search", unrolled);
  const r = 0.01 / norm(v!);
  const [plus, minus] = [r, -r].map((t) =>
    at("train", Float64Array.from(weights, (w, i) => w + t * v![i]!))[1]!
  );
  const want = d!.map((x, i) => x - (eta * (plus![i]! - minus![i]!)) / (2 * r));
  const [got] = interpret([unrolledGradient(net, nodes, batches, { ...fd, relax }).slope], feeds);
  assert(off(got!, want) < 1e-9, `relative error ${off(got!, want)}`);
});

Deno.test("unrolled: running statistics take in the passes through the weights themselves", () => {
  const { net, relax, nodes, batches, feeds } = search("s2");
  const move = (nodes: Parameters<typeof adam>[0]) =>
    adam(nodes, { beta1: 0.5, beta2: 0.999, weightDecay: 1e-3 });
  const once = weightStep(net, { ...nodes, mixing: relax(nodes.alphas) }, batches.train, {
    ...sgd,
    gradClip: 0,
  });
  const graphs = [
    once.statistics,
    unrolledStep(net, nodes, batches, { ...exact, relax, move }).statistics,
    unrolledStep(net, nodes, batches, { ...fd, radius: 1e-6, relax, move }).statistics,
  ];
  const [want, single, triple] = interpret(graphs, feeds);
  assert(off(single!, want!) < 1e-12, "exact: one training pass");
  // Three passes at all but the same weights: 1 − 0.9³ of the way to the batch instead of 0.1.
  const before = feeds["statistics"]!;
  const thrice = want!.map((x, i) => before[i]! + ((1 - 0.9 ** 3) / 0.1) * (x - before[i]!));
  const padding = (i: number): boolean => want![i] === 0;
  const error = off(triple!.filter((_, i) => !padding(i)), thrice.filter((_, i) => !padding(i)));
  assert(error < 1e-4, `fd: three training passes, off by ${error}`);
});
