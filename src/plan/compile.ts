/** Graph in, plan out: a pure function, the same on a machine without any adapter. */
import { type Node, storedFloats } from "../graph/node.ts";
import { type ConstantAttrs, constantOp, type InputAttrs, inputOp } from "../graph/ops/leaf.ts";
import { rewrite, share } from "../graph/rewrite.ts";
import { arena, type Range } from "./allocate.ts";
import { fuse, type PassName } from "./fuse.ts";
import type { Dispatch, Place, Plan, PlanLimits, Port } from "./plan.ts";
import { type Item, schedule } from "./schedule.ts";

/** Dense tensors up to this size live in chunk 0. */
const smallFloats = 65536;

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
    for (const { call, output } of group) {
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
    const floats = storedFloats(owner.shape);
    const small = owner.shape.length < 4 && floats <= smallFloats;
    const range = memory.allocate(floats, small, near);
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

  const find = (node: Node): { chunk: number; offset: number } => {
    const { owner, offset } = locate(node);
    const range = ranges.get(owner)!;
    return { chunk: range.chunk, offset: range.offset + offset };
  };
  const words: number[] = [];
  const dispatches = groups.flatMap((group) =>
    oneBindingEach(group, find).flatMap((wave) =>
      splitByChunks(wave, find).map((part) => emit(part, find, words))
    )
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

type Find = (node: Node) => { chunk: number; offset: number };

/**
 * Calls whose operands of slot 0 lie in several chunks become a sequence of calls. The first calls of all items
 * are one wave, their second calls the next, and so on.
 */
function oneBindingEach(group: readonly Item[], find: Find): Item[][] {
  const waves: Item[][] = [];
  for (const { call, output } of group) {
    const chunks = new Map<number, number[]>();
    call.operands.filter(({ slot }) => slot === 0).forEach(({ node }, i) => {
      const { chunk } = find(node);
      const part = chunks.get(chunk);
      if (part) part.push(i);
      else chunks.set(chunk, [i]);
    });
    const calls = chunks.size > 1 && call.split ? call.split([...chunks.values()]) : [call];
    calls.forEach((part, i) => (waves[i] ??= []).push({ call: part, output }));
  }
  return waves;
}

/** The chunks of a call's bindings: one for each slot, then the output's. */
function bindings({ call, output }: Item, find: Find): number[] {
  const chunks = new Array<number>(call.slots).fill(-1);
  for (const { slot, node } of call.operands) {
    const { chunk } = find(node);
    if (chunks[slot] !== -1 && chunks[slot] !== chunk) {
      throw new RangeError(
        `${call.kernel.label}: operands of one binding lie in chunks ${chunks[slot]} and ${chunk}`,
      );
    }
    chunks[slot] = chunk;
  }
  const out = find(output).chunk;
  // A slot without operands (a combination without scales) is bound all the same.
  return [...chunks.map((chunk) => (chunk === -1 ? out : chunk)), out];
}

function splitByChunks(group: readonly Item[], find: Find): Item[][] {
  const parts = new Map<string, Item[]>();
  for (const item of group) {
    const key = bindings(item, find).join();
    const part = parts.get(key);
    if (part) part.push(item);
    else parts.set(key, [item]);
  }
  return [...parts.values()];
}

function emit(group: readonly Item[], find: Find, words: number[]): Dispatch {
  const start = words.length;
  const length = Math.max(...group.map(({ call }) => call.operands.length + 1 + call.params.length));
  words.push(length);
  const touched = new Map<string, number>();
  let flop = 0;
  for (const { call, output } of group) {
    const offsets = [...call.operands.map(({ node }) => node), output].map((node) => {
      const { chunk, offset } = find(node);
      touched.set(`${chunk}:${offset}`, storedFloats(node.shape) * 4);
      return offset / 4;
    });
    const record = [...offsets, ...call.params];
    // Shorter records (fewer terms) are padded in front of their sizes, which kernels read from the end.
    const padding = new Array<number>(length - record.length).fill(0);
    words.push(...offsets.slice(0, -1), ...padding, ...offsets.slice(-1), ...call.params);
    flop += call.flop ?? 0;
  }
  const end = words.length;
  while (words.length % 64 !== 0) words.push(0);
  const first = group[0]!.call;
  const names = new Set(group.map(({ output }) => output.op.name));
  return {
    label: [...names].join("+"),
    kernel: first.kernel,
    chunks: bindings(group[0]!, find),
    table: [start, end - start],
    grid: [
      Math.max(...group.map(({ call }) => call.grid[0])),
      Math.max(...group.map(({ call }) => call.grid[1])),
      group.length,
    ],
    flop,
    bytes: [...touched.values()].reduce((a, b) => a + b, 0),
  };
}
