/** The networks of NAS-Bench-101's cells. */
import { assertAlmostEquals, assertEquals, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { topological } from "../../src/graph/rewrite.ts";
import { countNetwork } from "../../src/network/count.ts";
import { evaluationNetwork } from "../../src/network/evaluation.ts";
import { type Genotype, parseGenotype } from "../../src/network/genotype.ts";
import { vertexChannels } from "../../src/network/nasbench1shot1/evaluation.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { keyFromSeed } from "../../src/random.ts";
import { random, run } from "../kernels/harness.ts";
import { interpret } from "../reference/interpreter.ts";

const [pool, conv3, conv1] = ["maxpool3x3", "conv3x3-bn-relu", "conv1x1-bn-relu"];

/** A cell from its edges. */
function cell(edges: readonly (readonly [number, number])[], operations: readonly string[]): Genotype {
  const matrix = Array.from({ length: operations.length + 2 }, (_, i) =>
    Array.from(
      { length: operations.length + 2 },
      (_, j) => Number(edges.some(([from, to]) => from === i && to === j)),
    ));
  return parseGenotype({ matrix, ops: ["input", ...operations, "output"] }, "a test");
}

const benchmark = { channels: 128, layers: 9, classes: 10 };

// Trainable parameters that NAS-Bench-101 reports: its smallest and its largest cell, and the example of its README.
const known: [string, number, Genotype][] = [
  [
    "the smallest cell",
    227_274,
    cell([[0, 1], [1, 2], [1, 3], [1, 4], [1, 5], [2, 5], [3, 5], [4, 5]], [pool!, pool!, pool!, pool!]),
  ],
  [
    "the largest cell",
    49_979_274,
    cell([[0, 1], [0, 2], [0, 3], [0, 4], [1, 2], [2, 3], [3, 4], [4, 5], [5, 6]], Array(5).fill(conv3)),
  ],
  [
    "the Inception-like example",
    2_694_282,
    cell(
      [[0, 1], [0, 2], [0, 3], [0, 5], [1, 6], [2, 6], [3, 4], [4, 6], [5, 6]],
      [conv1!, conv3!, conv3!, conv3!, pool!],
    ),
  ],
];
for (const [name, parameters, genotype] of known) {
  Deno.test(`NAS-Bench-101's network of ${name} has ${parameters} parameters`, () => {
    assertEquals(countNetwork(genotype, benchmark).parameters, parameters);
  });
}

Deno.test("vertices that lead to the output share its channels, others have the most that they lead to", () => {
  const edges = new Set(["0 1", "1 2", "1 3", "1 4", "2 5", "3 5", "4 5"]);
  const widths = (channels: number) => vertexChannels(6, (from, to) => edges.has(`${from} ${to}`), channels);
  assertEquals(widths(128), [128, 43, 43, 43, 42, 128]);
  assertEquals(widths(3), [3, 1, 1, 1, 1, 3]);
  assertThrows(() => widths(2), UserError, "Cannot share 2 channels among the 3 vertices");
});

// Wider than its successor, an edge from the input to the output, a vertex that leads nowhere.
const varied = cell(
  [[0, 1], [0, 4], [0, 5], [1, 2], [1, 4], [1, 5], [2, 5], [0, 3], [4, 5]],
  [conv3!, pool!, conv1!, conv1!],
);

function build(pixels: number, size = { channels: 5, layers: 4, classes: 3 }) {
  const net = evaluationNetwork(varied, size);
  const images = random("images", [3, 4, pixels, pixels]);
  const parameters = initialParameters(net.layout, keyFromSeed(2));
  const { logits } = net.build({
    images: images.node,
    parameters: input("parameters", [net.layout.parameterFloats]),
    mode: "train",
  });
  return { net, logits, feeds: { images: images.value, parameters } };
}

Deno.test("NAS-Bench-101's network ≡ the float64 interpreter, whose graph has no vertex that leads nowhere", async () => {
  const { net, logits, feeds } = build(10);
  assertEquals(net.layout.parameters.filter(({ name }) => name.includes("vertices.3")), []);
  const [got] = await run([logits], feeds);
  const [want] = interpret([logits], feeds);
  got!.forEach((value, i) => assertAlmostEquals(value, want![i]!, 1e-4));
});

Deno.test("NAS-Bench-101's network halves twice: 28 → 14 → 7, and drops an odd last row", () => {
  const widths = (pixels: number) =>
    [
      ...new Set(
        topological([build(pixels).logits]).flatMap(({ shape }) => (shape.length === 4 ? [shape[3]!] : [])),
      ),
    ].sort((a, b) => b - a);
  assertEquals(widths(28), [28, 14, 7]);
  assertEquals(widths(10), [10, 5, 2]);
  assertThrows(() => build(3), UserError, "a 1×1 feature map is left to halve before cells.2");
});

Deno.test("NAS-Bench-101's network has no auxiliary head and nothing to drop", () => {
  assertEquals(evaluationNetwork(varied, benchmark).dropPaths, 0);
  assertThrows(
    () => evaluationNetwork(varied, { ...benchmark, auxiliary: true }),
    UserError,
    "have no auxiliary head; set ‹auxiliary› to 0",
  );
});
