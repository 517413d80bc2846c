/** Whatever the schedule and however much is recomputed: nothing is read before it is written or after it is gone. */
import { assert, assertEquals } from "deno-std/assert";
import { type Node, storedFloats } from "../../src/graph/node.ts";
import { combine, input, relu } from "../../src/graph/ops/mod.ts";
import { share } from "../../src/graph/rewrite.ts";
import { software } from "../../src/graph/tuning.ts";
import { compile, lower } from "../../src/plan/compile.ts";
import { fuse } from "../../src/plan/fuse.ts";
import { itemsOf, liveFloats, livesOf } from "../../src/plan/lives.ts";
import { layOut } from "../../src/plan/memory.ts";
import { recompute } from "../../src/plan/recompute.ts";
import { type Group, type Item, type Schedule, schedule } from "../../src/plan/schedule.ts";
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

/** Whether light calls of one group are steps of one program, the first before the second. */
function inOneProgram(group: Group, first: Item, second: Item): boolean {
  if (group.kind !== "programs") return false;
  const step = ({ output, at }: Item) => (other: Item) => other.output === output && other.at === at;
  return group.programs.some((steps) => {
    const [from, to] = [steps.findIndex(step(first)), steps.findIndex(step(second))];
    return from >= 0 && to > from;
  });
}

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
        const late = before.time < time || inOneProgram(plan.groups[time]!, before, items[i]!);
        assert(late, `${output.op.name} reads too early`);
        checked++;
      }
    }
  });
  assert(checked > 1000, `${checked}`);
}

function checkMemory(plan: Schedule, roots: readonly Node[], maxBinding: number): void {
  const { find, chunks } = layOut(plan, roots, { maxBinding }, 3);
  const lives = new Map<Node, { born: number; dies: number }>();
  const touch = (node: Node, time: number): void => {
    const { owner } = plan.locate(node);
    // What is fed is there from the beginning.
    const first = owner.op.name === "input" || owner.op.name === "constant" ? -1 : time;
    lives.set(owner, { born: lives.get(owner)?.born ?? first, dies: time });
  };
  for (const { call, output, time } of running(plan)) {
    for (const node of [output, ...call.operands.map((operand) => operand.node)]) touch(node, time);
  }
  // What is returned is read after the last group.
  for (const root of roots) touch(root, plan.groups.length);
  const owners = [...lives].map(([owner, life]) => {
    const { chunk, offset } = find(owner);
    const end = offset + storedFloats(owner.shape);
    assert(end <= chunks[chunk]! && chunks[chunk]! * 4 <= maxBinding);
    return { owner, chunk, offset, end, ...life };
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

Deno.test("what is fed takes memory from the beginning, whenever it is read", () => {
  let y: Node = relu(input("x", [4, 1, 8, 8]));
  for (let i = 0; i < 3; i++) y = relu(combine([{ x: y }, { x: relu(y) }]));
  const roots = [combine([{ x: y }, { x: input("late", [4, 1, 8, 8]) }])];
  const plan = schedule(roots, software);
  const live = liveFloats(plan.groups.length, livesOf(plan, roots));
  // Both inputs and the first result.
  assertEquals(live[0], 3 * 4 * 8 * 8);
});

Deno.test("a plan within less memory computes more calls", () => {
  const [plenty, little] = [Infinity, 0].map((memory) => {
    const { dispatches, chunks } = compile(networkSteps("s5").weight, {
      maxBinding: 2 ** 27,
      memory,
      tuning: software,
    });
    const calls = dispatches.reduce((sum, { grid }) => sum + grid[2], 0);
    return { calls, bytes: chunks.reduce((a, b) => a + b, 0) };
  });
  assert(little!.bytes < 0.8 * plenty!.bytes && little!.calls > plenty!.calls);
});
