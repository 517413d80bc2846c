/** The tape is closed: a Hessian-vector product is the gradient of a gradient, exact to rounding. */
import { assert } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { constant, fromNCHW, input, mul, pack, sum } from "../../src/graph/ops/mod.ts";
import { readSafetensors } from "../../src/io/safetensors.ts";
import { supernet } from "../../src/network/supernet.ts";
import { normal } from "../../src/random.ts";
import { flatten, softmaxRows } from "../../src/network/alphas.ts";
import { score } from "../../src/search/step_graphs.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { run } from "../kernels/harness.ts";

const file = (name: string) =>
  readSafetensors(new URL(`../goldens/${name}.safetensors`, import.meta.url).pathname);

Deno.test("golden hessian_s2: a Hessian-vector product over the alphas", async () => {
  const given = file("hessian_s2.in");
  const net = supernet(spaceByName("s2"), { channels: 4, layers: 3, classes: 10 });
  const { parameters, parameterFloats, statisticsFloats } = net.layout;
  const layout = net.alphas;
  const weights = pack(
    parameters.map(({ name, graphShape }) => input(name, graphShape)),
    parameters.map(({ offset }) => offset),
    [parameterFloats],
  );
  const alphas = flatten(layout.matrices.map(({ name, shape }) => input(`alphas_${name}`, shape)), layout);
  const [n, channels, height, width] = given.tensors.get("input")!.shape as [number, number, number, number];
  const batch = {
    images: fromNCHW(input("input", [n, channels, height * width]), { height, width }),
    labels: input("target", [n], "u32"),
  };
  const nodes = { weights, statistics: constant(0, [statisticsFloats]) };
  const { loss } = score(net, "train", softmaxRows(alphas, layout), nodes, batch);
  const [slope] = gradient(loss, [alphas]);
  const [product] = gradient(sum(mul(slope!, input("v", [layout.floats]))), [alphas]);

  const hessian = file("hessian_s2.want").tensors.get("hessian")!;
  const size = hessian.shape[0]!;
  const v = Float32Array.from({ length: size }, (_, i) => normal([1, 1], i));
  const feeds = Object.fromEntries(
    [...given.tensors].map((
      [name, { data }],
    ) => [name, name === "target" ? Uint32Array.from(data as Int32Array) : data as Float32Array]),
  );
  const [got] = await run([product!], { ...feeds, v });
  const entries = hessian.data as Float64Array;
  const want = Array.from(
    { length: size },
    (_, i) => v.reduce((s, x, j) => s + entries[i * size + j]! * x, 0),
  );
  const error = Math.hypot(...want.map((w, i) => w - got![i]!)) / Math.hypot(...want);
  assert(error < 1e-4, `relative error ${error}`);
});
