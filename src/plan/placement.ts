/** Where every tensor of a graph lies: in memory of its own, in a range of another, or copied to where it must be. */
import { type Call, type Node, storedFloats } from "../graph/node.ts";
import { copyCall, zeroCall } from "../graph/ops/elementwise_call.ts";
import { constantOp, inputOp } from "../graph/ops/leaf.ts";
import { topological } from "../graph/rewrite.ts";
import type { Tuning } from "../graph/tuning.ts";
import { append } from "../lists.ts";

/** Where a node lies: `offset` floats into the node that owns the memory. */
export interface Location {
  readonly owner: Node;
  readonly offset: number;
}

/** A write of some of a node's memory that is no operation of the graph. */
export interface Filling {
  readonly call: Call;
  /** What it reads, for the order of execution. */
  readonly reads: Node;
  /** Floats into the node. */
  readonly at: number;
}

export interface Placed {
  readonly order: readonly Node[];
  readonly locate: (node: Node) => Location;
  /** The kernel call of a computed node; undefined for leaves, views and packs. */
  readonly callOf: (node: Node) => Call | undefined;
  /** Copies and zeros that make up a pack, or a view that had to be copied. */
  readonly fillings: (node: Node) => readonly Filling[];
}

export const isLeaf = (n: Node): boolean =>
  n.op === (inputOp as Node["op"]) || n.op === (constantOp as Node["op"]);

export function place(outputs: readonly Node[], tuning: Tuning): Placed {
  const order = topological(outputs);
  const calls = new Map<Node, Call>();
  const users = new Map<Node, Node[]>();
  const placements = new Map(order.map((n) => [n, n.op.placement?.(n)] as const));
  for (const n of order) {
    if (n.op.call !== undefined && placements.get(n) === undefined) calls.set(n, n.op.call(n, tuning));
    else if (placements.get(n) === undefined && !isLeaf(n)) throw new Error(`${n.op.name} has no kernel`);
    for (const x of n.inputs) append(users, x, n);
  }

  const parents = new Map<Node, Location>();
  const locate = (n: Node): Location => {
    const parent = parents.get(n);
    if (parent === undefined) return { owner: n, offset: 0 };
    const up = locate(parent.owner);
    return { owner: up.owner, offset: up.offset + parent.offset };
  };
  /** Whether every kernel that reads a node can do so at any float: most kernels count offsets in vec4. */
  const readAnywhere = (n: Node): boolean =>
    (users.get(n) ?? []).every((user) => {
      const placement = placements.get(user);
      if (placement?.kind === "view") return readAnywhere(user);
      return placement?.kind === "pack" || calls.get(user)?.kernel.floats === true;
    });

  const fillings = new Map<Node, Filling[]>();
  for (const n of order) {
    const placement = placements.get(n);
    if (placement?.kind !== "view") continue;
    const range: Location = { owner: n.inputs[0]!, offset: placement.offset };
    if ((locate(range.owner).offset + range.offset) % 4 === 0 || readAnywhere(n)) {
      parents.set(n, range);
    } else {
      // The range under a name of its own: the node itself is the copy.
      const source: Node = { ...n };
      parents.set(source, range);
      fillings.set(n, [{ call: copyCall(source, tuning), reads: range.owner, at: 0 }]);
    }
  }
  const taken = new Set<Node>();
  for (const n of order) {
    const placement = placements.get(n);
    if (placement?.kind !== "pack") continue;
    const { offsets } = placement;
    const own: Filling[] = [];
    n.inputs.forEach((x, i) => {
      const offset = offsets[i]!;
      const movable = !taken.has(x) && !parents.has(x) &&
        (calls.has(x) || placements.get(x)?.kind === "pack");
      const anywhere = calls.get(x)?.kernel.floats === true && readAnywhere(x);
      if (movable && (offset % 4 === 0 || anywhere)) {
        taken.add(x);
        parents.set(x, { owner: n, offset });
      } else {
        own.push({ call: copyCall(x, tuning), reads: x, at: offset });
      }
    });
    const spans = n.inputs.map((x, i) => [offsets[i]!, offsets[i]! + storedFloats(x.shape)] as const);
    let end = 0;
    for (
      const [from, to] of [...spans.toSorted((a, b) => a[0] - b[0]), [storedFloats(n.shape), 0] as const]
    ) {
      const reads = n.inputs[0]!;
      if (from > end) own.push({ call: zeroCall(reads, from - end, tuning), reads, at: end });
      end = Math.max(end, to);
    }
    fillings.set(n, own);
  }
  return { order, locate, callOf: (n) => calls.get(n), fillings: (n) => fillings.get(n) ?? [] };
}

/**
 * Which memory lies in chunk 0, where programs of light calls reach it: the dense tensors of at most `most` floats, and
 * those that a call reads through one binding with others, such as the scales of a weighted sum.
 */
export function smallOf({ order, locate, callOf }: Placed, most: number): (owner: Node) => boolean {
  const together = new Set<Node>();
  for (const call of order.map(callOf)) {
    for (const [slot, operands] of Map.groupBy(call?.operands ?? [], ({ slot }) => slot)) {
      if (operands.length === 1 || (slot === 0 && call?.split)) continue;
      operands.forEach(({ node }) => together.add(locate(node).owner));
    }
  }
  return (owner) => owner.shape.length < 4 && (storedFloats(owner.shape) <= most || together.has(owner));
}
