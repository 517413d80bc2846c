import { assertEquals, assertThrows } from "deno-std/assert";
import { elements, type Shape } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { pointwise, pointwiseWeightGrad } from "../../src/graph/ops/pointwise.ts";
import { withPadding } from "../../src/gpu/mod.ts";
import { pointwiseTaps, trilinear } from "../reference/conv.ts";
import { assertClose } from "./close.ts";
import { random, run, runStored } from "./harness.ts";
import { naive } from "./naive.ts";

const rectified = (x: Float32Array) => x.map((v) => Math.max(v, 0));

/** All five results of one shape against float64, the naive oracles and zero padding. */
async function check(outputs: number, shape: Shape): Promise<void> {
  const [inputs, ...rest] = shape as [number, number, number, number];
  const reference = trilinear((visit) => pointwiseTaps(outputs, inputs, elements(rest), visit));
  const x = random("x", shape, 1);
  const w = random("w", [outputs, inputs], 2);
  const y = pointwise(x.node, w.node);
  const dy = random("dy", y.shape, 3);
  const nodes = {
    y,
    yRelu: pointwise(x.node, w.node, { relu: true }),
    dx: pointwise(dy.node, w.node, { transpose: true }),
    dw: pointwiseWeightGrad(x.node, dy.node),
    dwRelu: pointwiseWeightGrad(x.node, dy.node, { relu: true }),
  };
  const expected = {
    y: reference.forward(x.value, w.value, elements(y.shape)),
    yRelu: reference.forward(rectified(x.value), w.value, elements(y.shape)),
    dx: reference.inputGrad(dy.value, w.value, elements(shape)),
    dw: reference.weightGrad(x.value, dy.value, outputs * inputs),
    dwRelu: reference.weightGrad(rectified(x.value), dy.value, outputs * inputs),
  };
  const feeds = { x: x.value, w: w.value, dy: dy.value };
  const names = Object.keys(nodes) as (keyof typeof nodes)[];
  const tiled = names.map((name) => nodes[name]);
  const stored = await runStored(tiled, feeds);
  const logical = await run([...tiled, ...tiled.map(naive)], feeds);
  names.forEach((name, i) => {
    assertClose(logical[i]!, expected[name], name);
    assertClose(logical[names.length + i]!, expected[name], `naive ${name}`, 1e-5);
    if (nodes[name].shape.length === 4) {
      assertEquals(stored[i], withPadding(logical[i]!, nodes[name].shape), `padding of ${name} is not zero`);
    }
  });
}

const sizes: [number, Shape][] = [
  [1, [1, 1, 1, 1]],
  [3, [1, 2, 7, 7]],
  [1, [5, 2, 7, 7]],
  [10, [12, 1, 17, 33]],
  [12, [10, 2, 8, 8]],
  [16, [16, 3, 14, 14]],
  [24, [9, 2, 5, 3]],
  [33, [24, 1, 4, 4]],
  [8, [48, 1, 4, 6]],
  [4, [1030, 1, 2, 3]], // filters come into workgroup memory in chunks
];
for (const [outputs, shape] of sizes) {
  Deno.test(`pointwise [${outputs}] of [${shape}] ≡ float64 loops ≡ naive`, () => check(outputs, shape));
}

for (const shape of [[7, 16, 32, 32], [18, 5, 29, 31]] as const) {
  Deno.test(`pointwise weight gradient of [${shape}], split into ranges ≡ float64 loops`, () =>
    check(6, shape));
}

Deno.test("pointwise weight gradient whose ranges do not share out evenly has none that nobody writes", () =>
  check(8, [8, 48, 28, 28]));

Deno.test("pointwise family is closed: gradients of each side are the other two", () => {
  const [x, w] = [input("x", [3, 2, 5, 5]), input("w", [4, 3])];
  const y = pointwise(x, w);
  const dy = input("dy", y.shape);
  for (const n of [y, pointwise(dy, w, { transpose: true }), pointwiseWeightGrad(x, dy)]) {
    if (n.op.gradient === "none") throw new Error(`${n.op.name} has no gradient`);
    const gradients = n.op.gradient(n, input("g", n.shape));
    assertEquals(gradients.map((g) => g!.shape), n.inputs.map((i) => i.shape));
  }
});

Deno.test("pointwise gradients of gradients agree with the trilinear form", async () => {
  const [x, w, dy] = [random("x", [3, 2, 5, 5], 1), random("w", [4, 3], 2), random("dy", [4, 2, 5, 5], 3)];
  const sides = [
    [pointwise(x.node, w.node), dy],
    [pointwise(dy.node, w.node, { transpose: true }), x],
    [pointwiseWeightGrad(x.node, dy.node), w],
  ] as const;
  const inner = (a: ArrayLike<number>, b: Float32Array) => b.reduce((sum, v, i) => sum + v * a[i]!, 0);
  const feeds = { x: x.value, w: w.value, dy: dy.value };
  const values = await run(sides.map(([n]) => n), feeds);
  const form = inner(values[0]!, dy.value);
  const of = new Map([[x.node, x.value], [w.node, w.value], [dy.node, dy.value]]);
  for (const [i, [n, adjoint]] of sides.entries()) {
    assertClose([inner(values[i]!, adjoint.value)], [form], n.op.name, 1e-5);
    if (n.op.gradient === "none") throw new Error(`${n.op.name} has no gradient`);
    const gradients = await run(n.op.gradient(n, adjoint.node) as [], feeds);
    n.inputs.forEach((operand, k) => {
      assertClose(
        [inner(gradients[k]!, of.get(operand as never)!)],
        [form],
        `gradient ${k} of ${n.op.name}`,
        1e-5,
      );
    });
  }
});

Deno.test("pointwise refuses shapes that do not fit", () => {
  const x = input("x", [4, 2, 7, 7]);
  assertThrows(
    () => pointwise(x, input("w", [4, 5])),
    TypeError,
    "Cannot build pointwise: x of shape [4,2,7,7] needs weights […, 4], got [4,5]",
  );
  assertThrows(
    () => pointwise(x, input("w", [5, 4]), { transpose: true }),
    TypeError,
    "needs weights [4, …]",
  );
  assertThrows(() => pointwiseWeightGrad(x, input("dy", [3, 2, 7, 6])), TypeError, "differ beyond channels");
});

Deno.test("pointwise refuses the gradient of a node with a fused ReLU", () => {
  const y = pointwise(input("x", [1, 1, 4, 4]), input("w", [2, 1]), { relu: true });
  if (y.op.gradient === "none") throw new Error("pointwise has no gradient");
  const gradient = y.op.gradient;
  assertThrows(() => gradient(y, y), TypeError, "Cannot differentiate pointwise with a fused ReLU");
});
