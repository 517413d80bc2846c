/**
 * The auxiliary skip connection of DARTS- (Chu et al. 2021): beside an edge's mixed operation, outside of
 * its softmax, so that the candidate skip need not stabilise the supernet's training too.
 */
import type { Node } from "../graph/node.ts";
import type { Weighted } from "../nn/affine.ts";
import { factorizedReduce } from "../nn/layers.ts";
import type { Scope } from "../nn/scope.ts";
import type { SupernetParts } from "./family.ts";
import type { SupernetVariant } from "./variant.ts";

/**
 * One more summand of an edge that reads `x`: the identity, or where the edge strides a FactorizedReduce, weighted by
 * the number `auxiliary_skip_weight`; none where the variant has no auxiliary skip. Its parameters are the edge's
 * `auxiliary_op`.
 */
export function auxiliarySkip(
  scope: Scope,
  x: Node,
  stride: 1 | 2,
  { variant, number }: { readonly variant: SupernetVariant } & Pick<SupernetParts, "number">,
): Weighted[] {
  if (!variant.auxiliarySkip) return [];
  const value = stride === 1 ? { x } : factorizedReduce(scope.child("auxiliary_op"), x, x.shape[0]!, false);
  return [{ value, weight: number("auxiliary_skip_weight") }];
}
