/** Graph in, plan out: a pure function, the same on a machine without any adapter. */
import { type Node, storedFloats } from "../graph/node.ts";
import { type ConstantAttrs, constantOp, type InputAttrs, inputOp } from "../graph/ops/leaf.ts";
import { rewrite, share } from "../graph/rewrite.ts";
import { arena, type Range } from "./allocate.ts";
import { emitCalls, emitPrograms, type Find } from "./emit.ts";
import { fuse, type PassName } from "./fuse.ts";
import { isSmall } from "./placement.ts";
import type { Place, Plan, PlanLimits, Port } from "./plan.ts";
import { type Group, type Item, schedule } from "./schedule.ts";

/** Compiles named outputs into a plan, with all fusion passes or only those named. */
export function compile(
  outputs: Readonly<Record<string, Node>>,
  limits: PlanLimits,
  passes?: readonly PassName[],
): Plan {
  const names = Object.keys(outputs);
  const fused = fuse(share(Object.values(outputs)), passes);
  const roots = share(rewrite(fused, (n) => n.op.lower?.(n) ?? n));
  const { groups, locate } = schedule(roots);

  // Lives of the owners of memory, in group numbers.
  const born = new Map<Node, number>();
  const dies = new Map<Node, number>();
  const leaves = new Map<Node, Node>();
  const touch = (node: Node, time: number): void => {
    const { owner } = locate(node);
    if (!born.has(owner)) {
      born.set(owner, time);
      if (owner.inputs.length === 0) leaves.set(owner, owner);
    }
    dies.set(owner, Math.max(dies.get(owner) ?? 0, time));
  };
  groups.forEach((group, time) => {
    for (const { call, output } of itemsOf(group)) {
      touch(output, time);
      for (const { node } of call.operands) touch(node, time);
    }
  });
  roots.forEach((node) => touch(node, groups.length));

  const memory = arena(Math.floor(limits.maxBinding / 256) * 64);
  const ranges = new Map<Node, Range>();
  // What one dispatch writes should lie in one chunk, so that it stays one dispatch.
  let near = -1;
  const claim = (owner: Node): void => {
    const small = isSmall(owner);
    const range = memory.allocate(storedFloats(owner.shape), small, near);
    if (!small) near = range.chunk;
    ranges.set(owner, range);
  };
  const isConstant = (n: Node): n is Node<ConstantAttrs> => n.op === (constantOp as Node["op"]);
  const isInput = (n: Node): n is Node<InputAttrs> => n.op === (inputOp as Node["op"]);
  for (const owner of leaves.keys()) claim(owner);
  const births: Node[][] = groups.map(() => []);
  const deaths: Node[][] = groups.map(() => []);
  for (const [owner, time] of born) {
    if (!leaves.has(owner)) births[time]!.push(owner);
    // Constants are written once, when the plan is loaded: their memory is never reused.
    if (dies.get(owner)! < groups.length && !isConstant(owner)) deaths[dies.get(owner)!]!.push(owner);
  }
  groups.forEach((_, time) => {
    births[time]!.forEach(claim);
    for (const owner of deaths[time]!) memory.free(ranges.get(owner)!);
  });

  const find: Find = (node) => {
    const { owner, offset } = locate(node);
    const range = ranges.get(owner)!;
    return { chunk: range.chunk, offset: range.offset + offset };
  };
  const words: number[] = [];
  const dispatches = groups.flatMap((group) =>
    group.kind === "programs"
      ? [emitPrograms(group.programs, find, words)]
      : emitCalls(group.items, find, words)
  );
  const place = (node: Node): Place => {
    const { chunk, offset } = find(node);
    return { chunk, offset: offset * 4, bytes: storedFloats(node.shape) * 4 };
  };
  const port = (node: Node): Port => ({ ...place(node), shape: node.shape, dtype: node.dtype });
  const inputs: Record<string, Port> = {};
  const constants: Plan["constants"][number][] = [];
  for (const leaf of leaves.keys()) {
    if (isInput(leaf)) {
      if (leaf.attrs.name in inputs) throw new TypeError(`Two different inputs are named ${leaf.attrs.name}`);
      inputs[leaf.attrs.name] = port(leaf);
    } else if (isConstant(leaf)) {
      const { fill } = leaf.attrs;
      const data = typeof fill === "number" ? new Float32Array(storedFloats(leaf.shape)).fill(fill) : fill;
      constants.push({ place: place(leaf), data });
    }
  }
  return {
    inputs,
    outputs: Object.fromEntries(names.map((name, i) => [name, port(roots[i]!)])),
    constants,
    dispatches,
    table: Uint32Array.from(words),
    chunks: memory.sizes().map((floats) => Math.max(256, floats * 4)),
  };
}

const itemsOf = (group: Group): readonly Item[] =>
  group.kind === "calls" ? group.items : group.programs.flat();
