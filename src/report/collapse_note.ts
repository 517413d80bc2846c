/** Warnings of the field's best-known failure, collapse: a search that ends in cells that learn little. */
import { cellDiagrams, cellOperations, type Genotype } from "../network/genotype.ts";
import { parameterFree } from "../nn/operation_names.ts";

/** A sentence for each cell without an edge; `why` adds what the method says to it, by the cell's name. */
export function emptyCellNotes(
  genotype: Genotype,
  why: (cell: string) => string | undefined = () => undefined,
): string[] {
  const cells = cellDiagrams(genotype);
  return cellOperations(genotype).flatMap((operations, c) => {
    const { name, title } = cells[c]!;
    if (operations.length > 0) return [];
    const words = `The ${title.toLowerCase()} has no edge: nothing of an image comes through it.`;
    return [[words, why(name)].filter((part) => part !== undefined).join(" ")];
  });
}

/**
 * A sentence when at least half of the operations of the first cell have no parameters, and what `remedies` there are.
 */
export function collapseNote(genotype: Genotype, remedies: string): string | undefined {
  const operations = cellOperations(genotype)[0]!;
  const count = operations.filter((operation) => parameterFree.includes(operation)).length;
  if (operations.length === 0 || 2 * count < operations.length) return undefined;
  const cell = cellDiagrams(genotype)[0]!.title.toLowerCase();
  return `The cell may have collapsed: ${count} of the ${operations.length} operations of the ${cell} have no ` +
    `parameters. ${remedies} may find a better one.`;
}
