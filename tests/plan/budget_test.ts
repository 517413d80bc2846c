/** What steps need of a device's memory. */
import { assertEquals } from "deno-std/assert";
import { add, constant, input, sum } from "../../src/graph/ops/mod.ts";
import { needOf, sizeInWords } from "../../src/plan/budget.ts";
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

Deno.test("sizes in words", () => {
  assertEquals([12345, 999.9e6, 1e9, 23.456e9].map(sizeInWords), [
    "0.0 MB",
    "999.9 MB",
    "1.00 GB",
    "23.46 GB",
  ]);
});
