/**
 * Which calls run, and which of them together. Calls of one kernel that do not depend on each other become one
 * dispatch: every call goes to its earliest level, and the calls of a level with the same kernel form a group.
 */
import { type Call, type Node, type Placement, storedFloats } from "../graph/node.ts";
import { copyCall, zeroCall } from "../graph/ops/elementwise.ts";
import { constantOp, inputOp } from "../graph/ops/leaf.ts";
import { topological } from "../graph/rewrite.ts";

/** Where a node lies: `offset` floats into the node that owns the memory. */
export interface Location {
  readonly owner: Node;
  readonly offset: number;
}

/** One computation: a call and the node whose memory it writes. */
export interface Item {
  readonly call: Call;
  readonly output: Node;
}

export interface Schedule {
  /** In order of execution; the items of a group run as one dispatch. */
  readonly groups: readonly (readonly Item[])[];
  readonly locate: (node: Node) => Location;
}

const isLeaf = (n: Node): boolean => n.op === (inputOp as Node["op"]) || n.op === (constantOp as Node["op"]);

export function schedule(outputs: readonly Node[]): Schedule {
  const order = topological(outputs);
  const parents = new Map<Node, Location>();
  const locate = (n: Node): Location => {
    const parent = parents.get(n);
    if (parent === undefined) return { owner: n, offset: 0 };
    const up = locate(parent.owner);
    return { owner: up.owner, offset: up.offset + parent.offset };
  };

  const placements = new Map<Node, Placement>();
  for (const n of order) {
    const placement = n.op.placement?.(n);
    if (placement?.kind === "view") {
      // A view that does not start at a multiple of 4 floats is computed (copied) instead.
      if (placement.offset % 4 === 0) parents.set(n, { owner: n.inputs[0]!, offset: placement.offset });
      else if (n.op.call === undefined) {
        throw new Error(`${n.op.name} at ${placement.offset} floats has no copy`);
      } else continue;
    }
    if (placement) placements.set(n, placement);
  }
  const items: (Item & { level: number })[] = [];
  const levels = new Map<Node, number>();
  const emit = (call: Call, output: Node, level: number): void => void items.push({ call, output, level });
  const placed = new Set<Node>();
  for (const n of order) {
    const after = Math.max(0, ...n.inputs.map((x) => levels.get(x)!));
    const placement = placements.get(n);
    if (placement?.kind === "pack") {
      levels.set(n, packLevels(n, placement.offsets, after));
    } else if (placement !== undefined || isLeaf(n)) {
      levels.set(n, after);
    } else {
      if (n.op.call === undefined) throw new Error(`${n.op.name} has no kernel`);
      emit(n.op.call(n), n, after + 1);
      levels.set(n, after + 1);
    }
  }

  /** Places or copies the inputs of a pack, zeroes what they leave, and returns the level at which it is whole. */
  function packLevels(n: Node, offsets: readonly number[], after: number): number {
    let level = after;
    n.inputs.forEach((x, i) => {
      const offset = offsets[i]!;
      if (offset % 4 === 0 && !isLeaf(x) && !parents.has(x) && !placed.has(x)) {
        placed.add(x);
        parents.set(x, { owner: n, offset });
      } else {
        emit(copyCall(x, storedFloats(x.shape), 0, offset), n, after + 1);
        level = after + 1;
      }
    });
    let end = 0;
    const spans = n.inputs.map((x, i) => [offsets[i]!, offsets[i]! + storedFloats(x.shape)] as const);
    for (
      const [from, to] of [...spans.toSorted((a, b) => a[0] - b[0]), [storedFloats(n.shape), 0] as const]
    ) {
      if (from > end) {
        emit(zeroCall(n.inputs[0]!, from - end, end), n, after + 1);
        level = after + 1;
      }
      end = Math.max(end, to);
    }
    return level;
  }

  const groups = new Map<string, Item[]>();
  const kernels = new Map<string, number>();
  for (const item of items) {
    const { kernel, grid, operands, params } = item.call;
    const kernelKey = kernelId(kernel, kernels);
    // Ragged kernels share a dispatch while their grids are of one magnitude, so that few workgroups idle.
    const size = kernel.ragged ? Math.ceil(Math.log2(grid[0] * grid[1])) : `${grid}`;
    const words = kernel.ragged ? "" : `${operands.length}+${params.length}`;
    const key = `${String(item.level).padStart(7, "0")}|${kernelKey}|${size}|${words}`;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  const ordered = [...groups].sort((
    [a],
    [b],
  ) => (a.slice(0, 7) < b.slice(0, 7) ? -1 : a.slice(0, 7) > b.slice(0, 7) ? 1 : 0));
  return { groups: ordered.map(([, group]) => group), locate };
}

/** One text for equal kernels: source, expansion and constants. */
export function kernelKey(kernel: Call["kernel"]): string {
  return `${kernel.source}\u0000${JSON.stringify(kernel.defines ?? {})}${
    JSON.stringify(kernel.constants ?? {})
  }`;
}
function kernelId(kernel: Call["kernel"], known: Map<string, number>): number {
  const key = kernelKey(kernel);
  const id = known.get(key) ?? known.size;
  known.set(key, id);
  return id;
}
