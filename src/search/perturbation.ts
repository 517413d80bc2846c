/**
 * Perturbations of a mixing vector, as graphs: the steps of SmoothDARTS (Chen & Hsieh 2020), which
 * MS-DARTS takes over.
 */
import { gradient } from "../gradient/gradient.ts";
import type { Node } from "../graph/node.ts";
import {
  add,
  affine,
  equal,
  min,
  mul,
  neg,
  projectRows,
  scale,
  sign,
  sub,
  uniformNoise,
  where,
} from "../graph/ops/mod.ts";
import { type AlphaLayout, mapMatrices } from "../network/alphas.ts";

/**
 * Uniform in [−ε, ε), each entry its own: a displacement [floats]. `epsilon` is [1]; uses of a key differ in `stream`.
 */
export const cubeNoise = (key: Node, stream: number, { floats }: AlphaLayout, epsilon: Node): Node =>
  mul(affine(uniformNoise(key, stream, [floats]), 2, -1), epsilon);

/** Every row of a mixing vector [floats] brought onto the simplex, as {@link projectRows} does. */
export const projectMixing = (mixing: Node, layout: AlphaLayout): Node =>
  mapMatrices(mixing, layout, projectRows);

/** What {@link signAscent} needs besides where it starts. */
export interface Ascent {
  /** Where the matrices of the space stand in the vector. */
  readonly layout: AlphaLayout;
  /** The ascent's first point is the start displaced by this [floats] and projected. */
  readonly displacement: Node;
  /** ε, [1]. */
  readonly epsilon: Node;
  /** Steps of 2ε/steps each. */
  readonly steps: number;
  /** The loss [1] of a mixing vector [floats]. */
  readonly loss: (mixing: Node) => Node;
}

/**
 * Where a loss is large around a mixing vector [floats]: projected gradient ascent by the gradient's sign. After each
 * step the point is cut to the cube of ±ε around the start, then its rows are brought onto the simplex, which may
 * leave the cube again (as in the public code). The start itself is returned where it has the larger loss.
 */
export function signAscent(start: Node, { layout, displacement, epsilon, steps, loss }: Ascent): Node {
  let point = projectMixing(add(start, displacement), layout);
  for (let step = 0; step < steps; step++) {
    const [slope] = gradient(loss(point), [point]) as [Node];
    const moved = add(point, mul(sign(slope), scale(epsilon, 2 / steps)));
    point = projectMixing(add(start, within(sub(moved, start), epsilon)), layout);
  }
  const [before, after] = [loss(start), loss(point)];
  const grown = equal(min(before, after), before);
  return where(grown, point, start);
}

/** x limited to [−bound, bound]; `bound` is [1]. */
const within = (x: Node, bound: Node): Node => neg(min(neg(min(x, bound)), bound));
