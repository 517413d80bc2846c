/**
 * A mean shift over points that each lack one operation of one edge, as a graph: what `ms-removal` moves the alphas by.
 */
import type { Node } from "../graph/node.ts";
import { addAll, affine, constant, mul, reshape, scale, slice, sub, uniformNoise } from "../graph/ops/mod.ts";
import { type AlphaLayout, flatten } from "../network/alphas.ts";
import { largestOfRows } from "./gumbel.ts";

/** What a shift over removals needs besides where it starts. */
export interface RemovalShift {
  /** Where the matrices of the space stand in the vector. */
  readonly layout: AlphaLayout;
  /** Random key of the step, u32 [2]: it chooses the edge. */
  readonly key: Node;
  /** The loss [1] of a mixing vector [floats]. */
  readonly loss: (mixing: Node) => Node;
}

/**
 * The way uphill for the alphas of one edge, drawn by chance; zero for the others, [floats]. The points p_k are the
 * mixing vector without operation k of the edge: its weight is 0, the others stay as they are. An average of the points
 * that weighs each by exp(−loss) (MS-DARTS eq. 5 to 11, with the better points weighing more) lies, to first order in
 * their losses L_k, at a step along −A_k·(mean L − L_k) from the average that weighs all alike: operations without which
 * the loss is large rise, those that are not missed fall. What is returned, to be descended, is mean L − L_k, in nats.
 */
export function removalSlope(mixing: Node, { layout, key, loss }: RemovalShift): Node {
  const shapes = layout.matrices.map(({ shape }) => shape);
  const rows = shapes.reduce((sum, [count]) => sum + count, 0);
  const chosen = largestOfRows(uniformNoise(key, 0, [1, rows]));
  const starts = shapes.map((_, m) => shapes.slice(0, m).reduce((sum, [count]) => sum + count, 0));
  /** One for an operation of the chosen edge, [floats]. */
  const alone = (k: number) =>
    flatten(
      shapes.map(([count, columns], m) => {
        const one = Float32Array.from({ length: count * columns }, (_, i) => Number(i % columns === k));
        return mul(reshape(slice(chosen, starts[m]!, [count]), [count, 1]), constant(one, [count, columns]));
      }),
      layout,
    );
  const choices = Array.from(
    { length: Math.max(...shapes.map(([, columns]) => columns)) },
    (_, k) => alone(k),
  );
  const losses = choices.map((one) => loss(mul(mixing, affine(one, -1, 1))));
  const mean = scale(addAll(losses), 1 / losses.length);
  return addAll(choices.map((one, k) => mul(one, sub(mean, losses[k]!))));
}
