/**
 * A genotype: the discrete architecture that a search ends with, in the form its space's repositories use. Reading,
 * writing and describing one, whatever its family.
 */
import { usageError } from "../errors.ts";
import { missingInWords } from "../io/missing.ts";
import type { OperationName } from "../nn/operation_names.ts";
import type { DartsGenotype } from "./darts/genotype.ts";
import type { CellDiagram } from "./diagram.ts";
import { familyOf, familyOfGenotype, readNotation } from "./families.ts";
import type { ModelSpec } from "./nasbench1shot1/model_spec.ts";
import type { NasBench201Genotype } from "./nasbench201/genotype.ts";
import { type Space, spaces } from "../spaces/mod.ts";

export type Genotype = DartsGenotype | ModelSpec | NasBench201Genotype;

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
 * The genotype in a parsed JSON value. `source` says where it came from, in errors.
 * Throws a usage error that names the field and what is wrong with it.
 */
export function parseGenotype(value: unknown, source: string): Genotype {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw usageError(`Cannot use the genotype from ${source}: it is no JSON object`);
  }
  const result = familyOfGenotype(value, source).schema.safeParse(value, missingInWords);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const [field, ...indices] = issue.path;
  const where = field === undefined
    ? ""
    : `, ${String(field)}${indices.map((i) => `[${String(i)}]`).join("")}`;
  throw usageError(`Cannot use the genotype from ${source}${where}: ${issue.message}`);
}

/**
 * Reads JSON (`{"normal": [["sep_conv_3x3", 1], …], …}`) or the notation of a family
 * (`Genotype(normal=[('sep_conv_3x3', 1), …], normal_concat=range(2, 6), …)`). Throws a usage error naming `source`.
 */
export function readGenotype(text: string, source: string): Genotype {
  if (!isJson(text)) {
    const value = readNotation(text, source);
    if (value !== undefined) return parseGenotype(value, source);
    throw usageError(
      `Cannot read the genotype from ${source}: there is no Genotype(…), no |operation~0|+… and no JSON object in it`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw usageError(`Cannot read the genotype from ${source}: it is not valid JSON`, { cause });
  }
  return parseGenotype(value, source);
}

const isJson = (text: string): boolean => text.trimStart().startsWith("{");

/** Whether a text is a genotype itself rather than the name of one. */
export const isGenotypeText = (text: string): boolean => isJson(text) || isNotation(text);

function isNotation(text: string): boolean {
  try {
    return readNotation(text, "the given text") !== undefined;
  } catch {
    // Its notation, with a mistake in it.
    return true;
  }
}
