/** The instructions of a light program: words that `shaders/elementwise.wgsl` reads, in the order they run. */
import { type Node, storedFloats } from "../graph/node.ts";
import type { Item } from "./schedule.ts";

/** Where a node lies: its chunk and its first float in it. */
export type Find = (node: Node) => { readonly chunk: number; readonly offset: number };

/** Words of the instructions, one after the other. Each of the program's threads has every `threads`-th element. */
export function programWords(items: readonly Item[], find: Find, threads: number): number[] {
  const waits = waitsOf(items, find, threads);
  return items.flatMap((item, i) => instruction(item, waits[i]!, find));
}

/**
 * Which instructions wait for earlier ones: those that read what another thread wrote since the last that waited. Along a
 * chain of elementwise operations a thread reads what it wrote itself.
 */
function waitsOf(items: readonly Item[], find: Find, threads: number): boolean[] {
  let written: { readonly from: number; readonly to: number }[] = [];
  return items.map(({ call, output, at }) => {
    const { inOrder, elements } = call.light!;
    const waits = call.operands.some(({ node }, k) => {
      const from = find(node).offset;
      const to = from + storedFloats(node.shape);
      return written.some((w) =>
        from < w.to && w.from < to && !(inOrder[k] && (from - w.from) % threads === 0)
      );
    });
    if (waits) written = [];
    const from = find(output).offset + at;
    written.push({ from, to: from + elements });
    return waits;
  });
}

/** Code, elements, vectors, whether it waits, output, operands, parameters. */
function instruction({ call, output, at }: Item, waits: boolean, find: Find): number[] {
  const { code, elements, params, counted } = call.light!;
  const operands = call.operands.map(({ node }) => find(node).offset);
  const count = counted ? [operands.length] : [];
  const rest = [find(output).offset + at, ...count, ...operands, ...Object.values(params)];
  const vectors = Math.max(3, 1 + Math.ceil(rest.length / 4));
  const padding = new Array<number>(4 * (vectors - 1) - rest.length).fill(0);
  return [code, elements, vectors, Number(waits), ...rest, ...padding];
}
