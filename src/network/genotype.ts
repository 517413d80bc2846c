/**
 * A genotype: the discrete architecture that a search ends with, in the form its space's repositories use. Reading,
 * writing and describing one, whatever its family.
 */
import { usageError } from "../errors.ts";
import type { OperationName } from "../nn/operation_names.ts";
import type { CellDiagram } from "./diagram.ts";
import { familyOf, familyOfGenotype, type Genotype } from "./families.ts";
import { findGenotypes, type Found, namesOf } from "./find_genotype.ts";
import { LiteralError } from "./literal.ts";
import { type Fields, Misfit } from "./misfit.ts";
import { type Space, spaces } from "../spaces/mod.ts";

export type { Genotype };

const own = (genotype: Genotype) => familyOfGenotype(genotype, "a search");

/** The space that a genotype is from; the first of those with such cells. */
export const spaceOf = (genotype: Genotype): Space =>
  spaces.find((space) => familyOf(space) === own(genotype))!;

/** JSON, laid out for people; `readGenotype` reads it back. */
export const genotypeJson = (genotype: Genotype): string => own(genotype).json(genotype);

/** As the repositories of its space print and read it. */
export const genotypeText = (genotype: Genotype): string => own(genotype).text(genotype);

/** Its cells as drawings. */
export const cellDiagrams = (genotype: Genotype): readonly CellDiagram[] => own(genotype).diagrams(genotype);

/** The operations of each of its cells; the first cell is the one that collapses. */
export const cellOperations = (genotype: Genotype): readonly (readonly OperationName[])[] =>
  own(genotype).operations(genotype);

/** Skip connections among the operations of all cells. */
export const skipCount = (genotype: Genotype): number =>
  cellOperations(genotype).flat().filter((operation) => operation === "skip_connect").length;

/**
 * The genotype in a parsed value. `source` says where it came from, in errors.
 * Throws a usage error that names where in it something is wrong, and what.
 */
export function parseGenotype(value: unknown, source: string): Genotype {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`Cannot use the genotype from ${source}: it is no JSON object`);
  }
  const family = familyOfGenotype(value, source);
  try {
    return family.parse(value as Fields);
  } catch (cause) {
    if (!(cause instanceof Misfit)) throw cause;
    throw usageError(`Cannot use the genotype from ${source}, ${cause.message}`, { cause });
  }
}

/** Names of genotypes that a message lists. */
const mostListed = 8;

/**
 * Reads the one genotype in a text: JSON (`{"normal": [["sep_conv_3x3", 1], …], …}`), Python
 * (`Genotype(normal=[('sep_conv_3x3', 1), …], normal_concat=range(2, 6), …)`, `ModelSpec(…)`, a dict), the notation of a
 * family, or what has one of them in it, such as a log or a run's `result.json`. Throws a usage error naming `source`.
 */
export function readGenotype(text: string, source: string): Genotype {
  const found = findIn(text, source);
  const [first, second] = found;
  if (first === undefined) {
    const why = text.trim() === ""
      ? "it is empty"
      : "there is no Genotype(…), no ModelSpec(…), no |operation~0|+… and no JSON object in it";
    throw usageError(`Cannot read the genotype from ${source}: ${why}`);
  }
  if (second === undefined) return parseGenotype(first.value, source);
  const names = namesOf(found.slice(0, mostListed), text).join(", ");
  const more = found.length > mostListed ? ", …" : "";
  throw usageError(
    `Cannot read the genotype from ${source}: there is more than one in it, ${found.length} of them ` +
      `(${names}${more}); give one of them alone`,
  );
}

function findIn(text: string, source: string): Found[] {
  try {
    return findGenotypes(text);
  } catch (cause) {
    if (!(cause instanceof LiteralError)) throw cause;
    throw usageError(`Cannot read the genotype from ${source}, ${cause.message}`, { cause });
  }
}
