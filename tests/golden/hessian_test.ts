/** The spectrum of the alpha-Hessian: against the golden, and against the float64 interpreter in other spaces. */
import { assert, assertEquals, assertRejects } from "deno-std/assert";
import { computeHessian, hvpGraph, rowProducts, symmetricEigen } from "../../src/curvature/mod.ts";
import { UserError } from "../../src/errors.ts";
import { constant } from "../../src/graph/ops/mod.ts";
import type { SafetensorsFile, Tensor } from "../../src/io/safetensors.ts";
import { feeds, stepNodes } from "../../src/search/step_nodes.ts";
import { stepNetwork } from "../../src/search/step_metadata.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";
import { golden } from "./compare.ts";
import { stepFile } from "./step_case.ts";

const options = { spectrum: "auto", fullLimit: 300 } as const;
const numbers = (tensors: ReadonlyMap<string, Tensor>, name: string): number[] =>
  Array.from(tensors.get(name)!.data as ArrayLike<number>, Number);
const largest = (values: readonly number[]): number => Math.max(...values.map(Math.abs));
const apart = (a: readonly number[], b: readonly number[]): number => largest(a.map((x, i) => x - b[i]!));

/** Symmetric, and blind to a constant added to a row of `columns` alphas: what softmax makes of any loss. */
function checkStructure(hessian: readonly number[], n: number, columns: number, scale: number): void {
  const transposed = hessian.map((_, i) => hessian[(i % n) * n + Math.floor(i / n)]!);
  assert(apart(hessian, transposed) < 1e-4 * scale);
  for (let i = 0; i < n; i++) {
    for (let row = 0; row < n; row += columns) {
      const sum = hessian.slice(i * n + row, i * n + row + columns).reduce((a, b) => a + b);
      assert(Math.abs(sum) < 1e-4 * scale, `row ${i}, alphas from ${row}: ${sum}`);
    }
  }
}

Deno.test("golden hessian_s2: Hessian, eigenvalues and gradients; its ends by Lanczos", async () => {
  const given = golden("hessian_s2.in");
  const want = golden("hessian_s2.want").tensors;
  const got = await computeHessian(sharedRunner(), given, options);
  assertEquals([...got.keys()].sort(), [...want.keys()].sort());
  const eigenvalues = numbers(want, "eigenvalues");
  const scale = largest(eigenvalues);
  assert(apart(numbers(got, "eigenvalues"), eigenvalues) < 1e-5 * scale);
  assert(apart(numbers(got, "hessian"), numbers(want, "hessian")) < 1e-5 * scale);
  checkStructure(numbers(got, "hessian"), 56, 2, scale);

  const ends = await computeHessian(sharedRunner(), given, { ...options, spectrum: "lanczos" });
  const [bottom, top] = numbers(ends, "eigenvalues");
  assert(Math.abs(bottom! - eigenvalues[0]!) < 1e-3 * scale);
  assert(Math.abs(top! - eigenvalues.at(-1)!) < 1e-3 * scale);
});

// S1 has its own operations on every edge; S3's matrices end off the 4-float grid; sides may differ.
for (
  const given of [
    { space: "s1", channels: 2, layers: 3, classes: 4, batch: 3, size: [8, 8], imageChannels: 3 },
    { space: "s3", channels: 1, layers: 2, classes: 3, batch: 3, size: [8, 12], imageChannels: 1 },
    { space: "nasbench201", channels: 2, layers: 3, classes: 3, batch: 3, size: [8, 8], imageChannels: 1 },
  ] as const
) {
  Deno.test(`the Hessian in ${given.space} against the float64 interpreter`, async () => {
    const file = stepFile(given);
    const got = await computeHessian(sharedRunner(), file, options);
    const net = stepNetwork(file);
    const { nodes, batch } = stepNodes(net, file);
    const { matrices, floats, count: n } = net.alphas;
    // The alphas in the flat vector, which has gaps between matrices.
    const places = matrices.flatMap(({ offset, shape: [rows, columns] }) =>
      Array.from({ length: rows * columns }, (_, i) => offset + i)
    );
    const { product } = hvpGraph(net, nodes, batch);
    // Four rows say whether the matrix is right; the whole of it costs the interpreter a minute.
    const some = [0, 5, Math.floor(n / 2) + 3, n - 1];
    const directions = new Float32Array(some.length * floats);
    some.forEach((i, k) => directions[k * floats + places[i]!] = 1);
    const products = rowProducts(product, constant(directions, [some.length, floats]));
    const [exact] = interpret([products], interpreterFeeds(file));
    const hessian = numbers(got, "hessian");
    const want = some.flatMap((_, k) => places.map((place) => exact![k * floats + place]!));
    const ours = some.flatMap((i) => hessian.slice(i * n, (i + 1) * n));
    assert(apart(ours, want) < 1e-4 * largest(want), `${apart(ours, want)} of ${largest(want)}`);
    const scale = largest(numbers(got, "eigenvalues"));
    checkStructure(hessian, n, matrices[0]!.shape[1], scale);
    assert(apart(numbers(got, "eigenvalues"), [...symmetricEigen(hessian, n).values]) < 1e-6 * scale);
  });
}

function interpreterFeeds(file: SafetensorsFile): Record<string, ArrayLike<number>> {
  const names = [...file.tensors.keys(), "noise_key"].filter((name) => !/^target|^input/.test(name));
  return {
    ...feeds(stepNetwork(file), file, names),
    input: Array.from(file.tensors.get("input")!.data as Float32Array),
    target: Array.from(file.tensors.get("target")!.data as Int32Array),
  };
}

Deno.test("bad input: too many alphas for the full matrix, none at all, products that are no numbers", async () => {
  const given = golden("hessian_s2.in");
  const fails = async (file: SafetensorsFile, exit: number, words: RegExp, changes = {}) => {
    const error = await assertRejects(
      () => computeHessian(sharedRunner(), file, { ...options, ...changes }),
      UserError,
    );
    assertEquals(error.exitCode, exit);
    assert(words.test(error.message), error.message);
  };
  await fails(given, 2, /56 alphas.*25088 bytes.*‹spectrum› lanczos/, { spectrum: "full", fullLimit: 50 });
  const without = new Map([...given.tensors].filter(([name]) => name !== "alphas_reduce"));
  await fails({ ...given, tensors: without }, 4, /no tensor alphas_reduce/);
  const { shape, data } = given.tensors.get("classifier.weight")!;
  const huge: Tensor = { dtype: "F32", shape, data: Float32Array.from(data as Float32Array, () => 3e38) };
  const tensors = new Map([...given.tensors, ["classifier.weight", huge]]);
  await fails({ ...given, tensors }, 5, /Tensor \S+ .*(NaN|Infinity)/);
});

Deno.test("the weight decay is added to the Hessian's diagonal", () => {
  const file = stepFile({
    space: "s3",
    channels: 1,
    layers: 1,
    classes: 3,
    batch: 2,
    size: [4, 4],
    imageChannels: 1,
  });
  const net = stepNetwork(file);
  const { nodes, batch } = stepNodes(net, file);
  const direction = Float32Array.from({ length: net.alphas.floats }, (_, i) => Math.sin(i));
  const products = [0, 0.25].map((weightDecay) =>
    hvpGraph(net, nodes, batch, { weightDecay }).product(constant(direction, [direction.length]))
  );
  const [without, withDecay] = interpret(products, interpreterFeeds(file));
  withDecay!.forEach((x, i) => assert(Math.abs(x - without![i]! - 0.25 * direction[i]!) < 1e-9));
});
