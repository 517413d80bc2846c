/** Rows drawn from Dirichlet distributions, with a pathwise gradient of their concentrations. */
import source from "../../../shaders/dirichlet_slope.wgsl" with { type: "text" };
import { elements, type Node, node, type Op, plainCall } from "../node.ts";
import { mul, sub } from "./elementwise.ts";
import { softmax } from "./loss.ts";
import { logGammaNoise } from "./random.ts";
import { sum } from "./reduce.ts";

/** Terms of a series after which it ends in any case. */
const mostTerms = 1000;

const slopeOp: Op<null> = {
  name: "dirichlet_slope",
  gradient: "none",
  call: (n, tuning) => {
    const [rows, columns] = n.shape as [number, number];
    const kernel = { source, defines: { TERMS: mostTerms }, floats: true };
    return {
      ...plainCall(n, ["theta", "concentration"], kernel, tuning),
      params: { rows, columns },
      grid: [Math.ceil(elements(n.shape) / tuning.threads), 1],
    };
  },
};

/**
 * By how much each entry θ of rows drawn with these concentrations grows with its own one, divided by 1 − θ:
 * −(∂F/∂b)/(f·(1 − θ)), with F and f the distribution and the density of the entry alone. Not differentiable.
 */
export const dirichletSlope = (theta: Node, concentration: Node): Node =>
  node(slopeOp, [theta, concentration], null, theta.shape);

interface DirichletAttrs {
  readonly stream: number;
}

const dirichletOp: Op<DirichletAttrs> = {
  name: "dirichlet",
  // An entry's concentration moves it by s·(1 − θ), and the others by −s·θ in proportion to what they are.
  gradient: (n, dy) => [
    mul(dirichletSlope(n, n.inputs[0]!), sub(dy, sum(mul(n, dy), [1]))),
    null,
  ],
  lower: ({ inputs: [concentration, key], attrs: { stream } }) =>
    softmax(logGammaNoise(concentration!, key!, stream), 1),
};

/**
 * For each row of concentrations [R, C], all above 0, a draw from its Dirichlet distribution; a use of the key takes
 * {@link gammaStreams} streams from `stream` on. The gradient is the implicit one of each entry's own Beta distribution
 * (Jankowiak & Obermeyer 2018, "Pathwise derivatives beyond the reparameterization trick"), which has no gradient of
 * its own.
 */
export function dirichlet(concentration: Node, key: Node, stream: number): Node {
  if (concentration.shape.length !== 2) {
    throw new TypeError(`Cannot build dirichlet: needs a matrix, got [${concentration.shape}]`);
  }
  return node(dirichletOp, [concentration, key], { stream }, concentration.shape);
}
