/** The two halves of an SGD step over a flat parameter vector. */
import source from "../../../shaders/sgd.wgsl" with { type: "text" };
import { type Call, elements, floatBits, type Node, node, type Op, sameShape } from "../node.ts";

interface SgdAttrs {
  readonly momentum: number;
  readonly weightDecay: number;
}

const velocityKernel = { label: "sgd velocity", source };
const updateKernel = { label: "sgd update", source, constants: { UPDATE: 1 } };

function call(kernel: Call["kernel"], operands: readonly Node[], { momentum, weightDecay }: SgdAttrs): Call {
  const quads = Math.ceil(elements(operands[0]!.shape) / 4);
  return {
    kernel,
    slots: 4,
    operands: operands.map((node, slot) => ({ slot, node })),
    params: [quads, floatBits(momentum), floatBits(weightDecay)],
    grid: [Math.min(4096, Math.ceil(quads / 64)), 1],
    flop: 6 * 4 * quads,
  };
}

const velocityOp: Op<SgdAttrs> = {
  name: "sgd_velocity",
  gradient: "none",
  call: (n) => call(velocityKernel, n.inputs, n.attrs),
};
const updateOp: Op<null> = {
  name: "sgd_update",
  gradient: "none",
  call: (n) => {
    const [w, v, lr] = n.inputs as [Node, Node, Node];
    return call(updateKernel, [w, v, v, lr], { momentum: 0, weightDecay: 0 });
  },
};

function flat(what: string, tensors: readonly Node[]): void {
  const [w] = tensors as [Node];
  if (w.shape.length !== 1 || tensors.some((x) => !sameShape(x.shape, w.shape))) {
    throw new TypeError(
      `Cannot build ${what}: wants flat vectors of one size, got ${tensors.map((x) => `[${x.shape}]`)}`,
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
