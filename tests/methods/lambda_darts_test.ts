/** The weight step of Λ-DARTS: its gradient against the recipe of the publication, in plain numbers. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { gradient } from "../../src/gradient/gradient.ts";
import { constant, input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { flatGradient, score, type WeightSettings, weightStep } from "../../src/search/step_graphs.ts";
import { norm } from "../golden/distance.ts";
import { run } from "../kernels/harness.ts";
import { alignmentSlope } from "../reference/alignment.ts";
import { interpret } from "../reference/interpreter.ts";
import { type Numbers, off, search, singles } from "../search/tiny_search.ts";

const method = methodByName("lambda-darts");
const sgd = { momentum: 0.9, weightDecay: 0.01, gradClip: 0 };
const weight = 0.5;

/** A weight step at the softmax of the alphas, and what it is computed from. */
function step(space: string, layers: number, penalised = true) {
  const made = search(space, layers);
  const { net, relax, nodes, batches } = made;
  const penalty: WeightSettings["penalty"] = (trained) =>
    method.weightPenalty!(methodSettings(), {
      ...{ ...trained, net },
      numbers: { alignment_weight: constant(weight, [1]) },
    });
  const trained = weightStep(net, { ...nodes, mixing: relax(nodes.alphas) }, batches.train, {
    ...sgd,
    ...penalised && { penalty },
  });
  return { ...made, trained };
}

for (const [space, layers, type] of [["nasbench201", 3, "cell"], ["s2", 5, "normal"]] as const) {
  Deno.test(`lambda-darts: the weights' gradient on ${space} is that of the loss less that of the alignment`, () => {
    const { net, relax, nodes, batches, feeds, trained } = step(space, layers);
    const { floats } = net.alphas;
    const byCell = input("byCell", [layers, floats]);
    const { loss } = score(net, "train", byCell, nodes, batches.train);
    const slopes = [flatGradient(loss, nodes.weights, net.layout), gradient(loss, [byCell])[0]!];
    const [row] = interpret([relax(nodes.alphas)], feeds);
    const same = Float64Array.from({ length: layers * floats }, (_, i) => row![i % floats]!);
    const [plain, byMixing] = interpret(slopes, { ...feeds, byCell: same });

    // The derivative of the alignment by each cell's gradient, and along it the weights' gradient by differences.
    const cells = net.cellTypes[type]!;
    const along = new Float64Array(layers * floats);
    alignmentSlope(cells.map((c) => [...byMixing!.subarray(c * floats, (c + 1) * floats)]))
      .forEach((p, l) => along.set(p, cells[l]! * floats));
    const reach = 1e-6 / norm(along);
    const [up, down] = [reach, -reach].map((h) =>
      interpret(slopes, { ...feeds, byCell: same.map((x, i) => x + h * along[i]!) })[0]!
    );
    const aligning = up!.map((x, i) => (x - down![i]!) / (2 * reach));
    const want = plain!.map((x, i) => x - weight * aligning[i]!);

    const [got] = interpret([trained.weightGradient], feeds);
    assert(off(got!, want) < 1e-6, `relative error ${off(got!, want)}`);
    const share = weight * norm(aligning) / norm(plain!);
    assert(share > 0.05, `${share} of the loss's gradient shows nothing`);
  });
}

Deno.test("lambda-darts: the weights' gradient on a device", async () => {
  const { trained, feeds } = step("nasbench201", 3);
  const single = singles(feeds);
  const [want] = interpret([trained.weightGradient], single);
  const [got] = await run([trained.weightGradient], single);
  assert(off(got!, want!) < 1e-4, `relative error ${off(got!, want!)}`);
});

Deno.test("lambda-darts: the loss that is logged is the plain one, and the running statistics take in one pass", () => {
  const { trained, feeds } = step("nasbench201", 3);
  const { trained: plain } = step("nasbench201", 3, false);
  const of = ({ loss, correct, statistics, weightGradient }: typeof trained): Numbers[] =>
    interpret([loss, correct, statistics, weightGradient], feeds);
  const [got, want] = [of(trained), of(plain)];
  got.slice(0, 3).forEach((values, i) => assert(off(values, want[i]!) < 1e-12));
  assert(off(got[3]!, want[3]!) > 0.05, "the gradient is the plain one too");
});

Deno.test("lambda-darts: the weight grows from 0 to the published one in the last epoch, the weights move first", () => {
  const weightAt = (epoch: number, epochs: number) =>
    method.numbers(methodSettings({ alignmentWeight: 0.25 }), epoch, epochs)["alignment_weight"]!;
  for (const epoch of [0, 1, 57, 99]) assertAlmostEquals(weightAt(epoch, 100), (0.25 * epoch) / 99, 1e-12);
  assertAlmostEquals(weightAt(2.5, 8), (0.25 * 2.5) / 7, 1e-12);
  assertEquals([weightAt(7.9, 8), weightAt(0, 1)], [0.25, 0.25]);
  assertEquals(method.stepOrder(methodSettings()), "weights first");
});

Deno.test("lambda-darts: the settings of the publication by space", () => {
  const published = (space: string) => {
    const given = { preset: "cifar10", method: "lambda-darts", space };
    const { epochs, batch, archLr, alignmentWeight } = resolve(searchCommand, { flags: given });
    return { epochs, batch, archLr, alignmentWeight };
  };
  assertEquals(published("nasbench201"), { epochs: 100, batch: 64, archLr: 1e-4, alignmentWeight: 0.25 });
  assertEquals(published("s3"), { epochs: 50, batch: 96, archLr: 3e-4, alignmentWeight: 0.125 });
});

Deno.test("lambda-darts: too few cells to align are a usage error", () => {
  for (const [space, layers] of [["s3", 3], ["nasbench201", 1]] as const) {
    const error = assertThrows(() => step(space, layers), UserError, `‹layers› ${layers}; give more`);
    assertEquals(error.exitCode, 2);
  }
});
