/**
 * With running statistics a BatchNorm is a scale and a shift, and a node of a cell is a sum of scaled pointwise
 * convolutions, each read by nothing else. Since they are linear, that sum is one pointwise convolution of all their
 * inputs together, with the scales in its matrix: no product is stored to be read and added.
 */
import { type Node, type Op, storedFloats } from "../../graph/node.ts";
import { combine, type CombineAttrs, combined, combineOp, type Term } from "../../graph/ops/combine.ts";
import { concatChannels } from "../../graph/ops/concat.ts";
import { mul } from "../../graph/ops/elementwise.ts";
import { mostStaged, type PointwiseAttrs, pointwiseOp, pointwiseSum } from "../../graph/ops/pointwise.ts";
import { pack, reshape } from "../../graph/ops/view.ts";
import type { Tuning } from "../../graph/tuning.ts";
import { rewrite } from "../../graph/rewrite.ts";
import { usesOf } from "./uses.ts";

export function pointwiseIntoSum(outputs: readonly Node[], tuning: Tuning): Node[] {
  const uses = usesOf(outputs);
  const once = (node: Node): boolean => uses.get(node) === 1;
  return rewrite(outputs, (node, old) => {
    if (!isUnmasked(node)) return node;
    const { terms, bias } = combined(node);
    const before = combined(old as Node<CombineAttrs>).terms;
    const absorbed = terms.filter((term, k) =>
      once(before[k]!.x) && isProduct(term, once(before[k]!.x.inputs[0]!))
    );
    if (absorbed.length < 2) return node;
    const rest = terms.filter((term) => !absorbed.includes(term));
    const sums = groupsOf(absorbed, tuning).map((
      group,
    ): Term => (group.length > 1 ? { x: sumOf(group) } : group[0]!));
    return combine([...rest, ...sums], bias, { relu: node.attrs.relu });
  });
}

const isUnmasked = (n: Node): n is Node<CombineAttrs> =>
  n.op === (combineOp as Op) && !(n as Node<CombineAttrs>).attrs.mask;

/** Whether a term is a scaled product whose input can be computed into a larger map, for nothing else reads it. */
function isProduct({ x, scale }: Term, inputOnce: boolean): boolean {
  if (!scale || x.op !== (pointwiseOp as Op) || x.inputs[1]!.shape.length !== 2) return false;
  const { transpose, relu } = x.attrs as PointwiseAttrs;
  return !transpose && !relu && inputOnce && x.inputs[0]!.op.call !== undefined;
}

/** Products of equal matrices' shapes, as many at a time as one kernel and one map hold. */
function groupsOf(terms: readonly Term[], tuning: Tuning): Term[][] {
  const groups: { inputs: number; most: number; terms: Term[] }[] = [];
  for (const term of terms) {
    const x = term.x.inputs[0]!;
    const inputs = x.shape[0]!;
    let group = groups.find((g) => g.inputs === inputs && g.terms.length < g.most);
    if (!group) {
      const most = Math.floor(
        Math.min(mostStaged(tuning) / inputs, tuning.pointwise.joined / storedFloats(x.shape)),
      );
      groups.push(group = { inputs, most, terms: [] });
    }
    group.terms.push(term);
  }
  return groups.map((group) => group.terms);
}

function sumOf(terms: readonly Term[]): Node {
  const [outputs, inputs] = terms[0]!.x.inputs[1]!.shape as [number, number];
  const matrices = terms.map(({ x, scale }) => mul(x.inputs[1]!, reshape(scale!, [outputs, 1])));
  const offsets = matrices.map((_, k) => k * outputs * inputs);
  return pointwiseSum(
    concatChannels(terms.map(({ x }) => x.inputs[0]!)),
    pack(matrices, offsets, [terms.length, outputs, inputs]),
  );
}
