/**
 * An average over 3×3 windows that only weighted sums read is never stored: they take it as they read the map that it
 * is of, which they often add as well (a skip connection beside an average pooling).
 */
import type { Node, Op } from "../../graph/node.ts";
import { avgPoolOp } from "../../graph/ops/avg_pool.ts";
import { type CombineAttrs, combined, isUnmasked, type Term } from "../../graph/ops/combine.ts";
import type { PoolAttrs } from "../../graph/ops/max_pool.ts";
import { pooledSum, type PooledTerm } from "../../graph/ops/pooled_sum.ts";
import { rewrite, topological } from "../../graph/rewrite.ts";

export function averagesIntoSum(outputs: readonly Node[]): Node[] {
  const stored = new Set<Node>(outputs);
  for (const node of topological(outputs)) {
    const terms = isUnmasked(node) ? combined(node).terms : [];
    const scaled = new Set(terms.flatMap((t) => (t.scale ? [t.x] : [])));
    for (const x of node.inputs) if (!scaled.has(x)) stored.add(x);
    // The sum takes an average times a scale only: the map itself is read where a term of it has none.
    for (const { x, scale } of terms) if (!scale) stored.add(x);
  }
  return rewrite(outputs, (node, old) => {
    if (!isUnmasked(node)) return node;
    const { terms, bias } = combined(node);
    const { terms: before } = combined(old as Node<CombineAttrs>);
    const averages = terms.filter((_, k) => isAverage(before[k]!) && !stored.has(before[k]!.x));
    if (averages.length === 0) return node;
    return pooledSum(withAverages(terms, averages), bias, node.attrs.relu);
  });
}

function isAverage({ x: { op, attrs } }: Term): boolean {
  if (op !== (avgPoolOp as Op)) return false;
  const { kernel, stride, pad } = attrs as PoolAttrs;
  return kernel === 3 && stride === 1 && pad === 1;
}

/** The terms, each average with a term of the map that it is of, where there is one. */
function withAverages(terms: readonly Term[], averages: readonly Term[]): PooledTerm[] {
  const own = ({ x, scale }: Term): PooledTerm => ({ x, own: scale ?? "once" });
  const others = terms.filter((term) => !averages.includes(term));
  const paired = averages.map(({ x: { inputs: [x] }, scale }) => ({ x: x!, pooled: scale }));
  const taken = new Set<Term>();
  const merged = paired.map((average): PooledTerm => {
    const same = others.find((term) => term.x === average.x && !taken.has(term));
    if (same === undefined) return average;
    taken.add(same);
    return { ...average, ...own(same) };
  });
  return [...merged, ...others.filter((term) => !taken.has(term)).map(own)];
}
