/**
 * The gradient layer: reverse-mode differentiation as a function from graphs to graphs. Every rule builds its
 * result from operations that have rules themselves, so a gradient can be differentiated again (exact
 * Hessian-vector products).
 */
import { type Node, sameShape } from "../graph/node.ts";
import { accumulate } from "../graph/ops/combine.ts";
import { mergeChannels } from "../graph/ops/concat.ts";
import { addAll } from "../graph/ops/elementwise.ts";
import { constant } from "../graph/ops/leaf.ts";
import { pack, type PackAttrs, packOp } from "../graph/ops/view.ts";
import { share, topological } from "../graph/rewrite.ts";
import { append } from "../lists.ts";

/**
 * Gradients of a scalar `loss` (shape [1]) with respect to each of `wrt`, in their shapes. The graph is shared
 * first, so that the adjoints of an operation used by many edges are added before its one backward step.
 */
export function gradient(loss: Node, wrt: readonly Node[]): Node[] {
  const [root, ...targets] = share([loss, ...wrt]) as [Node, ...Node[]];
  if (!sameShape(root.shape, [1])) {
    throw new TypeError(
      `Cannot differentiate ${root.op.name}: a loss has shape [1], this one [${root.shape}]`,
    );
  }
  const order = topological([root]);
  const wanted = new Set(targets);
  const active = new Set<Node>();
  for (const n of order) if (wanted.has(n) || n.inputs.some((x) => active.has(x))) active.add(n);

  const terms = new Map<Node, Node[]>([[root, [constant(1, [1])]]]);
  const totals = new Map<Node, Node>();
  for (const n of order.toReversed()) {
    const parts = terms.get(n);
    if (parts === undefined || !active.has(n)) continue;
    terms.delete(n);
    const dy = addUp(n, parts);
    totals.set(n, dy);
    if (!n.inputs.some((x) => active.has(x))) continue;
    if (n.op.gradient === "none") {
      throw new TypeError(`Cannot differentiate ${n.op.name} of [${n.inputs.map((x) => `[${x.shape}]`)}]`);
    }
    const gradients = n.op.gradient(n, dy);
    if (gradients.length !== n.inputs.length) {
      throw new TypeError(`Gradient of ${n.op.name}: ${gradients.length} for ${n.inputs.length} inputs`);
    }
    gradients.forEach((g, i) => {
      const x = n.inputs[i]!;
      if (g === null || !active.has(x)) return;
      if (!sameShape(g.shape, x.shape)) {
        throw new TypeError(`Gradient of ${n.op.name}, input ${i}: shape [${g.shape}], needs [${x.shape}]`);
      }
      append(terms, x, g);
    });
  }
  return targets.map((x) => totals.get(x) ?? constant(0, x.shape));
}

function addUp(x: Node, parts: readonly Node[]): Node {
  if (parts.length === 1) return parts[0]!;
  if (x.shape.length === 4) return accumulate(mergeChannels(parts));
  return addAll(mergePacks(parts));
}

/**
 * Adjoints of slices are packs of one piece. Pieces that do not overlap go into one pack: the gradient of a
 * vector of all alphas is one tensor, not a sum of a hundred nearly empty ones.
 */
function mergePacks(parts: readonly Node[]): Node[] {
  const rest: Node[] = [];
  const merged: { inputs: Node[]; offsets: number[]; used: Set<number>; like: Node }[] = [];
  for (const part of parts) {
    if (part.op !== packOp) {
      rest.push(part);
      continue;
    }
    const { offsets } = part.attrs as PackAttrs;
    const covered = part.inputs.flatMap((x, i) =>
      Array.from({ length: x.shape.reduce((a, b) => a * b, 1) }, (_, j) => offsets[i]! + j)
    );
    let home = merged.find((m) => covered.every((j) => !m.used.has(j)));
    if (home === undefined) merged.push(home = { inputs: [], offsets: [], used: new Set(), like: part });
    home.inputs.push(...part.inputs);
    home.offsets.push(...offsets);
    covered.forEach((j) => home.used.add(j));
  }
  return [...rest, ...merged.map((m) => pack(m.inputs, m.offsets, m.like.shape))];
}
