import { assertEquals, assertThrows } from "deno-std/assert";
import { elements, type Shape } from "../../src/graph/node.ts";
import {
  depthwise,
  type DepthwiseAttrs,
  depthwiseInputGrad,
  depthwiseWeightGrad,
} from "../../src/graph/ops/depthwise.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { justRelu, loadThrough, maskedInputGrad } from "../../src/graph/ops/loader.ts";
import { withPadding } from "../../src/gpu/mod.ts";
import { depthwiseTaps, trilinear } from "../reference/conv.ts";
import { assertClose } from "./close.ts";
import { checkGradient } from "./gradients.ts";
import { random, run, runStored, sharedRunner } from "./harness.ts";
import { naive } from "./naive.ts";

/** All results of one shape and filter against float64, the naive oracles and zero padding. */
async function check(shape: Shape, attrs: DepthwiseAttrs): Promise<void> {
  const [channels, images, height, width] = shape as [number, number, number, number];
  const reference = trilinear((visit) => depthwiseTaps(shape, attrs, visit));
  const x = random("x", shape, 1);
  const w = random("w", [channels, attrs.kernel ** 2], 2);
  const [scale, shift] = [random("scale", [channels], 4), random("shift", [channels], 5)];
  const y = depthwise(x.node, w.node, attrs);
  const dy = random("dy", y.shape, 3);
  const dx = depthwiseInputGrad(dy.node, w.node, { ...attrs, height, width });
  const dw = depthwiseWeightGrad(x.node, dy.node, attrs);
  const masked = maskedInputGrad(dx, x.node);
  const affine = { x: x.node, scale: scale.node, shift: shift.node, relu: true };
  const shifted = { x: x.node, shift: shift.node, relu: false };
  const nodes = {
    y,
    yRelu: loadThrough(y, 0, { x: x.node, relu: true }),
    yAffine: loadThrough(y, 0, affine),
    yShifted: loadThrough(y, 0, shifted),
    dx,
    dxMasked: masked,
    dxAffine: loadThrough(masked, 2, affine),
    dxShifted: loadThrough(masked, 2, shifted),
    dw,
    dwRelu: loadThrough(dw, 0, { x: x.node, relu: true }),
    dwAffine: loadThrough(dw, 0, affine),
  };
  const loaded = (scaled: boolean, shifts: boolean, relu: boolean) =>
    x.value.map((v, i) => {
      const c = Math.floor(i / (images * height * width));
      const value = (scaled ? scale.value[c]! : 1) * v + (shifts ? shift.value[c]! : 0);
      return relu ? Math.max(value, 0) : value;
    });
  const [rectified, wholly, moved] = [
    loaded(false, false, true),
    loaded(true, true, true),
    loaded(false, true, false),
  ];
  const forward = (value: Float32Array) => reference.forward(value, w.value, elements(y.shape));
  const weightGrad = (value: Float32Array) => reference.weightGrad(value, dy.value, elements(w.node.shape));
  const inputGrad = (mask: Float32Array) =>
    reference.inputGrad(dy.value, w.value, elements(shape)).map((v, i) => (mask[i]! > 0 ? v : 0));
  const expected = {
    y: forward(x.value),
    yRelu: forward(rectified),
    yAffine: forward(wholly),
    yShifted: forward(moved),
    dx: inputGrad(x.value.map(() => 1)),
    dxMasked: inputGrad(x.value),
    dxAffine: inputGrad(wholly),
    dxShifted: inputGrad(moved),
    dw: weightGrad(x.value),
    dwRelu: weightGrad(rectified),
    dwAffine: weightGrad(wholly),
  };
  const feeds = { x: x.value, w: w.value, dy: dy.value, scale: scale.value, shift: shift.value };
  const names = Object.keys(nodes) as (keyof typeof nodes)[];
  const tiled = names.map((name) => nodes[name]);
  const stored = await runStored(tiled, feeds);
  const logical = await run([...tiled, ...tiled.map(naive)], feeds);
  names.forEach((name, i) => {
    assertClose(logical[i]!, expected[name], `${name} at ${images} images`);
    assertClose(logical[names.length + i]!, expected[name], `naive ${name}`, 1e-5);
    if (nodes[name].shape.length === 4) {
      assertEquals(stored[i], withPadding(logical[i]!, nodes[name].shape), `padding of ${name} is not zero`);
    }
  });
}

for (const kernel of [3, 5, 7] as const) {
  for (const stride of [1, 2] as const) {
    for (const dilation of [1, 2] as const) {
      const attrs = { kernel, stride, dilation };
      Deno.test(`depthwise kernel ${kernel} stride ${stride} dilation ${dilation} ≡ float64 loops ≡ naive`, async () => {
        await check([2, 3, 17, 33], attrs);
        await check([3, 2, 7, 7], attrs);
        if (kernel === 7) return; // its kernels take long to compile
        await check([1, 2, 1, 1], attrs);
        await check([2, 1, 8, 8], attrs);
      });
    }
  }
}

Deno.test("depthwise of an image of one row, and of one column", async () => {
  await check([2, 2, 1, 33], { kernel: 5, stride: 1, dilation: 2 });
  await check([2, 2, 33, 1], { kernel: 5, stride: 2, dilation: 2 });
});

Deno.test("depthwise of rows of four and seven blocks, more channels than a workgroup has planes", async () => {
  await check([17, 3, 6, 13], { kernel: 5, stride: 1, dilation: 1 });
  await check([17, 3, 9, 27], { kernel: 3, stride: 2, dilation: 1 });
});

Deno.test("depthwise of bands of rows", async () => {
  await check([1, 1, 75, 5], { kernel: 5, stride: 1, dilation: 1 });
  await check([1, 1, 131, 5], { kernel: 3, stride: 2, dilation: 1 });
  await check([1, 1, 131, 5], { kernel: 3, stride: 1, dilation: 2 });
  // Of strips of columns as well.
  await check([1, 1, 75, 37], { kernel: 3, stride: 1, dilation: 2 });
});

Deno.test("depthwise weight gradient split into ranges ≡ float64 loops", async () => {
  await check([3, 16, 28, 28], { kernel: 3, stride: 1, dilation: 1 });
});

Deno.test("depthwise of different shapes in one dispatch: the smaller ones ignore the workgroups past their size", async () => {
  const attrs = { kernel: 3, stride: 1, dilation: 1 } as const;
  // On GPUs the last one's weight gradient has two workgroups for each of few channels, the others one for many.
  const cases =
    ([[9, 3, 7, 7], [16, 1, 17, 3], [9, 2, 8, 12], [16, 3, 5, 5], [9, 1, 6, 6], [5, 5, 17, 17]] as const).map(
      (shape, i) => {
        const x = random(`x${i}`, shape, i + 1);
        const w = random(`w${i}`, [shape[0], 9], i + 10);
        const dy = random(`dy${i}`, shape, i + 20);
        const reference = trilinear((visit) => depthwiseTaps(shape, attrs, visit));
        return {
          feeds: { [`x${i}`]: x.value, [`w${i}`]: w.value, [`dy${i}`]: dy.value },
          nodes: [depthwise(x.node, w.node, attrs), depthwiseWeightGrad(x.node, dy.node, attrs)],
          expected: [
            reference.forward(x.value, w.value, elements(shape)),
            reference.weightGrad(x.value, dy.value, shape[0] * 9),
          ],
        };
      },
    );
  const feeds = Object.assign({}, ...cases.map((c) => c.feeds));
  const results = await run(cases.flatMap((c) => c.nodes), feeds);
  cases.flatMap((c) => c.expected).forEach((expected, i) =>
    assertClose(results[i]!, expected, `result ${i}`)
  );
});

Deno.test("depthwise filters of all sizes and dilations share a dispatch but for those of 7×7", async () => {
  const shape = [2, 3, 9, 11];
  const x = random("x", shape, 1);
  const dy = random("dy", shape, 2);
  const cases = ([[3, 1], [5, 1], [3, 2], [5, 2], [7, 1]] as const).map(([kernel, dilation], i) => {
    const attrs = { kernel, stride: 1, dilation } as const;
    const w = random(`w${i}`, [2, kernel ** 2], i + 3);
    const reference = trilinear((visit) => depthwiseTaps(shape, attrs, visit));
    return {
      feeds: { [`w${i}`]: w.value },
      nodes: [
        depthwise(x.node, w.node, attrs),
        depthwiseInputGrad(dy.node, w.node, { ...attrs, height: 9, width: 11 }),
        depthwiseWeightGrad(x.node, dy.node, attrs),
      ],
      expected: [
        reference.forward(x.value, w.value, elements(shape)),
        reference.inputGrad(dy.value, w.value, elements(shape)),
        reference.weightGrad(x.value, dy.value, 2 * kernel ** 2),
      ],
    };
  });
  const nodes = cases.flatMap((c) => c.nodes);
  const { dispatches } = sharedRunner().compile(Object.fromEntries(nodes.map((n, i) => [i, n])));
  const calls = dispatches.filter(({ kernel }) => kernel.label.startsWith("depthwise"));
  // The gradient in x is a call of the forward kernel.
  assertEquals(calls.map(({ grid }) => grid[2]).sort(), [1, 2, 4, 8]);
  const results = await run(nodes, Object.assign({ x: x.value, dy: dy.value }, ...cases.map((c) => c.feeds)));
  cases.flatMap((c) => c.expected).forEach((expected, i) =>
    assertClose(results[i]!, expected, `result ${i}`)
  );
});

Deno.test("depthwise family is closed: the three adjoints are one trilinear form", async () => {
  const attrs = { kernel: 3, stride: 2, dilation: 1 } as const;
  const shape = [2, 2, 7, 9];
  const [x, w] = [random("x", shape, 1), random("w", [2, 9], 2)];
  const y = depthwise(x.node, w.node, attrs);
  const dy = random("dy", y.shape, 3);
  const dx = depthwiseInputGrad(dy.node, w.node, { ...attrs, height: 7, width: 9 });
  const dw = depthwiseWeightGrad(x.node, dy.node, attrs);
  const pairs = [[y, dy], [dx, x], [dw, w]] as const;
  const values = await run(pairs.map(([n]) => n), { x: x.value, w: w.value, dy: dy.value });
  const form = pairs.map(([, { value }], i) => value.reduce((sum, v, j) => sum + v * values[i]![j]!, 0));
  assertClose(form, [form[0]!, form[0]!, form[0]!], "<y, dy> = <dx, x> = <dw, w>", 1e-5);

  // Gradients of each side are nodes of the other two, of the right shapes.
  for (const [n, adjoint] of [[y, dy.node], [dx, x.node], [dw, w.node]] as const) {
    if (n.op.gradient === "none") throw new Error(`${n.op.name} has no gradient`);
    const gradients = n.op.gradient(n, adjoint);
    assertEquals(gradients.map((g) => g!.shape), n.inputs.map((i) => i.shape));
  }
});

for (const stride of [1, 2] as const) {
  Deno.test(`depthwise's gradients of stride ${stride}, dilated, and theirs again ≡ finite differences`, async () => {
    const attrs = { kernel: 3, stride, dilation: 2 } as const;
    const [x, w] = [random("x", [2, 1, 5, 6], 1), random("w", [2, 9], 2)];
    await checkGradient(depthwise(x.node, w.node, attrs), [x, w], { second: true });
    const dy = random("dy", depthwise(x.node, w.node, attrs).shape, 3);
    await checkGradient(depthwiseWeightGrad(x.node, dy.node, attrs), [x, dy], { second: true });
    await checkGradient(depthwiseInputGrad(dy.node, w.node, { ...attrs, height: 5, width: 6 }), [dy, w]);
  });
}

Deno.test("depthwise refuses shapes that do not fit", () => {
  const attrs = { kernel: 3, stride: 2, dilation: 1 } as const;
  const x = input("x", [4, 2, 7, 7]);
  assertThrows(
    () => depthwise(x, input("w", [4, 25]), attrs),
    TypeError,
    "Cannot build depthwise: 4 channels and kernel 3 need weights [4, 9], got [4,25]",
  );
  assertThrows(
    () => depthwiseWeightGrad(x, input("dy", [4, 2, 7, 7]), attrs),
    TypeError,
    "x of shape [4,2,7,7] needs dy of shape [4,2,4,4], got [4,2,7,7]",
  );
  assertThrows(() => depthwise(input("v", [3]), input("w", [4, 9]), attrs), TypeError, "needs a feature map");
});

Deno.test("depthwise refuses the gradient of a node with a loader", () => {
  const attrs = { kernel: 3, stride: 1, dilation: 1, load: justRelu } as const;
  const y = depthwise(input("x", [1, 1, 4, 4]), input("w", [1, 9]), attrs);
  if (y.op.gradient === "none") throw new Error("depthwise has no gradient");
  const gradient = y.op.gradient;
  assertThrows(() => gradient(y, y), TypeError, "Cannot differentiate depthwise with a loader");
});
