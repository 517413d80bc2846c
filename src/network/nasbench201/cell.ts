/** The operations on the edges of a NAS-Bench-201 cell. */
import type { Node } from "../../graph/node.ts";
import type { Affine } from "../../nn/affine.ts";
import { candidates } from "../../nn/candidates.ts";
import type { OperationName } from "../../nn/operation_names.ts";
import type { Scope } from "../../nn/scope.ts";

/**
 * An operation on an edge; null: it contributes nothing. No edge of the cell strides, and no pool has a BatchNorm.
 */
export const edgeOperation = (
  scope: Scope,
  name: OperationName,
  x: Node,
  { mixed }: { readonly mixed: boolean },
): Affine | null => candidates[name](scope, x, { stride: 1, mixed: mixed && name !== "avg_pool_3x3" });
