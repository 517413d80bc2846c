/** Finds the genotype a user means: a published name, a file, or the text itself. */
import { nearest, usageError } from "../errors.ts";
import { genotypeAliases, publishedGenotypes, type PublishedName } from "./darts/published.ts";
import { type Genotype, isGenotypeText, readGenotype } from "./genotype.ts";

export const publishedNames = Object.keys(publishedGenotypes) as PublishedName[];

/** Case and punctuation do not tell names apart: `PC-DARTS (cifar)` is `PC_DARTS_cifar`. */
const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** The published genotype of that name or alias, or undefined. */
export function publishedGenotype(name: string): Genotype | undefined {
  const alias = Object.keys(genotypeAliases).find((candidate) => bare(candidate) === bare(name));
  const found = publishedNames.find((candidate) =>
    bare(candidate) === bare(alias ? genotypeAliases[alias]! : name)
  );
  return found && publishedGenotypes[found];
}

/**
 * Reads `text` as genotype text (JSON or `Genotype(…)`), else as a published name, else as the path of a file
 * with such text. Throws a usage error: unreadable or invalid genotype, or nothing of that name, with the
 * nearest published one.
 */
export function resolveGenotype(text: string): Genotype {
  if (isGenotypeText(text)) return readGenotype(text, "the given text");
  const published = publishedGenotype(text);
  if (published) return published;
  let content: string;
  try {
    content = Deno.readTextFileSync(text);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) {
      throw usageError(`Cannot read the genotype file "${text}": ${(cause as Error).message}`, { cause });
    }
    const names = [...publishedNames, ...Object.keys(genotypeAliases)];
    throw usageError(
      `Unknown genotype "${text}": there is no such file and no published genotype of that name. ` +
        `Did you mean ${nearest(text, names)}?`,
      { cause },
    );
  }
  return readGenotype(content, text);
}
