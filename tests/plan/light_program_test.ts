/** Light programs: a thread that reads what another one wrote waits for it. No device is needed. */
import { assert } from "deno-std/assert";
import type { Node } from "../../src/graph/node.ts";
import { codes } from "../../src/graph/ops/elementwise_call.ts";
import { software } from "../../src/graph/tuning.ts";
import { records } from "../../src/graph/tuning_records.ts";
import { compile } from "../../src/plan/compile.ts";
import { networkSteps } from "./network_steps.ts";
import { otherTuning } from "./other_tuning.ts";

/** The places that element i of an instruction is made of. */
function readsOf(words: Uint32Array, i: number): number[] {
  const [code, , , , , a, b, c] = words as unknown as number[];
  const [x, y, inner] = [a!, b!, c!];
  if (code === codes.addAll) return [...words.subarray(6, 6 + x)].map((from) => from + i);
  if (code! > codes.addAll) {
    const first = x + Math.floor(i / inner) * y * inner + i % inner;
    return Array.from({ length: y }, (_, k) => first + k * inner);
  }
  const [aStep, bStep, d1, d2, a0, a1, b0, b1] = [...words.subarray(10, 18)] as [number, ...number[]];
  if (c === 0) return [x + i * aStep, y + i * bStep!];
  const [slab, row, column] = [Math.floor(i / (d1! * d2!)), Math.floor(i / d2!) % d1!, i % d2!];
  return [x + slab * a0! + row * a1! + column * aStep, y + slab * b0! + row * b1! + column * bStep!];
}

/** Runs through the programs of a plan; how many of its instructions wait, and how many read what the program wrote. */
function walk(
  outputs: Readonly<Record<string, Node>>,
  tuning: typeof software,
): { waits: number; chained: number } {
  const { dispatches, table } = compile(outputs, { maxBinding: 2 ** 27, tuning });
  let [waits, chained] = [0, 0];
  for (const { kernel, table: [from, length], grid: [, , programs] } of dispatches) {
    if (kernel.label !== "program") continue;
    const part = table.subarray(from, from + length);
    for (let z = 0; z < programs; z++) {
      /** The thread that wrote a place last, and how many waits came before. */
      const written = new Map<number, { thread: number; epoch: number }>();
      let epoch = 0;
      for (let at = part[4 * z]!; at < part[4 * z + 1]!; at += part[4 * at + 2]!) {
        const words = part.subarray(4 * at, 4 * (at + part[4 * at + 2]!));
        const [code, n, , wait, out] = words as unknown as [number, number, number, number, number];
        if (wait === 1) epoch++;
        waits += wait;
        let chain = false;
        for (let i = 0; i < n && code !== codes.fill; i++) {
          const thread = i % tuning.program.threads;
          for (const place of readsOf(words, i)) {
            const writer = written.get(place);
            if (writer === undefined) continue;
            chain = true;
            assert(
              writer.thread === thread || writer.epoch < epoch,
              `instruction ${code} at ${at} does not wait`,
            );
          }
        }
        if (chain) chained++;
        for (let i = 0; i < n; i++) written.set(out + i, { thread: i % tuning.program.threads, epoch });
      }
    }
  }
  return { waits, chained };
}

Deno.test("a thread of a light program waits for what others wrote, and for nothing else", () => {
  for (const tuning of [software, records.gpu, otherTuning] as readonly (typeof software)[]) {
    const { waits, chained } = walk(networkSteps("s2").weight, tuning);
    assert(waits > 20 && chained > 2 * waits, `${tuning.name}: ${waits} of ${chained} instructions wait`);
  }
});
