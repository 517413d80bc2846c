/** What steps need of a device's memory, and how a shortage is put. */
import { assert, assertEquals } from "deno-std/assert";
import { gradient } from "../../src/gradient/gradient.ts";
import type { Node } from "../../src/graph/node.ts";
import { add, channelDot, constant, input, pointwise, relu, reshape, sum } from "../../src/graph/ops/mod.ts";
import { type Need, needOf, type Shortage, shortageInWords, sizeInWords } from "../../src/plan/budget.ts";
import { compile } from "../../src/plan/compile.ts";
import { planBytes } from "../../src/plan/plan.ts";

const limits = { maxBinding: 2 ** 27 };

Deno.test("a tensor counts once under one name, what a step returns beside what it takes", () => {
  const [a, b] = [input("a", [1000]), input("b", [50])];
  const first = compile({ a: add(a, a) }, limits);
  const second = compile({ sum: sum(a), b: add(b, b) }, limits);
  assertEquals(needOf(first).bytes, planBytes(first) + 4 * (1000 + 1000));
  assertEquals(
    needOf(first, second).bytes,
    planBytes(first, second) + 4 * (1000 + 50) + 4 * (1000 + 1 + 50),
  );
});

Deno.test("a plan's memory is its arena, its table and its constants", () => {
  const plan = compile(
    { y: add(input("x", [1000]), constant(new Float32Array(1000).fill(2), [1000])) },
    limits,
  );
  const arena = plan.chunks.reduce((a, b) => a + b, 0);
  assertEquals(planBytes(plan), arena + plan.table.byteLength + 4 * 1000);
});

/** A training step of a few layers: memory grows with the batch, weights do not. */
function step(batch: number): Need {
  const weights = Array.from({ length: 8 }, (_, i) => input(`w${i}`, [128 * 128]));
  let y: Node = input("x", [128, batch, 4, 4]);
  for (const w of weights) y = relu(pointwise(y, reshape(w, [128, 128])));
  const slopes = gradient(sum(channelDot(y, y)), weights);
  return needOf(compile(Object.fromEntries(slopes.map((slope, i) => [`dw${i}`, slope])), limits));
}

Deno.test("the batch that is said to fit does, and not many more", () => {
  const batch = 48;
  for (const part of [0.8, 0.6, 0.4]) {
    const need = step(batch);
    const limit = { bytes: part * need.bytes, given: true };
    const words = shortageInWords({ need, limit, recomputed: undefined, batch });
    const fits = Number(words.match(/about (\d+) would fit/)![1]);
    assert(step(fits).bytes <= 1.02 * limit.bytes, words);
    assert(step(fits + 3).bytes > limit.bytes, words);
  }
});

const short: Shortage = {
  need: { bytes: 3.1e9, fixed: 1e8 },
  limit: { bytes: 2.5e9, given: true },
  recomputed: 2.1e9,
  batch: 64,
};
const begin =
  "This run needs 3.10 GB of device memory, 600.0 MB more than the limit of 2.50 GB (‹memoryLimit›); ";
const cases: [string, Partial<Shortage>, string][] = [
  [
    "recomputing",
    {},
    "with ‹recompute› it would need 2.10 GB; or choose a smaller ‹batch› (now 64: about 51 would fit).",
  ],
  [
    "both together",
    { recomputed: 2.7e9 },
    "with ‹recompute› it would still need 2.70 GB; choose a smaller ‹batch› (now 64: about 51 would fit).",
  ],
  ["a smaller batch", { recomputed: undefined }, "choose a smaller ‹batch› (now 64: about 51 would fit)."],
  [
    "no recomputing that saves nothing",
    { recomputed: 3.1e9 },
    "choose a smaller ‹batch› (now 64: about 51 would fit).",
  ],
  ["a batch of whatever size", { recomputed: undefined, batch: undefined }, "choose a smaller ‹batch›."],
];
for (const [what, changed, end] of cases) {
  Deno.test(`a shortage advises ${what}`, () => {
    assertEquals(shortageInWords({ ...short, ...changed }), begin + end);
  });
}

Deno.test("a shortage says where the limit comes from, and what else to change where no batch fits", () => {
  assertEquals(
    shortageInWords({ ...short, limit: { bytes: 9e7, given: false }, recomputed: undefined }),
    "This run needs 3.10 GB of device memory, 3.01 GB more than the 90.0 MB that this machine has free for it " +
      "(‹memoryLimit› sets another limit); choose a smaller ‹batch› (now 64), fewer ‹channels› or fewer ‹layers›.",
  );
});

Deno.test("a shortage says what is short of memory", () => {
  const training = { what: "Training the network", recomputed: undefined } as const;
  const rest = begin.slice("This run".length);
  assertEquals(
    shortageInWords({ ...short, ...training }),
    `Training the network${rest}choose a smaller ‹batch› (now 64: about 51 would fit).`,
  );
  const limit = { bytes: 9e7, given: true };
  const words = shortageInWords({ ...short, ...training, limit });
  assert(words.endsWith("(now 64), fewer ‹channels› or fewer ‹layers›."), words);
});

Deno.test("sizes in words", () => {
  assertEquals([12345, 999.9e6, 1e9, 23.456e9].map(sizeInWords), [
    "0.0 MB",
    "999.9 MB",
    "1.00 GB",
    "23.46 GB",
  ]);
});
