/** The network of a NAS-Bench-201 cell: the supernet's, with one operation an edge and all BatchNorms affine. */
import type { Node } from "../../graph/node.ts";
import { constant } from "../../graph/ops/mod.ts";
import { type Weighted, weightedSum } from "../../nn/affine.ts";
import type { Scope } from "../../nn/scope.ts";
import { nasbench201Edges, nasbench201Nodes } from "../../spaces/nasbench201.ts";
import { usageError } from "../../errors.ts";
import { setting } from "../../setting.ts";
import type { SupernetParts } from "../family.ts";
import type { EvaluationSize } from "../frame.ts";
import { edgeOperation, skeleton } from "./frame.ts";
import { edgeOperations, type NasBench201Genotype } from "./genotype.ts";

/** A node without an input, `none` being chosen on all of its edges. The benchmark, too, computes none as 0 · x. */
const nothing = (x: Node): Weighted => ({ value: { x }, weight: constant(0, [1]) });

/** Logits of the network. Throws a usage error for an auxiliary head, which the benchmark's networks have none of. */
export function networkLogits(
  scope: Scope,
  genotype: NasBench201Genotype,
  size: EvaluationSize,
  { images }: Pick<SupernetParts, "images">,
): { readonly logits: Node } {
  if (size.auxiliary) {
    throw usageError(
      `The networks of NAS-Bench-201 have no auxiliary head; leave ${
        setting("auxiliary")
      } out or set it to 0.`,
    );
  }
  const operations = edgeOperations(genotype);
  const logits = skeleton(scope, images, size, (module, x) => {
    const states = [x];
    for (const node of nasbench201Nodes) {
      const summands = nasbench201Edges.flatMap(({ from, to }, e): Weighted[] => {
        if (to !== node) return [];
        const value = edgeOperation(module.child(`layers.${e}`), operations[e]!, states[from]!, {
          mixed: false,
        });
        return value ? [{ value }] : [];
      });
      states.push(weightedSum(summands.length > 0 ? summands : [nothing(x)]));
    }
    return states.at(-1)!;
  });
  return { logits };
}
