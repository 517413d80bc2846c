/** DARTS genotypes as text: JSON, and the Python expression that every DARTS repository prints and reads. */
import type { DartsGenotype, GenotypeEdge } from "./genotype.ts";

/** JSON, one cell a line; `readGenotype` reads it back. */
export function genotypeJson(genotype: DartsGenotype): string {
  const { normal, normal_concat, reduce, reduce_concat } = genotype;
  const fields = Object.entries({ normal, normal_concat, reduce, reduce_concat });
  return `{\n${fields.map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`).join(",\n")}\n}\n`;
}

/** The Python expression, as `repr` prints it. */
export function genotypePython(genotype: DartsGenotype): string {
  const edges = (list: readonly GenotypeEdge[]) =>
    list.map(([name, from]) => `('${name}', ${from})`).join(", ");
  const nodes = (list: readonly number[]) => {
    const first = list[0]!;
    const contiguous = list.every((node, i) => node === first + i);
    return contiguous ? `range(${first}, ${first + list.length})` : `[${list.join(", ")}]`;
  };
  return `Genotype(normal=[${edges(genotype.normal)}], normal_concat=${nodes(genotype.normal_concat)}, ` +
    `reduce=[${edges(genotype.reduce)}], reduce_concat=${nodes(genotype.reduce_concat)})`;
}
