/** The warning that the field's best-known failure calls for: a search that ends in cells that learn little. */
import { cellDiagrams, cellOperations, type Genotype } from "../network/genotype.ts";
import type { OperationName } from "../nn/operation_names.ts";

/** Operations without a parameter where nothing strides. */
const parameterFree: readonly OperationName[] = [
  "none",
  "skip_connect",
  "max_pool_3x3",
  "avg_pool_3x3",
  "maxpool3x3",
  "noise",
];

/**
 * One sentence for `ReportData.notes` when at least half of the operations of the first cell have no parameters, or
 * when it has no operation.
 */
export function collapseNote(genotype: Genotype): string | undefined {
  const operations = cellOperations(genotype)[0]!;
  const count = operations.filter((operation) => parameterFree.includes(operation)).length;
  const cell = cellDiagrams(genotype)[0]!.title.toLowerCase();
  if (operations.length === 0) {
    return `The ${cell} has no edge, so it learns nothing. A longer search, a larger --arch-lr or a lower ` +
      "--edge-threshold keeps some.";
  }
  if (2 * count < operations.length) return undefined;
  return `The search may have collapsed: ${count} of the ${operations.length} operations of the ${cell} have no ` +
    "parameters. Another seed, fewer epochs or a larger --epsilon may find a better cell.";
}
