/** The two halves of an SGD step over a flat parameter vector. */
import source from "../../../shaders/sgd.wgsl" with { type: "text" };
import {
  type Call,
  elements,
  floatBits,
  type Kernel,
  type Node,
  node,
  type Op,
  plainCall,
  sameShape,
} from "../node.ts";
import type { Tuning } from "../tuning.ts";

/** The numbers of {@link sgdVelocity}. */
export interface SgdAttrs {
  /** Share of the velocity that stays. */
  readonly momentum: number;
  /** L2 penalty: this times the weights is added to the gradient. */
  readonly weightDecay: number;
}

/** @param operands weights, velocity, gradient, and the factor of either step */
function call(
  n: Node,
  operands: readonly Node[],
  { momentum, weightDecay }: SgdAttrs,
  kernel: Pick<Kernel, "label"> & Partial<Kernel>,
  tuning: Tuning,
): Call {
  const quads = Math.ceil(elements(operands[0]!.shape) / 4);
  return {
    ...plainCall(
      { ...n, inputs: operands },
      ["w", "v", "g", "factor"],
      { source, ...kernel },
      tuning,
    ),
    params: { n: quads, momentum: floatBits(momentum), decay: floatBits(weightDecay) },
    grid: [Math.min(tuning.mostGroups.sgd, Math.ceil(quads / tuning.threads)), 1],
    flop: 6 * 4 * quads,
  };
}

const velocityOp: Op<SgdAttrs> = {
  name: "sgd_velocity",
  gradient: "none",
  call: (n, tuning) => call(n, n.inputs, n.attrs, { label: "sgd velocity" }, tuning),
};
const updateOp: Op<null> = {
  name: "sgd_update",
  gradient: "none",
  call: (n, tuning) => {
    const [w, v, lr] = n.inputs as [Node, Node, Node];
    const none = { momentum: 0, weightDecay: 0 };
    return call(n, [w, v, v, lr], none, { label: "sgd update", constants: { UPDATE: 1 } }, tuning);
  },
};

function flat(what: string, tensors: readonly Node[]): void {
  const [w] = tensors as [Node];
  if (w.shape.length !== 1 || tensors.some((x) => !sameShape(x.shape, w.shape))) {
    throw new TypeError(
      `Cannot build ${what}: needs flat vectors of one size, got ${tensors.map((x) => `[${x.shape}]`)}`,
    );
  }
}

/** momentum·velocity + clip·gradient + weightDecay·weights; all [P], `clip` [1]. */
export function sgdVelocity(
  weights: Node,
  velocity: Node,
  gradient: Node,
  clip: Node,
  attrs: SgdAttrs,
): Node {
  flat("sgd_velocity", [weights, velocity, gradient]);
  return node(velocityOp, [weights, velocity, gradient, clip], attrs, weights.shape);
}

/** weights − lr·velocity; [P], `lr` [1]. */
export function sgdUpdate(weights: Node, velocity: Node, lr: Node): Node {
  flat("sgd_update", [weights, velocity]);
  return node(updateOp, [weights, velocity, lr], null, weights.shape);
}
