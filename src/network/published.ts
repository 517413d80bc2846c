/** The genotypes that papers and their code have published, by name. */
import { bare } from "../errors.ts";
import { genotypeAliases, publishedGenotypes, type PublishedName } from "./darts/published.ts";
import type { Genotype } from "./genotype.ts";

/** The names of all of them, as the variables of their repositories are called: `DARTS_V2`, `PC_DARTS_cifar`. */
export const publishedNames: readonly string[] = Object.keys(publishedGenotypes);

/** The published genotype of that name or alias, whatever its case and punctuation; undefined where there is none. */
export function publishedGenotype(name: string): Genotype | undefined {
  const alias = Object.keys(genotypeAliases).find((candidate) => bare(candidate) === bare(name));
  const found = publishedNames.find((candidate) =>
    bare(candidate) === bare(alias ? genotypeAliases[alias]! : name)
  );
  return found === undefined ? undefined : publishedGenotypes[found as PublishedName];
}
