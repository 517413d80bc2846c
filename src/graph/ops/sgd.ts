/** The two halves of an SGD step over a flat parameter vector. */
import source from "../../../shaders/sgd.wgsl" with { type: "text" };
import { type Call, eachBound, elements, floatBits, type Node, node, type Op, sameShape } from "../node.ts";
import type { Tuning } from "../tuning.ts";

interface SgdAttrs {
  readonly momentum: number;
  readonly weightDecay: number;
}

/** @param operands weights, velocity, gradient, factor */
function call(
  step: "velocity" | "update",
  operands: readonly Node[],
  { momentum, weightDecay }: SgdAttrs,
  { threads: THREADS, mostGroups }: Tuning,
): Call {
  const quads = Math.ceil(elements(operands[0]!.shape) / 4);
  return {
    kernel: {
      label: `sgd ${step}`,
      source,
      defines: { THREADS },
      ...(step === "update" && { constants: { UPDATE: 1 } }),
    },
    bindings: ["w", "v", "g", "factor"],
    operands: eachBound(operands),
    params: { n: quads, momentum: floatBits(momentum), decay: floatBits(weightDecay) },
    grid: [Math.min(mostGroups.sgd, Math.ceil(quads / THREADS)), 1],
    flop: 6 * 4 * quads,
  };
}

const velocityOp: Op<SgdAttrs> = {
  name: "sgd_velocity",
  gradient: "none",
  call: (n, tuning) => call("velocity", n.inputs, n.attrs, tuning),
};
const updateOp: Op<null> = {
  name: "sgd_update",
  gradient: "none",
  call: (n, tuning) => {
    const [w, v, lr] = n.inputs as [Node, Node, Node];
    return call("update", [w, v, v, lr], { momentum: 0, weightDecay: 0 }, tuning);
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
