import { assertThrows } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import { elements, type Shape } from "../../src/graph/node.ts";
import {
  convolution,
  type ConvolutionAttrs,
  convolutionInputGrad,
  convolutionWeightGrad,
} from "../../src/graph/ops/convolution.ts";
import { input } from "../../src/graph/ops/leaf.ts";
import { justRelu, loadThrough, maskedInputGrad } from "../../src/graph/ops/loader.ts";
import { channelDot, fold, pointwise, sum, unfold } from "../../src/graph/ops/mod.ts";
import { convolutionTaps, trilinear } from "../reference/conv.ts";
import { assertClose } from "./close.ts";
import { checkGradient } from "./gradients.ts";
import { random, run } from "./harness.ts";
import { assertTwins } from "./twins.ts";

/** The windows that networks here have: of cells, stems, reductions, auxiliary heads. */
const cases: Record<string, ConvolutionAttrs> = {
  "3×3": { kernel: [3, 3], stride: [1, 1], pad: [1, 1] },
  "3×3 stride 2": { kernel: [3, 3], stride: [2, 2], pad: [1, 1] },
  "1×7": { kernel: [1, 7], stride: [1, 1], pad: [0, 3] },
  "1×7 stride 1×2": { kernel: [1, 7], stride: [1, 2], pad: [0, 3] },
  "7×1 stride 2×1": { kernel: [7, 1], stride: [2, 1], pad: [3, 0] },
  "1×1 stride 2": { kernel: [1, 1], stride: [2, 2], pad: [0, 0] },
  "1×1 stride 2 from (1, 1)": { kernel: [1, 1], stride: [2, 2], pad: [0, 0], offset: [1, 1] },
  "2×2": { kernel: [2, 2], stride: [1, 1], pad: [0, 0] },
};

/** All results of one shape and filter against float64, with every loader, and zero padding. */
async function check(shape: Shape, outputs: number, attrs: ConvolutionAttrs): Promise<void> {
  const [inputs, images, height, width] = shape as [number, number, number, number];
  const x = random("x", shape, 1);
  const w = random("w", [outputs, inputs * attrs.kernel[0] * attrs.kernel[1]], 2);
  const y = convolution(x.node, w.node, attrs);
  const reference = trilinear((visit) => convolutionTaps(shape, y.shape, attrs, visit));
  const [scale, shift] = [random("scale", [inputs], 4), random("shift", [inputs], 5)];
  const dy = random("dy", y.shape, 3);
  const dx = convolutionInputGrad(dy.node, w.node, { ...attrs, height, width });
  const dw = convolutionWeightGrad(x.node, dy.node, attrs);
  const masked = maskedInputGrad(dx, x.node);
  const affine = { x: x.node, scale: scale.node, shift: shift.node, relu: true };
  const shifted = { x: x.node, shift: shift.node, relu: false };
  const loaded = (scaled: boolean, shifts: boolean, relu: boolean) =>
    x.value.map((v, i) => {
      const c = Math.floor(i / (images * height * width));
      const value = (scaled ? scale.value[c]! : 1) * v + (shifts ? shift.value[c]! : 0);
      return relu ? Math.max(value, 0) : value;
    });
  const rectified = loaded(false, false, true);
  const wholly = loaded(true, true, true);
  const moved = loaded(false, true, false);
  const forward = (value: Float32Array) => reference.forward(value, w.value, elements(y.shape));
  const weightGrad = (value: Float32Array) => reference.weightGrad(value, dy.value, elements(w.node.shape));
  const inputGrad = (mask: Float32Array) =>
    reference.inputGrad(dy.value, w.value, elements(shape)).map((v, i) => (mask[i]! > 0 ? v : 0));
  await assertTwins(
    {
      y,
      yRelu: loadThrough(y, 0, { x: x.node, relu: true }),
      yAffine: loadThrough(y, 0, affine),
      yShifted: loadThrough(y, 0, shifted),
      dx,
      dxMasked: masked,
      dxAffine: loadThrough(masked, 2, affine),
      dw,
      dwRelu: loadThrough(dw, 0, { x: x.node, relu: true }),
      dwAffine: loadThrough(dw, 0, affine),
      dwShifted: loadThrough(dw, 0, shifted),
    },
    {
      y: forward(x.value),
      yRelu: forward(rectified),
      yAffine: forward(wholly),
      yShifted: forward(moved),
      dx: inputGrad(x.value.map(() => 1)),
      dxMasked: inputGrad(x.value),
      dxAffine: inputGrad(wholly),
      dw: weightGrad(x.value),
      dwRelu: weightGrad(rectified),
      dwAffine: weightGrad(wholly),
      dwShifted: weightGrad(moved),
    },
    { x: x.value, w: w.value, dy: dy.value, scale: scale.value, shift: shift.value },
  );
}

for (const [name, attrs] of Object.entries(cases)) {
  Deno.test(`convolution ${name} ≡ float64 loops, whatever is loaded`, async () => {
    await check([3, 3, 7, 9], 3, attrs);
    await check([2, 2, 17, 33], 2, attrs);
    await check([1, 3, 2, 2], 1, attrs);
  });

  Deno.test(`convolution ${name} ≡ a product with the windows as channels (im2col)`, async () => {
    const shape = [6, 3, 8, 13];
    const x = random("x", shape, 1);
    const w = random("w", [3, 6 * attrs.kernel[0] * attrs.kernel[1]], 2);
    const y = convolution(x.node, w.node, attrs);
    const dy = random("dy", y.shape, 3);
    const size = { height: 8, width: 13 };
    const [got, product, dx, folded] = await run(
      [
        y,
        pointwise(unfold(x.node, attrs), w.node),
        convolutionInputGrad(dy.node, w.node, { ...attrs, ...size }),
        fold(pointwise(dy.node, w.node, { transpose: true }), { ...attrs, ...size }),
      ],
      { x: x.value, w: w.value, dy: dy.value },
    );
    assertClose(got!, product!, "convolution");
    assertClose(dx!, folded!, "its input gradient");
  });

  Deno.test(`convolution ${name}: gradients, and theirs again ≡ finite differences`, async () => {
    const [x, w] = [
      random("x", [2, 1, 5, 6], 1),
      random("w", [3, 2 * attrs.kernel[0] * attrs.kernel[1]], 2),
    ];
    const y = convolution(x.node, w.node, attrs);
    await checkGradient(y, [x, w], { second: true });
    const dy = random("dy", y.shape, 3);
    await checkGradient(convolutionWeightGrad(x.node, dy.node, attrs), [x, dy]);
    await checkGradient(convolutionInputGrad(dy.node, w.node, { ...attrs, height: 5, width: 6 }), [dy, w]);
  });
}

Deno.test("convolution of more channels than a tile and a chunk of workgroup memory hold", async () => {
  await check([45, 2, 4, 5], 21, cases["3×3"]!);
  await check([55, 1, 3, 3], 9, cases["1×7"]!);
});

Deno.test("convolution's weight gradient split into ranges, and into bands of rows", async () => {
  await check([3, 33, 12, 12], 5, cases["3×3"]!);
  await check([2, 1, 75, 5], 3, cases["3×3 stride 2"]!);
});

Deno.test("convolutions of different shapes in one dispatch: the smaller ones ignore the workgroups past their size", async () => {
  const attrs = cases["3×3"]!;
  const shapes = [[9, 3, 7, 7], [16, 1, 17, 3], [9, 2, 8, 12], [16, 3, 5, 5]] as const;
  const sides = shapes.map((shape, i) => {
    const x = random(`x${i}`, shape, i + 1);
    const w = random(`w${i}`, [9 + 7 * i, shape[0] * 9], i + 10);
    const y = convolution(x.node, w.node, attrs);
    const dy = random(`dy${i}`, y.shape, i + 20);
    const reference = trilinear((visit) => convolutionTaps(shape, y.shape, attrs, visit));
    return {
      feeds: { [`x${i}`]: x.value, [`w${i}`]: w.value, [`dy${i}`]: dy.value },
      nodes: [y, convolutionWeightGrad(x.node, dy.node, attrs)],
      expected: [
        reference.forward(x.value, w.value, elements(y.shape)),
        reference.weightGrad(x.value, dy.value, elements(w.node.shape)),
      ],
    };
  });
  const results = await run(sides.flatMap((s) => s.nodes), Object.assign({}, ...sides.map((s) => s.feeds)));
  sides.flatMap((s) => s.expected).forEach((want, i) => assertClose(results[i]!, want, `result ${i}`));
});

Deno.test("convolution refuses shapes that do not fit", () => {
  const attrs = cases["3×3 stride 2"]!;
  const x = input("x", [4, 2, 7, 7]);
  assertThrows(
    () => convolution(x, input("w", [4, 25]), attrs),
    TypeError,
    "Cannot build convolution: needs weights [4,36], got [4,25]",
  );
  assertThrows(
    () => convolutionWeightGrad(x, input("dy", [4, 2, 7, 7]), attrs),
    TypeError,
    "x of 7×7 needs dy of shape [4,2,4,4], got [4,2,7,7]",
  );
  assertThrows(
    () => convolution(x, input("w", [4, 36]), { kernel: [9, 9], stride: [1, 1], pad: [0, 0] }),
    RangeError,
    "9×9 do not fit in [4,2,7,7]",
  );
  assertThrows(
    () => convolution(input("v", [3]), input("w", [4, 9]), attrs),
    TypeError,
    "needs a feature map",
  );
});

Deno.test("convolution refuses the gradient of a node with a loader", () => {
  const x = input("x", [1, 1, 4, 4]);
  const y = convolution(x, input("w", [1, 9]), { ...cases["3×3"]!, load: justRelu });
  assertThrows(
    () => gradient(sum(channelDot(y, x)), [x]),
    TypeError,
    "Cannot differentiate convolution with a loader",
  );
});
