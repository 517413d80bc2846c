/** Small dense operations against float64, and their gradients (once and twice) against differences. */
import { assert, assertEquals, assertThrows } from "deno-std/assert";
import type { Node } from "../../src/graph/node.ts";
import {
  add,
  addAll,
  broadcastTo,
  constant,
  countCorrect,
  crossEntropy,
  div,
  exp,
  input,
  log,
  logSoftmax,
  matmul,
  max,
  mul,
  pack,
  projectRows,
  reciprocal,
  reshape,
  rsqrt,
  scale,
  shift,
  sigmoid,
  slice,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  variance,
} from "../../src/graph/ops/mod.ts";
import { checkGradient } from "./gradients.ts";
import { random, run } from "./harness.ts";

const close = (got: ArrayLike<number>, want: readonly number[], tolerance = 1e-5): void => {
  assertEquals(got.length, want.length);
  want.forEach((w, i) =>
    assert(Math.abs(got[i]! - w) <= tolerance * Math.max(1, Math.abs(w)), `[${i}] is ${got[i]}, wants ${w}`)
  );
};

const broadcasts = [[[3, 5], [5]], [[3, 1], [1, 5]], [[7], [1]], [[2, 3, 4], [3, 1]], [[1], [
  2,
  17,
]]] as const;
for (const [a, b] of broadcasts) {
  Deno.test(`add, sub, mul, div of [${a}] and [${b}]`, async () => {
    const x = random("x", a, 1);
    const y = random("y", b, 2);
    const rank = Math.max(a.length, b.length);
    const at = (shape: readonly number[], index: readonly number[]): number =>
      shape.reduce((flat, d, i) => flat * d + (d === 1 ? 0 : index[rank - shape.length + i]!), 0);
    const nodes = [add, sub, mul, div].map((f) => f(x.node, y.node));
    const { shape } = nodes[0]!;
    const pairs = Array.from({ length: shape.reduce((p, q) => p * q, 1) }, (_, flat) => {
      const index = shape.map((d, i) => Math.floor(flat / shape.slice(i + 1).reduce((p, q) => p * q, 1)) % d);
      return [x.value[at(a, index)]!, y.value[at(b, index)]!] as const;
    });
    const results = await run(nodes, { x: x.value, y: y.value });
    close(results[0]!, pairs.map(([p, q]) => p + q));
    close(results[1]!, pairs.map(([p, q]) => p - q));
    close(results[2]!, pairs.map(([p, q]) => p * q));
    close(results[3]!, pairs.map(([p, q]) => p / q));
  });
}

Deno.test("add names both shapes that do not broadcast", () => {
  assertThrows(() => add(input("a", [3]), input("b", [4])), TypeError, "[3] and [4]");
});

const unary: Record<string, readonly [(x: Node) => Node, (x: number) => number]> = {
  exp: [exp, Math.exp],
  log: [log, Math.log],
  sqrt: [sqrt, Math.sqrt],
  rsqrt: [rsqrt, (x) => 1 / Math.sqrt(x)],
  reciprocal: [reciprocal, (x) => 1 / x],
  square: [square, (x) => x * x],
  sigmoid: [sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  "scale and shift": [(x) => shift(scale(x, 3), -2), (x) => 3 * x - 2],
};
for (const [name, [op, twin]] of Object.entries(unary)) {
  Deno.test(`${name}: values, gradient, gradient of the gradient`, async () => {
    const { node } = random("x", [17]);
    const value = Float32Array.from({ length: 17 }, (_, i) => 0.5 + i / 10);
    const [got] = await run([op(node)], { x: value });
    close(got!, Array.from(value, twin));
    await checkGradient(op(node), [{ node, value }], { second: true });
  });
}

for (
  const [shape, axis] of [[[3, 5, 7], 0], [[3, 5, 7], 1], [[3, 5, 7], 2], [[1, 33], 1], [[70000], 0], [[
    2,
    20001,
  ], 1]] as const
) {
  Deno.test(`sum and max of [${shape}] over axis ${axis}`, async () => {
    const x = random("x", shape);
    const inner = shape.slice(axis + 1).reduce<number>((a, b) => a * b, 1);
    const outer = shape.slice(0, axis).reduce<number>((a, b) => a * b, 1);
    const lines = Array.from(
      { length: outer * inner },
      (_, o) =>
        Array.from(
          { length: shape[axis]! },
          (_, r) => x.value[(Math.floor(o / inner) * shape[axis]! + r) * inner + (o % inner)]!,
        ),
    );
    const [sums, largest] = await run([sum(x.node, [axis]), max(x.node, axis)], { x: x.value });
    close(sums!, lines.map((line) => line.reduce((a, b) => a + b, 0)), 1e-4);
    close(largest!, lines.map((line) => Math.max(...line)));
  });
}

Deno.test("add_all sums any number of tensors", async () => {
  const terms = [1, 2, 3, 4, 5].map((seed) => random(`x${seed}`, [7], seed));
  const feeds = Object.fromEntries(terms.map((t, i) => [`x${i + 1}`, t.value]));
  const [got, two] = await run(
    [addAll(terms.map((t) => t.node)), addAll([terms[0]!.node, terms[1]!.node])],
    feeds,
  );
  close(got!, Array.from({ length: 7 }, (_, i) => terms.reduce((s, t) => s + t.value[i]!, 0)));
  close(two!, Array.from({ length: 7 }, (_, i) => terms[0]!.value[i]! + terms[1]!.value[i]!));
});

for (const [ta, tb] of [[false, false], [true, false], [false, true], [true, true]] as const) {
  Deno.test(`matmul [5, 7]·[7, 3] transposed ${ta}, ${tb}: values and gradients`, async () => {
    const a = random("a", ta ? [7, 5] : [5, 7], 1);
    const b = random("b", tb ? [3, 7] : [7, 3], 2);
    const product = matmul(a.node, b.node, { ta, tb });
    const [got] = await run([product], { a: a.value, b: b.value });
    const want = Array.from({ length: 15 }, (_, o) => {
      const [i, j] = [Math.floor(o / 3), o % 3];
      return Array.from(
        { length: 7 },
        (_, k) => a.value[ta ? k * 5 + i : i * 7 + k]! * b.value[tb ? j * 7 + k : k * 3 + j]!,
      )
        .reduce((x, y) => x + y);
    });
    close(got!, want);
    await checkGradient(product, [a, b], { second: true });
  });
}

Deno.test("variance is never below zero, and NaN where a mean is", async () => {
  const [a, b] = [input("a", [4]), input("b", [4])];
  const feeds = { a: Float32Array.of(5, 1, NaN, 1), b: Float32Array.of(2, 1.5, 1, NaN) };
  const [found] = await run([variance(a, b)], feeds);
  assertEquals(found, Float32Array.of(1, 0, NaN, NaN));
});

Deno.test("slices at any offset, packs with gaps, and their gradients", async () => {
  const x = random("x", [23]);
  const parts = [slice(x.node, 1, [2, 3]), slice(x.node, 8, [4]), slice(x.node, 22, [1])];
  const packed = pack([...parts, parts[1]!], [2, 12, 9, 17], [24]);
  const [got] = await run([packed], { x: x.value });
  const want = new Array<number>(24).fill(0);
  for (let i = 0; i < 6; i++) want[2 + i] = x.value[1 + i]!;
  for (let i = 0; i < 4; i++) want[12 + i] = want[17 + i] = x.value[8 + i]!;
  want[9] = x.value[22]!;
  assertEquals([...got!], want.map(Math.fround));
  await checkGradient(packed, [x], { second: true });
});

Deno.test("pack refuses overlapping ranges", () => {
  const x = input("x", [4]);
  assertThrows(() => pack([x, x], [0, 2], [8]), RangeError, "overlaps");
});

Deno.test("softmax is shift-invariant, sums to one, and has its gradients", async () => {
  const x = random("x", [5, 7]);
  const [plain, shifted, total] = await run(
    [softmax(x.node, 1), softmax(shift(x.node, 100), 1), sum(softmax(x.node, 1), [1])],
    { x: x.value },
  );
  close(shifted!, [...plain!], 1e-4);
  close(total!, [1, 1, 1, 1, 1]);
  await checkGradient(softmax(x.node, 1), [x], { second: true });
  await checkGradient(logSoftmax(x.node, 0), [x], { second: true });
});

for (const smoothing of [0, 0.1]) {
  Deno.test(`crossEntropy with label smoothing ${smoothing}, and countCorrect`, async () => {
    const logits = random("x", [3, 5]);
    logits.value.set([9, 9], 0); // a tie is not broken towards the later class
    logits.value[5] = 9;
    const labels = Uint32Array.of(0, 1, 2, 0, 1);
    const node = input("labels", [5], "u32");
    const loss = crossEntropy(logits.node, node, smoothing);
    const column = (n: number): number[] => [0, 1, 2].map((c) => logits.value[c * 5 + n]!);
    const logp = (n: number): number[] => {
      const all = Math.log(column(n).reduce((s, v) => s + Math.exp(v), 0));
      return column(n).map((v) => v - all);
    };
    const want = [0, 1, 2, 3, 4].reduce(
      (s, n) =>
        s -
        logp(n).reduce((t, l, c) => t + l * (smoothing / 3 + (c === labels[n] ? 1 - smoothing : 0)), 0) / 5,
      0,
    );
    const right = [0, 1, 2, 3, 4].filter((n) =>
      column(n).indexOf(Math.max(...column(n))) === labels[n]
    ).length;
    const [gotLoss, gotRight] = await run([loss, countCorrect(logits.node, node)], {
      x: logits.value,
      labels,
    });
    close(gotLoss!, [want]);
    assertEquals(gotRight![0], right);
    // All right, and all wrong by one class.
    const winners = Uint32Array.from(labels, (_, n) => column(n).indexOf(Math.max(...column(n))));
    for (const [moved, hits] of [[0, 5], [1, 0], [2, 0]] as const) {
      const others = winners.map((c) => (c + moved) % 3);
      const [got] = await run([countCorrect(logits.node, node)], { x: logits.value, labels: others });
      assertEquals(got![0], hits);
    }
    await checkGradient(loss, [logits], { feeds: { labels }, second: true });
  });
}

Deno.test("projectRows: clamps, divides by the sum, and makes a row without positives one-hot at its first maximum", async () => {
  const x = constant(Float32Array.of(0.8, -0.1, 0.3, -1, -0.5, -0.5, 2, 1, 0), [3, 3]);
  const [got] = await run([projectRows(x)]);
  close(got!, [0.8 / 1.1, 0, 0.3 / 1.1, 0, 1, 0, 0.5, 0.5, 0]);
});

Deno.test("broadcastTo and reshape", async () => {
  const x = random("x", [3, 1]);
  const wide = broadcastTo(x.node, [2, 3, 4]);
  const [got] = await run([reshape(wide, [24])], { x: x.value });
  assertEquals([...got!], Array.from({ length: 24 }, (_, i) => x.value[Math.floor(i / 4) % 3]!));
  await checkGradient(wide, [x]);
});

Deno.test("gradients of slices that overlap add up", async () => {
  const x = random("x", [9]);
  const [a, b] = [slice(x.node, 0, [4]), slice(x.node, 2, [4])];
  await checkGradient(mul(a, b), [x], { second: true });
});
