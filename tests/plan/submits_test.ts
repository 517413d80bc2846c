/** Long steps are several submits, and one that a device leaves out is noticed. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { DeviceFailedError, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import { input, pointwise } from "../../src/graph/ops/mod.ts";
import { software, type Tuning } from "../../src/graph/tuning.ts";
import { tuningFor } from "../../src/graph/tuning_records.ts";
import type { Dispatch } from "../../src/plan/plan.ts";
import { submits } from "../../src/plan/submits.ts";
import { patched } from "./patched.ts";

const submitting = (submit: Partial<Tuning["submit"]>): Tuning => ({
  ...software,
  submit: { dispatches: Infinity, seconds: Infinity, flopPerSecond: 100, bytesPerSecond: 10, ...submit },
});

Deno.test("a plan is cut where it has many dispatches or they take long", () => {
  const cut = (work: readonly Pick<Dispatch, "flop" | "bytes">[], submit: Partial<Tuning["submit"]>) =>
    submits({ dispatches: work as Dispatch[], tuning: submitting(submit) });
  const [arithmetic, traffic] = [{ flop: 100, bytes: 0 }, { flop: 100, bytes: 20 }];
  assertEquals(cut([], { dispatches: 2 }), [[0, 0]]);
  assertEquals(cut(Array(5).fill(traffic), { dispatches: 2 }), [[0, 2], [2, 4], [4, 5]]);
  assertEquals(cut(Array(4).fill(traffic), { dispatches: 2 }), [[0, 2], [2, 4]]);
  // A second each, and two.
  assertEquals(cut(Array(6).fill(arithmetic), { seconds: 3 }), [[0, 3], [3, 6]]);
  assertEquals(cut([arithmetic, traffic, arithmetic, arithmetic], { seconds: 3 }), [[0, 2], [2, 4]]);
  assertEquals(cut([traffic, traffic], { seconds: 1.5 }), [[0, 1], [1, 2]], "longer by itself");
  assertEquals(cut(Array(500).fill(traffic), {}), [[0, 500]]);
});

Deno.test("a driver that computes on the CPU gets short plans whole, a GPU gets them in parts", () => {
  // The paper's weight step: 34 GB in 1739 dispatches.
  const dispatches: Dispatch[] = Array(1739).fill({ flop: 71e6, bytes: 20e6 });
  const parts = (onCpu: boolean) =>
    submits({ dispatches, tuning: tuningFor({ adapter: "any", software: onCpu }) }).length;
  assertEquals(parts(true), 1);
  assert(parts(false) >= 8 && parts(false) < 20, `${parts(false)}`);
});

/** x, 10 times times the matrix. */
let y: Node = input("x", [4, 1, 2, 4]);
for (let i = 0; i < 10; i++) y = pointwise(y, input("a", [4, 4]));
const moveOn = Float32Array.from({ length: 16 }, (_, i) => Number((i % 4 + 1) % 4 === i >> 2));
const feeds = (first: number) => ({
  a: moveOn,
  x: Float32Array.from({ length: 32 }, (_, i) => first + i),
});
const moved = (first: number): number[] => Array.from({ length: 32 }, (_, i) => first + (i + 16) % 32);

Deno.test("a step in several submits gives the same, and no part of it can be left out unnoticed", async () => {
  const outcomes: string[] = [];
  let submitted = 0;
  let leftOut = 0;
  using _queue = patched(
    GPUQueue.prototype,
    "submit",
    (plain, [commands]) => plain(++submitted === leftOut ? [] : commands),
  );
  for (leftOut = 0; leftOut <= 10; leftOut++) {
    const runner = await Runner.open("high-performance", { tuning: submitting({ dispatches: 4 }) });
    const { step } = await runner.prepare({ step: { y } });
    assertEquals(step.plan.dispatches.length, 10);
    submitted = 0;
    // What a part of the first run left out, the second does not make up for, although it is whole.
    const results = [step.run<"y">(feeds(100)), step.run<"y">(feeds(200))];
    assertEquals(submitted, 6);
    for (const [i, { y }] of results.entries()) {
      const read = await runner.tensors.read([y]).catch((error) => error);
      if (read instanceof DeviceFailedError) {
        assertEquals(read.exitCode, 3);
        assertStringIncludes(read.message, "left out a part");
        outcomes.push("failed");
      } else {
        assertEquals([...read[0]!], moved([100, 200][i]!));
        outcomes.push("right");
      }
    }
    runner.close();
  }
  // The seventh is the first read, the eighth the second. What has failed stays so.
  const failed = ["failed", "failed"];
  const whole = ["right", "right"];
  assertEquals(outcomes, [
    ...whole,
    ...Array(7).fill(failed).flat(),
    "right",
    "failed",
    ...whole,
    ...whole,
  ]);
});
