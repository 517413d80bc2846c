/** Whatever the schedule and however much is recomputed: nothing is read before it is written or after it is gone. */
import { assert } from "deno-std/assert";
import { type Node, storedFloats } from "../../src/graph/node.ts";
import { share } from "../../src/graph/rewrite.ts";
import { software } from "../../src/graph/tuning.ts";
import { lower } from "../../src/plan/compile.ts";
import { fuse } from "../../src/plan/fuse.ts";
import { itemsOf, layOut, liveFloats, livesOf } from "../../src/plan/memory.ts";
import { recompute } from "../../src/plan/recompute.ts";
import { type Item, type Schedule, schedule } from "../../src/plan/schedule.ts";
import { networkSteps } from "./network_steps.ts";

/** Everything that a step of a small supernet computes, lowered to kernels. */
function stepOf(space: string, step: "weight" | "architecture" = "weight"): Node[] {
  return lower(fuse(share(Object.values(networkSteps(space)[step])), software), software);
}

const peak = (plan: Schedule, roots: readonly Node[]): number =>
  Math.max(...liveFloats(plan.groups.length, livesOf(plan, roots)));

/** Items in the order in which they run, with the group of each; steps of a program run one after the other. */
const running = (plan: Schedule): (Item & { readonly time: number })[] =>
  plan.groups.flatMap((group, time) => itemsOf(group).map((item) => ({ ...item, time })));

function checkOrder(plan: Schedule): void {
  const items = running(plan);
  const writes = new Map<Node, { from: number; to: number; i: number }[]>();
  items.forEach(({ output, at }, i) => {
    const { owner, offset } = plan.locate(output);
    // Of a piece of a pack only the beginning is known.
    const to = output.op.call === undefined ? offset + at + 1 : offset + storedFloats(output.shape);
    const known = writes.get(owner) ?? [];
    writes.set(owner, [...known, { from: offset + at, to, i }]);
  });
  let checked = 0;
  items.forEach(({ call, output, time }, i) => {
    for (const { node } of call.operands) {
      const { owner, offset } = plan.locate(node);
      const end = offset + storedFloats(node.shape);
      for (const write of writes.get(owner) ?? []) {
        if (write.from >= end || write.to <= offset) continue;
        const before = items[write.i]!;
        assert(write.i < i, `${output.op.name} reads ${node.op.name} before it is written`);
        assert(before.time < time || (before.call.light && call.light), `${output.op.name} reads too early`);
        checked++;
      }
    }
  });
  assert(checked > 1000, `${checked}`);
}

function checkMemory(plan: Schedule, roots: readonly Node[], maxBinding: number): void {
  const { find, chunks } = layOut(plan, roots, { maxBinding });
  const owners = [...livesOf(plan, roots)].map(([owner, life]) => {
    const { chunk, offset } = find(owner);
    const end = offset + storedFloats(owner.shape);
    assert(end <= chunks[chunk]! && chunks[chunk]! * 4 <= maxBinding);
    // What is fed is there from the beginning.
    const born = owner.op.name === "input" || owner.op.name === "constant" ? -1 : life.born;
    return { owner, chunk, offset, end, born, dies: life.dies };
  });
  owners.sort((a, b) => a.chunk - b.chunk || a.offset - b.offset);
  for (const [i, a] of owners.entries()) {
    for (const b of owners.slice(i + 1)) {
      if (b.chunk !== a.chunk || b.offset >= a.end) break;
      const apart = a.dies < b.born || b.dies < a.born;
      assert(apart, `${a.owner.op.name} and ${b.owner.op.name} share memory while both live`);
    }
  }
}

for (const step of ["weight", "architecture"] as const) {
  for (const space of ["s1", "s4", "s5"]) {
    Deno.test(`${space}, ${step} step: with and without recomputing every value is there when it is read`, () => {
      let roots = stepOf(space, step);
      let plan = schedule(roots, software);
      const most = peak(plan, roots);
      for (const part of [1, 0.7, 0.4]) {
        if (part < 1) roots = recompute(roots, plan, part * most);
        plan = schedule(roots, software);
        checkOrder(plan);
        for (const maxBinding of [2 ** 27, 2 ** 20]) checkMemory(plan, roots, maxBinding);
      }
      assert(peak(plan, roots) < 0.7 * most, `${peak(plan, roots)} of ${most} floats`);
    });
  }
}

Deno.test("recomputing leaves a graph alone that fits", () => {
  const roots = stepOf("s5");
  const plan = schedule(roots, software);
  const again = recompute(roots, plan, peak(plan, roots));
  assert(again.every((root, i) => root === roots[i]));
});
