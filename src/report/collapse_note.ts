/** The warning that the field's best-known failure calls for: a search that ends in cells that learn little. */
import type { Genotype } from "../network/genotype.ts";
import type { OperationName } from "../nn/operation_names.ts";

/** Operations without a parameter in a normal cell. */
const parameterFree: readonly OperationName[] = ["skip_connect", "max_pool_3x3", "avg_pool_3x3", "noise"];

/** One sentence for `ReportData.notes` when at least half of the normal cell's edges have no parameters. */
export function collapseNote({ normal }: Genotype): string | undefined {
  const count = normal.filter(([operation]) => parameterFree.includes(operation)).length;
  if (2 * count < normal.length) return undefined;
  return `The search may have collapsed: ${count} of the ${normal.length} edges of the normal cell have no ` +
    "parameters. Another seed, fewer epochs or a larger --epsilon may find a better cell.";
}
