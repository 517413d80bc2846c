/** The family of DARTS cells: S1 to S5. */
import { cellTitles, cellTypes, type DartsSpace, edgeTensors, stateName } from "../../spaces/darts_cell.ts";
import { edgeMatrices, type WeightedCell } from "../edge_weights.ts";
import type { Family } from "../family.ts";
import { cellDiagrams } from "./diagram.ts";
import { choices, discretize, randomCells, sampleChoices } from "./discretize.ts";
import { networkDropPaths, networkLogits } from "./evaluation.ts";
import { type DartsGenotype, genotypeFields, parseGenotype, presentEdges } from "./genotype.ts";
import { supernetLogits } from "./supernet.ts";
import { genotypeJson, genotypePython } from "./text.ts";

/** The cells as edge weights see them. */
const weightedCells = ({ edges }: DartsSpace): WeightedCell[] =>
  cellTypes.map((cell) => ({ tensor: edgeTensors[cell], title: cellTitles[cell], edges, stateName }));

export const darts: Family<DartsSpace, DartsGenotype> = {
  matrices: (space, { edgeNormalisation }) =>
    edgeNormalisation ? [...space.matrices, ...weightedCells(space).flatMap(edgeMatrices)] : space.matrices,
  traces: { stem: "stem.0.weight", widening: 3, others: 0 },
  dropPaths: ({ edges }, { layers }) => layers * edges.length,
  supernet: supernetLogits,
  discretize,
  choices,
  random: randomCells,
  sample: sampleChoices,
  field: "normal",
  parse: parseGenotype,
  // The last two are of AutoDL-Projects, where they are None for such cells.
  classes: { Genotype: [...genotypeFields, "connectN", "connects"] },
  text: genotypePython,
  json: genotypeJson,
  operations: ({ normal, reduce }) =>
    [normal, reduce].map((entries) => presentEdges(entries).map(([operation]) => operation)),
  diagrams: cellDiagrams,
  networkDropPaths,
  network: networkLogits,
};
