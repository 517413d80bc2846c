/** Every fusion pass alone: its kernels appear, and no number changes. */
import { assert, assertEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node, Shape } from "../../src/graph/node.ts";
import { software } from "../../src/graph/tuning.ts";
import {
  accumulate,
  avgPool,
  channelDot,
  combine,
  concatChannels,
  convolution,
  depthwise,
  depthwiseInputGrad,
  input,
  pointwise,
  relu,
  reluMask,
  sum,
  type Term,
} from "../../src/graph/ops/mod.ts";
import { withoutPadding, withPadding } from "../../src/gpu/mod.ts";
import { compile } from "../../src/plan/compile.ts";
import { passes, type PassName } from "../../src/plan/fuse.ts";
import { random, sharedRunner } from "../kernels/harness.ts";

const runner = sharedRunner();
type Variables = readonly { node: Node; value: Float32Array }[];

async function values(
  outputs: Record<string, Node>,
  variables: Variables,
  names: readonly PassName[],
  maxBinding = 2 ** 27,
) {
  const plan = compile(outputs, { maxBinding }, names);
  const program = await runner.load(plan);
  const feeds = Object.fromEntries(variables.map(({ node, value }) => {
    const { name } = node.attrs as { name: string };
    return [name, withPadding(value, node.shape)];
  }));
  const results = program.run(feeds);
  const tensors = Object.keys(outputs).map((name) => results[name]!);
  const data = await runner.tensors.read(tensors);
  runner.tensors.release(...tensors);
  program.destroy();
  const kernels = new Set(plan.dispatches.map(({ kernel }) => kernel.label));
  return { kernels, data: data.map((d, i) => [...withoutPadding(d, Object.values(outputs)[i]!.shape)]) };
}

/** `gone`: a kernel that runs only without the pass. */
async function check(name: PassName, outputs: Record<string, Node>, variables: Variables, gone: string) {
  const plain = await values(outputs, variables, []);
  const fused = await values(outputs, variables, [name]);
  assertEquals([plain.kernels.has(gone), fused.kernels.has(gone)], [true, false], gone);
  fused.data.forEach((data, i) => {
    data.forEach((x, j) =>
      assert(Math.abs(x - plain.data[i]![j]!) <= 1e-5 * Math.max(1, Math.abs(x)), `output ${i}[${j}]: ${x}`)
    );
  });
}

const shape = [3, 2, 7, 9] as const;

Deno.test("relu into loader: depthwise, pointwise and both weight gradients", async () => {
  const x = random("x", shape, 1);
  const w = random("w", [3, 9], 2);
  const p = random("p", [5, 3], 3);
  const y = depthwise(relu(x.node), w.node, { kernel: 3, stride: 1, dilation: 1 });
  const z = pointwise(relu(x.node), p.node);
  const loss = sum(channelDot(y, y));
  const other = sum(channelDot(z, z));
  const outputs = { y, z, dw: gradient(loss, [w.node])[0]!, dp: gradient(other, [p.node])[0]! };
  await check("reluIntoLoader", outputs, [x, w, p], "relu");
});

Deno.test("mask into sum: sums of different lengths in one dispatch", async () => {
  const xs = [1, 2, 3, 4, 5].map((seed) => random(`x${seed}`, shape, seed));
  const s = random("s", [3], 9);
  const b = random("b", [3], 10);
  const [u, v, w, m1, m2] = xs.map(({ node }) => node) as [Node, Node, Node, Node, Node];
  const outputs = {
    scaledShort: reluMask(combine([{ x: u, scale: s.node }], b.node), m1),
    scaledLong: reluMask(combine([{ x: u }, { x: v, scale: s.node }, { x: w }, { x: u }]), m2),
    plainShort: reluMask(combine([{ x: v }, { x: w }]), m2),
    plainLong: reluMask(combine([{ x: v }, { x: u }, { x: w }, { x: w }]), m1),
  };
  await check("maskIntoSum", outputs, [...xs, s, b], "relu_mask");
});

Deno.test("mask into sum leaves a sum that is read elsewhere", () => {
  const x = random("x", shape).node;
  const sumOf = combine([{ x }, { x: relu(x) }]);
  const plan = compile({ masked: reluMask(sumOf, x), sumOf }, { maxBinding: 2 ** 27 });
  assertEquals(
    plan.dispatches.some(({ kernel }) => kernel.label.includes("mask") && kernel.label !== "relu_mask"),
    false,
  );
});

Deno.test("mask into input gradient: depthwise at both strides", async () => {
  const x = random("x", shape, 1);
  const w = random("w", [3, 9], 2);
  const outputs = Object.fromEntries(([1, 2] as const).map((stride) => {
    const y = depthwise(relu(x.node), w.node, { kernel: 3, stride, dilation: 1 });
    return [`dx${stride}`, gradient(sum(channelDot(y, y)), [x.node])[0]!];
  }));
  await check("maskIntoInputGrad", outputs, [x, w], "relu_mask");
});

Deno.test("mask into input gradient: of two masks in a row the second stays", async () => {
  const [dy, first, second] = [random("dy", shape, 1), random("first", shape, 2), random("second", shape, 3)];
  const w = random("w", [3, 9], 4);
  const attrs = { kernel: 3, stride: 1, dilation: 1, height: shape[2], width: shape[3] } as const;
  const once = reluMask(depthwiseInputGrad(dy.node, w.node, attrs), first.node);
  const outputs = { dx: reluMask(once, second.node) };
  const plain = await values(outputs, [dy, w, first, second], []);
  const fused = await values(outputs, [dy, w, first, second], ["maskIntoInputGrad"]);
  assert(fused.kernels.has("relu_mask"));
  assertEquals(fused.data, plain.data);
});

Deno.test("a sum that takes in others leaves one that is rectified whole", async () => {
  const [x, y, z] = [random("x", shape, 1), random("y", shape, 2), random("z", shape, 3)];
  const rectified = combine([{ x: x.node }, { x: y.node }], undefined, { relu: true });
  const { data: [got] } = await values({ sum: accumulate([rectified, z.node]) }, [x, y, z], []);
  got!.forEach((sum, i) => {
    const want = Math.max(x.value[i]! + y.value[i]!, 0) + z.value[i]!;
    assert(Math.abs(sum - want) < 1e-5, `[${i}] is ${sum}, wants ${want}`);
  });
});

Deno.test("mask into input gradient leaves a gradient that is read elsewhere", () => {
  const dx = depthwiseInputGrad(input("dy", shape), input("w", [3, 9]), {
    kernel: 3,
    stride: 1,
    dilation: 1,
    height: 7,
    width: 9,
  });
  const plan = compile({ masked: reluMask(dx, input("x", shape)), dx }, { maxBinding: 2 ** 27 });
  assert(plan.dispatches.some(({ kernel }) => kernel.label === "relu_mask"));
});

/** Two depthwise convolutions with a BatchNorm's scale and shift and a ReLU between them, and all their gradients. */
function separable() {
  const variables = [random("x", shape, 1), random("scale", [3], 4), random("shift", [3], 5)];
  const filters = [random("v", [3, 9], 2), random("w", [3, 9], 3)];
  const [x, scale, shift, v, w] = [...variables, ...filters].map(({ node }) => node) as [
    Node,
    Node,
    Node,
    Node,
    Node,
  ];
  const attrs = { kernel: 3, stride: 1, dilation: 1 } as const;
  const between = combine([{ x: depthwise(x, v, attrs), scale }], shift, { relu: true });
  const y = depthwise(between, w, attrs);
  const gradients = gradient(sum(channelDot(y, y)), [x, scale, shift, v, w]);
  const outputs = { y, ...Object.fromEntries(gradients.map((g, i) => [`gradient${i}`, g])) };
  return { outputs, variables: [...variables, ...filters], between };
}

Deno.test("affine into loader: the map is not stored, and its mask is applied by the input gradient", async () => {
  const { outputs, variables } = separable();
  const names: PassName[] = ["maskIntoInputGrad", "affineIntoLoader"];
  const plain = await values(outputs, variables, names.slice(0, 1));
  const fused = await values(outputs, variables, names);
  assert(plain.kernels.has("combine 1 bias padded"));
  assert(!fused.kernels.has("combine 1 bias padded"), [...fused.kernels].join());
  assertEquals(fused.data, plain.data);
});

Deno.test("affine into loader leaves a map that is read elsewhere", () => {
  const { outputs: { y }, between } = separable();
  const masked = reluMask(input("other", shape), between);
  for (const other of [between, masked]) {
    assertEquals(passes.affineIntoLoader([y!, other], software)[0] === y, true, other.op.name);
  }
  assertEquals(passes.affineIntoLoader([y!], software)[0] === y, false);
});

Deno.test("affine into loader leaves a sum of maps", () => {
  const [u, v] = [random("u", shape, 1), random("v", shape, 2)];
  const [s, t, w] = [random("s", [3], 3), random("t", [3], 4), random("w", [3, 9], 5)];
  const both = combine([{ x: u.node, scale: s.node }, { x: v.node, scale: t.node }]);
  const y = depthwise(both, w.node, { kernel: 3, stride: 1, dilation: 1 });
  assert(passes.affineIntoLoader([y], software)[0] === y);
});

Deno.test("a loader that has a ReLU keeps it when it takes a scale", async () => {
  const [x, s, w] = [random("x", shape, 1), random("s", [3], 3), random("w", [3, 9], 5)];
  const scaled = combine([{ x: x.node, scale: s.node }]);
  const outputs = { y: depthwise(relu(scaled), w.node, { kernel: 3, stride: 1, dilation: 1 }) };
  const plain = await values(outputs, [x, s, w], []);
  const fused = await values(outputs, [x, s, w], ["reluIntoLoader", "affineIntoLoader"]);
  assertEquals([...fused.kernels], ["depthwise s1"]);
  assertEquals(fused.data, plain.data);
});

/** A node of a cell in evaluation mode: scaled pointwise convolutions of maps that nothing else reads, and a skip. */
function mixed(count: number, inputs: number) {
  const x = random("x", [inputs, 2, 7, 9], 1);
  const own = (k: number) => {
    const filters = random(`f${k}`, [inputs, 9], 10 + k);
    const matrix = random(`m${k}`, [5, inputs], 30 + k);
    const scale = random(`s${k}`, [5], 50 + k);
    const y = pointwise(depthwise(x.node, filters.node, { kernel: 3, stride: 1, dilation: 1 }), matrix.node);
    return { term: { x: y, scale: scale.node }, variables: [filters, matrix, scale] };
  };
  const all = Array.from({ length: count }, (_, k) => own(k));
  const skip = random("skip", [5, 2, 7, 9], 2);
  const bias = random("bias", [5], 3);
  const terms = [{ x: skip.node }, ...all.map(({ term }) => term)];
  return { terms, bias, variables: [x, skip, bias, ...all.flatMap(({ variables }) => variables)] };
}

const pointwiseCalls = (outputs: Record<string, Node>, names?: PassName[]): number =>
  compile(outputs, { maxBinding: 2 ** 27 }, names).dispatches
    .filter(({ kernel }) => kernel.label.startsWith("pointwise"))
    .reduce((sum, { grid }) => sum + grid[2], 0);

Deno.test("convolutions into sum: one product of all inputs, as many as workgroup memory holds at a time", async () => {
  for (const [count, inputs, products] of [[2, 3, 1], [7, 3, 1], [3, 100, 2]] as const) {
    const { terms, bias, variables } = mixed(count, inputs);
    const outputs = {
      y: combine(terms, bias.node),
      rectified: combine(terms.toReversed(), bias.node, { relu: true }),
    };
    // Both sums share the products, so none is absorbed; alone, all are.
    assertEquals(pointwiseCalls(outputs), count);
    const alone = { y: outputs.y };
    assertEquals(pointwiseCalls(alone), products);
    const plain = await values(alone, variables, []);
    const fused = await values(alone, variables, ["convolutionsIntoSum"]);
    fused.data[0]!.forEach((x, j) =>
      assert(Math.abs(x - plain.data[0]![j]!) <= 1e-4 * Math.max(1, Math.abs(x)), `${j}`)
    );
  }
});

Deno.test("convolutions into sum leaves products that are read elsewhere, and inputs that lie elsewhere", () => {
  const { terms, bias } = mixed(2, 3);
  const y = combine(terms, bias.node);
  const [map, other] = terms.slice(1).map(({ x }) => x.inputs[0]!) as [Node, Node];
  assertEquals(pointwiseCalls({ y, product: terms[1]!.x }), 2);
  assertEquals(pointwiseCalls({ y, joined: concatChannels([other, map]) }), 2);
  assertEquals(pointwiseCalls({ y, map, other }), 1);
});

/** The cell of NAS-Bench-201 in evaluation mode, with 3×3 and 1×1 convolutions, a skip and a pooling on each edge. */
function denseCell(channels: number) {
  const x = random("x", [channels, 2, 7, 9], 1);
  const variables = [x];
  const variable = (name: string, shape: Shape): Node => {
    const made = random(name, shape, 2 + variables.length);
    variables.push(made);
    return made.node;
  };
  const states = [combine([{ x: x.node, scale: variable("first", [channels]) }])];
  for (const to of [1, 2, 3]) {
    const terms = states.flatMap((state, from): Term[] => {
      const scale = (k: number) => variable(`s${from}${to}${k}`, [channels]);
      const w = (taps: number) => variable(`w${from}${to}${taps}`, [channels, channels * taps]);
      const kernel = { kernel: [3, 3], stride: [1, 1], pad: [1, 1] } as const;
      return [
        { x: state, scale: scale(0) },
        { x: convolution(relu(state), w(9), kernel), scale: scale(1) },
        { x: pointwise(relu(state), w(1)), scale: scale(2) },
        { x: avgPool(state, { kernel: 3, stride: 1, pad: 1 }), scale: scale(3) },
      ];
    });
    states.push(combine(terms, variable(`bias${to}`, [channels])));
  }
  return { y: states.at(-1)!, variables };
}

Deno.test("convolutions into sum: a node's filters on all its edges are one convolution, whose inputs are not copied", async () => {
  const { y, variables } = denseCell(4);
  const calls = (names?: PassName[]): Record<string, number> => {
    const kinds: Record<string, number> = {};
    for (const { kernel: { label }, grid } of compile({ y }, { maxBinding: 2 ** 27 }, names).dispatches) {
      const kind = label.split(" ")[0]!;
      kinds[kind] = (kinds[kind] ?? 0) + grid[2];
    }
    return kinds;
  };
  assertEquals(calls(), { combine: 4, convolution: 3, joined_filters: 3 });
  assertEquals(calls([])["convolution"], 6);
  const plain = await values({ y }, variables, []);
  for (const names of [["convolutionsIntoSum"], ["reluIntoLoader", "convolutionsIntoSum"]] as PassName[][]) {
    const fused = await values({ y }, variables, names);
    fused.data[0]!.forEach((value, i) =>
      assert(Math.abs(value - plain.data[0]![i]!) <= 1e-4 * Math.max(1, Math.abs(value)), `${i}`)
    );
  }
});

Deno.test("convolutions into sum: filters of taps or inputs that another has not are their own", () => {
  const x = random("x", shape).node;
  const scale = input("scale", [3]);
  const convolved = (kernel: [number, number], stride: [number, number]): Term => ({
    x: convolution(x, input(`w${kernel}${stride}`, [3, 3 * kernel[0] * kernel[1]]), {
      kernel,
      stride,
      pad: [(kernel[0] - 1) / 2, (kernel[1] - 1) / 2],
    }),
    scale,
  });
  const count = (terms: Term[]) =>
    compile({ y: combine(terms) }, { maxBinding: 2 ** 27 }).dispatches
      .filter(({ kernel }) => /^(?:convolution|pointwise)/.test(kernel.label))
      .reduce((sum, { grid }) => sum + grid[2], 0);
  const point = { x: pointwise(x, input("p", [3, 3])), scale };
  assertEquals(count([convolved([3, 3], [1, 1]), convolved([1, 7], [1, 1]), point]), 2);
  assertEquals(count([convolved([3, 1], [1, 1]), convolved([1, 3], [1, 1])]), 2);
  assertEquals(count([convolved([3, 3], [2, 2]), convolved([1, 1], [2, 2])]), 1);
  assertEquals(count([convolved([3, 3], [1, 1]), { x: pointwise(relu(x), input("p", [3, 3])), scale }]), 2);
});

Deno.test("convolutions into sum leaves products with a transposed matrix", async () => {
  const xs = [1, 2].map((seed) => random(`x${seed}`, shape, seed));
  const [m, n, s] = [random("m", [3, 3], 3), random("n", [3, 3], 4), random("s", [3], 5)];
  const product = (k: number, matrix: Node): Node =>
    pointwise(relu(xs[k]!.node), matrix, { transpose: true });
  const terms = [product(0, m.node), product(1, n.node)].map((x) => ({ x, scale: s.node }));
  const outputs = { y: combine(terms) };
  const plain = await values(outputs, [...xs, m, n, s], []);
  assertEquals((await values(outputs, [...xs, m, n, s], ["convolutionsIntoSum"])).data, plain.data);
});

Deno.test("averages into sum: with the map that they are of and without, whatever else is added", async () => {
  const variables: { node: Node; value: Float32Array }[] = [];
  const variable = (name: string, shape: Shape): Node => {
    variables.push(random(name, shape, 1 + variables.length));
    return variables.at(-1)!.node;
  };
  const sizes = [[3, 2, 7, 9], [2, 3, 1, 1], [2, 1, 2, 5], [1, 2, 5, 22], [2, 2, 4, 13]] as const;
  const outputs = Object.fromEntries(sizes.flatMap((shape, i): [string, Node][] => {
    const [x, y, z] = ["x", "y", "z"].map((name) => variable(`${name}${i}`, shape)) as [Node, Node, Node];
    const scale = (k: number): Node => variable(`s${i}${k}`, [shape[0]]);
    const mean = (map: Node): Node => avgPool(map, { kernel: 3, stride: 1, pad: 1 });
    const terms = [
      { x, scale: scale(0) },
      { x: mean(x), scale: scale(1) },
      { x: y },
      { x: mean(y), scale: scale(2) },
      { x: mean(z), scale: scale(3) },
      { x: variable(`other${i}`, shape), scale: scale(4) },
      { x: variable(`plain${i}`, shape) },
    ];
    const rectified = combine(terms, scale(5), { relu: true });
    return [
      [`rectified${i}`, rectified],
      // Counts what stands in the padding of rows.
      [`dot${i}`, channelDot(rectified)],
      // As often as it was given.
      [`twice${i}`, combine([terms[1]!, { x: mean(x), scale: scale(6) }, terms[0]!])],
    ];
  }));
  await check("averagesIntoSum", outputs, variables, "avg_pool 3/1");
});

Deno.test("averages into sum leaves averages that are read elsewhere, or are not scaled, and other windows", () => {
  const x = input("x", shape);
  const scale = input("scale", [3]);
  const [mean, wide] = [3, 5].map((kernel) => avgPool(x, { kernel, stride: 1, pad: (kernel - 1) / 2 }));
  const sumOf = (map: Node, by?: Node): Node => combine([{ x }, { x: map, scale: by }]);
  const isLeft = (...outputs: Node[]): boolean =>
    passes.averagesIntoSum(outputs, software).every((y, i) => y === outputs[i]);
  assert(!isLeft(sumOf(mean!, scale)));
  assert(isLeft(sumOf(mean!, scale), mean!));
  assert(isLeft(sumOf(mean!, scale), relu(mean!)));
  assert(isLeft(sumOf(mean!, scale), sumOf(mean!)));
  assert(isLeft(sumOf(wide!, scale)));
  assert(isLeft(combine([{ x: mean!, scale }, { x: mean! }])));
});

Deno.test("averages into sum: maps in different bindings", async () => {
  const wide = [3, 5, 17, 33] as const;
  // More than one call reads.
  const seeds = [1, 2, 3, 4, 5];
  const xs = seeds.map((seed) => random(`x${seed}`, wide, seed));
  const scales = seeds.map((seed) => random(`s${seed}`, [3], seed));
  const terms = xs.flatMap(({ node }, k): Term[] => [
    { x: node },
    { x: avgPool(node, { kernel: 3, stride: 1, pad: 1 }), scale: scales[k]!.node },
  ]);
  const y = combine(terms, scales[0]!.node, { relu: true });
  const plain = await values({ y }, [...xs, ...scales], []);
  // One map a chunk.
  const fused = await values({ y }, [...xs, ...scales], ["averagesIntoSum"], 48 * 1024);
  assert(fused.kernels.has("combine pooled apart"));
  assertEquals(fused.data, (await values({ y }, [...xs, ...scales], ["averagesIntoSum"])).data);
  fused.data[0]!.forEach((value, i) =>
    assert(Math.abs(value - plain.data[0]![i]!) <= 1e-5 * Math.max(1, Math.abs(value)), `${i}`)
  );
});

Deno.test("the list of passes is the list of these tests", () => {
  assertEquals(Object.keys(passes), [
    "reluIntoLoader",
    "maskIntoSum",
    "maskIntoInputGrad",
    "affineIntoLoader",
    "convolutionsIntoSum",
    "averagesIntoSum",
  ]);
});
