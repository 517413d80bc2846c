/**
 * What a kernel makes of a feature map as it loads it: max(scale[c]·x + shift[c], 0), each part optional, instead of
 * a map that is stored to be read. Only the planner's passes set loaders; nodes that have one have no gradient.
 */
import type { Call, Node } from "../node.ts";

/** The attribute `load` of a node. Its vectors, of shape [C], are the node's last inputs: scale, then shift. */
export interface Loader {
  /** Whether there is a scale [C]. */
  readonly scale: boolean;
  /** Whether there is a shift [C]. */
  readonly shift: boolean;
  /** Whether max(·, 0) is taken last. */
  readonly relu: boolean;
}
/** Attributes of operations whose kernels have a loader. */
export interface LoadAttrs {
  /** Set by the planner; nothing is done to the map when left out. */
  readonly load?: Loader;
}

/** A feature map and what is to be made of it. */
export interface Loaded {
  readonly x: Node;
  /** [C]. */
  readonly scale?: Node | undefined;
  /** [C]. */
  readonly shift?: Node | undefined;
  readonly relu: boolean;
}

export const asStored: Loader = { scale: false, shift: false, relu: false };
export const justRelu: Loader = { ...asStored, relu: true };

/** The node with `loaded` in place of its input `at`, which its loader so far adds no vectors to. */
export function loadThrough(n: Node, at: number, { x, scale, shift, relu }: Loaded): Node {
  const { load = asStored } = n.attrs as LoadAttrs;
  if (load.scale || load.shift) throw new TypeError(`Cannot give ${n.op.name} a second affine loader`);
  const inputs = [...n.inputs.with(at, x), ...[scale, shift].filter((v) => v !== undefined)];
  const loader = { scale: scale !== undefined, shift: shift !== undefined, relu: relu || load.relu };
  return { ...n, inputs, attrs: { ...(n.attrs as object), load: loader } };
}

/** An input gradient that is 0 wherever `mask`, of its shape, is not positive. */
export function maskedInputGrad(dx: Node, mask: Node): Node {
  return { ...dx, inputs: [...dx.inputs, mask], attrs: { ...(dx.attrs as object), load: asStored } };
}

/** Operands of a call for scale and shift, read through `slot`; `other` stands in for what there is not. */
export function loaderOperands(
  { inputs, attrs: { load = asStored } }: Node<LoadAttrs>,
  slot: number,
  other: Node,
): Call["operands"] {
  const vectors = inputs.slice(inputs.length - Number(load.scale) - Number(load.shift));
  const any = vectors[0] ?? other;
  return [load.scale ? vectors[0]! : any, load.shift ? vectors.at(-1)! : any].map((node) => ({ slot, node }));
}

/**
 * How kernels take max(x, 0) so that NaN stays NaN, which compilers may drop from a max: x becomes 0 where its bits as
 * a signed integer lie below this word. Those of negative numbers do, which end with −∞ at 0xff800000, and no others;
 * without ReLU none do.
 */
export const lowestKept = (relu: boolean): number => (relu ? 0xff800001 : 0x80000000);

/** Params of a call: 1 where there is a scale plus 2 where there is a shift, and {@link lowestKept}. */
export const loaderParams = ({ load = asStored }: LoadAttrs): [number, number] => [
  Number(load.scale) + 2 * Number(load.shift),
  lowestKept(load.relu),
];

/** Throws where the planner has fused something into a node, which then has no gradient. */
export function refuseFused(name: string, fused: unknown): void {
  if (fused) throw new TypeError(`Cannot differentiate ${name}: differentiate the graph before planning it`);
}
