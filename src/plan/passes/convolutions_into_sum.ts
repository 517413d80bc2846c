/**
 * With running statistics a BatchNorm is a scale and a shift, and a node of a cell is a sum of scaled convolutions, each
 * read by nothing else. Since they are linear, that sum is one convolution of all their inputs together, with the scales
 * in its filters: no product is stored to be read and added. Those of one input become one filter (a 1×1 filter is the
 * tap in the middle of a 3×3 one).
 */
import { type Node, type Op, sameShape, storedFloats } from "../../graph/node.ts";
import { combine, type CombineAttrs, combined, isUnmasked, type Term } from "../../graph/ops/combine.ts";
import { concatChannels } from "../../graph/ops/concat.ts";
import { convolution, type ConvolutionAttrs, convolutionOp } from "../../graph/ops/convolution.ts";
import { joinedFilters } from "../../graph/ops/joined_filters.ts";
import { asStored } from "../../graph/ops/loader.ts";
import { mostStaged, pointwise, type PointwiseAttrs, pointwiseOp } from "../../graph/ops/pointwise.ts";
import type { Tuning } from "../../graph/tuning.ts";
import { rewrite, topological } from "../../graph/rewrite.ts";
import { usesOf } from "./uses.ts";

/** How a convolution sees its input. Terms of a sum have one size, so those of one view fit each other. */
interface View extends Pick<ConvolutionAttrs, "kernel" | "stride"> {
  /** Row and column, in the input, of the first tap of the first window; negative in the zeros around it. */
  readonly origin: readonly [number, number];
  readonly relu: boolean;
}

/** A term of a sum that is a scaled convolution. */
interface Product {
  readonly x: Node;
  readonly scale: Node;
  readonly view: View;
}

/** The convolutions of one input. */
interface Part {
  readonly input: Node;
  /** Of the first product, which has the most taps: those of the others are among them. */
  readonly view: View;
  readonly products: readonly Product[];
}

/** Maps that lie one after the other, and the map of all of them. */
interface Joint {
  readonly maps: readonly Node[];
  readonly whole: Node;
}

export function convolutionsIntoSum(outputs: readonly Node[], tuning: Tuning): Node[] {
  const uses = usesOf(outputs);
  const packed = packedIn(outputs);
  /** Where each map lies that can lie anywhere and was joined with others. */
  const joints = new Map<Node, Joint>();
  /** The maps that can lie anywhere. */
  const movable = new Set<Node>();
  const joined = (node: Node, old: Node): Node => {
    if (!isUnmasked(node)) return node;
    const { terms, bias } = combined(node);
    const before = combined(old as Node<CombineAttrs>).terms;
    const products = terms.flatMap((term, k) => uses.get(before[k]!.x) === 1 ? productOf(term) : []);
    const groups = groupsOf(partsOf(products), movable, joints, tuning)
      .filter((group) => group.length > 1 || group[0]!.products.length > 1);
    if (groups.length === 0) return node;
    const gone = new Set(groups.flat().flatMap((part) => part.products.map(({ x }) => x)));
    const sums = groups.map((group): Term => ({ x: sumOf(group, joints) }));
    return combine([...terms.filter(({ x }) => !gone.has(x)), ...sums], bias, { relu: node.attrs.relu });
  };
  return rewrite(outputs, (node, old) => {
    const made = joined(node, old);
    if (!packed.has(old) && made.op.call !== undefined) movable.add(made);
    return made;
  });
}

/** The nodes that lie in the memory of another. */
const packedIn = (outputs: readonly Node[]): ReadonlySet<Node> =>
  new Set(topological(outputs).flatMap((n) => n.op.placement?.(n).kind === "pack" ? n.inputs : []));

/** A term as a scaled convolution, if it is one. */
function productOf({ x, scale }: Term): Product[] {
  if (!scale) return [];
  if (x.op === (convolutionOp as Op)) {
    const { kernel, stride, pad, offset = [0, 0], load = asStored } = x.attrs as ConvolutionAttrs;
    if (load.scale || load.shift) return [];
    const origin = [offset[0] - pad[0], offset[1] - pad[1]] as const;
    return [{ x, scale, view: { kernel, stride, origin, relu: load.relu } }];
  }
  if (x.op !== (pointwiseOp as Op)) return [];
  const { transpose, relu = false } = x.attrs as PointwiseAttrs;
  if (transpose) return [];
  return [{ x, scale, view: { kernel: [1, 1], stride: [1, 1], origin: [0, 0], relu } }];
}

/** The products by their inputs, widest filters first. */
function partsOf(products: readonly Product[]): Part[] {
  const taps = ({ view: { kernel } }: Product): number => kernel[0] * kernel[1];
  const parts: { input: Node; view: View; products: Product[] }[] = [];
  for (const product of products.toSorted((a, b) => taps(b) - taps(a))) {
    const input = product.x.inputs[0]!;
    const part = parts.find((part) => part.input === input && isAmong(product.view, part.view));
    if (part) part.products.push(product);
    else parts.push({ input, view: product.view, products: [product] });
  }
  return parts;
}

/** Where the first tap of `view` lies among those of `wider`. */
const placeIn = (view: View, wider: View): [number, number] => [
  view.origin[0] - wider.origin[0],
  view.origin[1] - wider.origin[1],
];

/** Whether every tap of `view` is one of `wider`. */
const isAmong = (view: View, wider: View): boolean =>
  view.relu === wider.relu && sameShape(view.stride, wider.stride) &&
  placeIn(view, wider).every((at, axis) => at >= 0 && at + view.kernel[axis]! <= wider.kernel[axis]!);

/** Parts that can be one convolution: of equal views, their inputs side by side or free to be put so. */
function groupsOf(
  parts: readonly Part[],
  movable: ReadonlySet<Node>,
  joints: ReadonlyMap<Node, Joint>,
  tuning: Tuning,
): Part[][] {
  const alike = Map.groupBy(parts, ({ input, view }) => JSON.stringify([input.shape.slice(1), view]));
  /** Inputs that are taken: a map cannot lie side by side with two others. */
  const taken = new Set<Node>(joints.keys());
  return [...alike.values()].flatMap((parts) => {
    const of = new Map(parts.map((part) => [part.input, part]));
    const whole = [...new Set(parts.map(({ input }) => joints.get(input)))]
      .filter((joint) => joint?.maps.every((map) => of.has(map)))
      .map((joint) => joint!.maps.map((map) => of.get(map)!));
    const free = parts.filter(({ input }) => movable.has(input) && !taken.has(input));
    free.forEach(({ input }) => taken.add(input));
    const others = new Set(parts).difference(new Set([...whole.flat(), ...free]));
    return [...filled(whole, free, tuning), ...[...others].map((part) => [part])];
  });
}

/** The groups and the further parts, in as few groups as one map and one kernel hold. */
function filled(groups: readonly Part[][], parts: readonly Part[], tuning: Tuning): Part[][] {
  const all = groups.map((group) => [...group]);
  for (const part of parts) {
    const group = all.find((group) => fits([...group, part], tuning));
    if (group) group.push(part);
    else all.push([part]);
  }
  return all;
}

function fits(group: readonly Part[], tuning: Tuning): boolean {
  const sum = (of: (x: Node) => number): number => group.reduce((total, { input }) => total + of(input), 0);
  const { kernel: [rows, columns] } = group[0]!.view;
  return sum(({ shape }) => storedFloats(shape)) <= tuning.pointwise.joined &&
    (rows * columns > 1 || sum(({ shape }) => shape[0]!) <= mostStaged(tuning));
}

/** The sum of a group's products. */
function sumOf(group: readonly Part[], joints: Map<Node, Joint>): Node {
  const { view } = group[0]!;
  const w = joinedFilters(
    group.map(({ input, products }) => ({
      channels: input.shape[0]!,
      terms: products.map(({ x, scale, view: own }) => ({
        w: x.inputs[1]!,
        scale,
        kernel: own.kernel,
        at: placeIn(own, view),
      })),
    })),
    view.kernel,
  );
  const x = join(group.map(({ input }) => input), joints);
  const { op, attrs } = group[0]!.products[0]!.x;
  return op === (pointwiseOp as Op)
    ? pointwise(x, w, attrs as PointwiseAttrs)
    : convolution(x, w, attrs as ConvolutionAttrs);
}

/** The map of all `maps`, the first of which may be joined already. */
function join(maps: readonly Node[], joints: Map<Node, Joint>): Node {
  if (maps.length === 1) return maps[0]!;
  const before = joints.get(maps[0]!);
  const whole = concatChannels(before ? [before.whole, ...maps.slice(before.maps.length)] : maps);
  const joint = { maps, whole };
  for (const map of maps) joints.set(map, joint);
  return whole;
}
