/** From groups of calls to dispatches: which chunks are bound, and the words of the table. */
import { type Call, kernelKey, type Node, storedFloats } from "../graph/node.ts";
import { programKernel } from "../graph/ops/elementwise_call.ts";
import { mostGroups } from "../graph/ops/grid.ts";
import type { Tuning } from "../graph/tuning.ts";
import type { Dispatch } from "./plan.ts";
import { type Find, programWords } from "./light_program.ts";
import type { Item } from "./schedule.ts";

/** The dispatches of a group of calls: one, unless its operands lie in several chunks. */
export function emitCalls(group: readonly Item[], find: Find, words: number[]): Dispatch[] {
  return oneBindingEach(group, find).flatMap((wave) =>
    splitByChunks(wave, find).map((part) => emit(part, find, words))
  );
}

/**
 * Calls whose operands of slot 0 lie in several chunks become a sequence of calls. The first calls of all items
 * are one wave, their second calls the next, and so on.
 */
function oneBindingEach(group: readonly Item[], find: Find): Item[][] {
  const waves: Item[][] = [];
  for (const item of group) {
    const { call } = item;
    const chunks = call.operands.flatMap(({ slot, node }) => (slot === 0 ? [find(node).chunk] : []));
    const parts = Map.groupBy(chunks.keys(), (i) => chunks[i]!);
    const calls = parts.size > 1 && call.split ? call.split([...parts.values()]) : [call];
    calls.forEach((part, i) => (waves[i] ??= []).push({ ...item, call: part }));
  }
  return waves;
}

/** One dispatch has one kernel and one set of bindings. */
const splitByChunks = (group: readonly Item[], find: Find): Item[][] => [
  ...Map.groupBy(group, (item) => `${bindings(item, find)}|${kernelKey(item.call.kernel)}`).values(),
];

/** The chunks of a call's bindings: one for each slot, then the output's. */
function bindings({ call, output }: Item, find: Find): number[] {
  const chunks = new Array<number>(call.bindings.length).fill(-1);
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
  // A slot without operands is bound all the same, and not to what is written.
  const any = chunks.find((chunk) => chunk !== -1 && chunk !== out) ?? out;
  return [...chunks.map((chunk) => (chunk === -1 ? any : chunk)), out];
}

/** What items compute, and the bytes that they touch, each range once. */
function traffic(items: readonly Item[], find: Find): Pick<Dispatch, "flop" | "bytes"> {
  const ranges = new Map<string, number>();
  const touch = (node: Node, at: number, floats: number) => {
    const { chunk, offset } = find(node);
    const range = `${chunk}:${offset + at}`;
    ranges.set(range, Math.max(4 * floats, ranges.get(range) ?? 0));
  };
  for (const { call, output, at } of items) {
    for (const { node } of call.operands) touch(node, 0, storedFloats(node.shape));
    // A light call may fill a part of its output only.
    const written = call.light ? 4 * Math.ceil(call.light.elements / 4) : Infinity;
    touch(output, at, Math.min(written, storedFloats(output.shape)));
  }
  return {
    flop: items.reduce((sum, { call }) => sum + (call.flop ?? 0), 0),
    bytes: [...ranges.values()].reduce((a, b) => a + b, 0),
  };
}

const labelOf = (items: readonly Item[]): string =>
  [...new Set(items.map(({ output }) => output.op.name))].join("+");

/** Fills the table up to where the next dispatch's part may start. */
function align(words: number[]): void {
  while (words.length % 64 !== 0) words.push(0);
}

const recordLength = ({ operands, params }: Call): number => operands.length + 1 + Object.keys(params).length;

function emit(group: readonly Item[], find: Find, words: number[]): Dispatch {
  const start = words.length;
  // Records start at multiples of 4 words, so that kernels may read them four at a time.
  const longest = Math.max(...group.map(({ call }) => recordLength(call)));
  const length = Math.ceil(longest / 4) * 4;
  words.push(length, 0, 0, 0);
  const first = group[0]!.call;
  const unit = first.kernel.floats ? 1 : 4;
  for (const item of group) {
    const { call, output, at } = item;
    const offsets = call.operands.map(({ node }) => find(node).offset / unit);
    const padding = new Array<number>(length - recordLength(call)).fill(0);
    const rest = [(find(output).offset + at) / unit, ...Object.values(call.params)];
    words.push(...offsets, ...(first.kernel.variadic ? [...padding, ...rest] : [...rest, ...padding]));
  }
  const end = words.length;
  align(words);
  const largest = (axis: 0 | 1): number => Math.max(...group.map(({ call }) => call.grid[axis]));
  const [x, y] = [largest(0), largest(1)];
  if (Math.max(x, y, group.length) > mostGroups) {
    throw new RangeError(
      `${first.kernel.label} would take ${x}×${y}×${group.length} workgroups, of which one axis has at most ${mostGroups}`,
    );
  }
  return {
    label: labelOf(group),
    kernel: first.kernel,
    chunks: bindings(group[0]!, find),
    table: [start, end - start],
    grid: [x, y, group.length],
    calls: group.map(({ call: { grid, operands, params } }) => ({
      grid,
      places: [
        ...operands.keys(),
        first.kernel.variadic ? length - Object.keys(params).length - 1 : operands.length,
      ],
    })),
    ...traffic(group, find),
  };
}

/** One dispatch of programs, a workgroup each; all they touch lies in chunk 0. */
export function emitPrograms(
  programs: readonly (readonly Item[])[],
  find: Find,
  words: number[],
  tuning: Tuning,
): Dispatch {
  const start = words.length;
  words.push(...programs.flatMap(() => [0, 0, 0, 0]));
  const vectors = (): number => (words.length - start) / 4;
  programs.forEach((items, i) => {
    words[start + 4 * i] = vectors();
    words.push(...programWords(items, find, tuning.program.threads));
    words[start + 4 * i + 1] = vectors();
  });
  const end = words.length;
  align(words);
  return {
    label: labelOf(programs.flat()),
    kernel: programKernel(tuning),
    chunks: [0],
    table: [start, end - start],
    grid: [1, 1, programs.length],
    calls: programs.map(() => ({ grid: [1, 1], places: [] })),
    ...traffic(programs.flat(), find),
  };
}
