/** The family of DARTS cells: S1 to S5. */
import type { DartsSpace } from "../../spaces/darts_cell.ts";
import type { Family } from "../family.ts";
import { cellDiagrams } from "./diagram.ts";
import { choices, discretize, randomCells } from "./discretize.ts";
import { networkDropPaths, networkLogits } from "./evaluation.ts";
import { type DartsGenotype, genotypeSchema } from "./genotype.ts";
import { supernetLogits } from "./supernet.ts";
import { genotypeJson, genotypePython, readPython } from "./text.ts";

export const darts: Family<DartsSpace, DartsGenotype> = {
  matrices: ({ matrices }) => matrices,
  dropPaths: ({ edges }, { layers }) => layers * edges.length,
  supernet: supernetLogits,
  discretize,
  choices,
  random: randomCells,
  field: "normal",
  schema: genotypeSchema,
  read: readPython,
  text: genotypePython,
  json: genotypeJson,
  operations: ({ normal, reduce }) => [normal, reduce].map((edges) => edges.map(([operation]) => operation)),
  diagrams: cellDiagrams,
  networkDropPaths,
  network: networkLogits,
};
