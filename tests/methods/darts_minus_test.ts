/** DARTS-'s auxiliary skip connections against the supernet without them, in float64. */
import { assert, assertEquals } from "deno-std/assert";
import { elements } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { methodByName, methodSettings } from "../../src/methods/mod.ts";
import { type Supernet, supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { normal } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { interpret } from "../reference/interpreter.ts";

const method = methodByName("darts-");

Deno.test("darts-: the weight falls from 1 towards 0, linearly or along a cosine", () => {
  const weight = (epoch: number, given = {}) =>
    method.numbers(methodSettings(given), epoch, 50)["auxiliary_skip_weight"]!;
  const close = (got: number, want: number) => assert(Math.abs(got - want) < 1e-12, `${got}, wants ${want}`);
  [[0, 1], [1, 0.98], [25, 0.5], [49, 0.02]].forEach(([epoch, want]) => close(weight(epoch!), want!));
  const cosine = { skipDecay: "cosine", skipWeight: 0.4 } as const;
  [0, 10, 49].forEach((e) => close(weight(e, cosine), 0.2 * (1 + Math.cos((Math.PI * e) / 50))));
});

const size = { channels: 2, layers: 3, classes: 3, imageChannels: 1 };

Deno.test("darts-: the edges that stride have parameters of their own, beside those of the space", () => {
  const plain = supernet(spaceByName("s2"), size);
  const own = supernet(spaceByName("s2"), size, method.variant(methodSettings()));
  const names = (net: Supernet) => net.layout.parameters.map(({ name }) => name);
  const added = names(own).filter((name) => !names(plain).includes(name));
  assertEquals(added.length, 2 * 8 * 2, "two reductions, eight edges that stride, two convolutions");
  assertEquals(added[0], "cells.1._ops.0.auxiliary_op.conv_1.weight");
  assertEquals(names(own).length, names(plain).length + added.length);
  assertEquals(own.alphas, plain.alphas);
});

for (const name of ["s2", "nasbench201"]) {
  Deno.test(`darts-, ${name}: β of an edge's input is added to what the edge mixes`, () => {
    const space = spaceByName(name);
    const plain = supernet(space, size);
    const own = supernet(space, size, method.variant(methodSettings()));
    const images = Float64Array.from({ length: 2 * 8 * 8 }, (_, i) => normal([3, 1], i));
    const parameters = initialParameters(plain.layout, [7, 7]);
    const values = new Map(
      plain.layout.parameters.map(({ name, offset, shape }) => [
        name,
        parameters.subarray(offset, offset + elements(shape)),
      ]),
    );
    const flat = new Float64Array(own.layout.parameterFloats);
    // An auxiliary FactorizedReduce with the parameters of the candidate on its edge does what that does.
    for (const { name, offset } of own.layout.parameters) {
      flat.set(values.get(name.replace("auxiliary_op", "_ops.0"))!, offset);
    }
    const mixing = Float64Array.from({ length: plain.alphas.floats }, (_, i) => 0.3 + 0.2 * Math.sin(i));
    const logits = (net: Supernet, feeds: Record<string, Float64Array>) =>
      interpret([
        net.build({
          images: input("images", [1, 2, 8, 8]),
          parameters: input("parameters", [net.layout.parameterFloats]),
          mode: "train",
          mixing: input("mixing", [net.alphas.floats]),
          numbers: { auxiliary_skip_weight: input("auxiliary_skip_weight", [1]) },
        }).logits,
      ], { images, ...feeds })[0]!;

    const beta = 0.7;
    const { choices } = space.matrices[0]!.rows[0]!;
    const skip = choices.indexOf("skip_connect");
    const raised = mixing.map((weight, i) => i % choices.length === skip ? weight + beta : weight);
    const got = logits(own, { parameters: flat, mixing, auxiliary_skip_weight: Float64Array.of(beta) });
    const want = logits(plain, { parameters: Float64Array.from(parameters), mixing: raised });
    const without = logits(plain, { parameters: Float64Array.from(parameters), mixing });
    const faded = logits(own, { parameters: flat, mixing, auxiliary_skip_weight: Float64Array.of(0) });
    want.forEach((w, i) => assert(Math.abs(got[i]! - w) < 1e-9, `logit ${i} is ${got[i]}, wants ${w}`));
    without.forEach((w, i) =>
      assert(Math.abs(faded[i]! - w) < 1e-9, `logit ${i} is ${faded[i]}, wants ${w}`)
    );
    assert(want.some((w, i) => Math.abs(w - without[i]!) > 1e-3));
  });
}
