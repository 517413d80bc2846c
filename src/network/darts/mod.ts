/** The family of DARTS cells: S1 to S5. */
import {
  cellTitles,
  type CellType,
  cellTypes,
  type DartsSpace,
  edgeTensors,
  stackCells,
  stateName,
} from "../../spaces/darts_cell.ts";
import type { CellDiagram } from "../diagram.ts";
import { edgeMatrices, type WeightedCell } from "../edge_weights.ts";
import type { Family } from "../family.ts";
import { choices, discretize, randomCells, sampleChoices } from "./discretize.ts";
import { networkDropPaths, networkLogits } from "./evaluation.ts";
import {
  type DartsGenotype,
  genotypeFields,
  genotypeJson,
  genotypePython,
  parseGenotype,
  presentEdges,
} from "./genotype.ts";
import { supernetLogits } from "./supernet.ts";

/** The cells as edge weights see them. */
const weightedCells = ({ edges }: DartsSpace): WeightedCell[] =>
  cellTypes.map((cell) => ({ tensor: edgeTensors[cell], title: cellTitles[cell], edges, stateName }));

const cellsOfType = (layers: number): Record<CellType, number[]> => {
  const of = (type: CellType): number[] =>
    stackCells(layers, 1).flatMap((cell, c) => (cell.type === type ? [c] : []));
  return { normal: of("normal"), reduce: of("reduce") };
};

const notes: Readonly<Record<CellType, string>> = {
  normal: "c_{k-2} and c_{k-1} are the outputs of the two cells before.",
  reduce: "Operations on c_{k-2} and c_{k-1} have stride 2, which halves height and width.",
};

/** Two cells with the names of the papers. */
const cellDiagrams = (genotype: DartsGenotype): CellDiagram[] =>
  cellTypes.map((cell) => {
    const entries = genotype[cell];
    return {
      name: cell,
      title: cellTitles[cell],
      inputs: ["c_{k-2}", "c_{k-1}"],
      nodes: Array.from(
        { length: entries.length / 2 },
        (_, i) => ({
          name: String(i),
          edges: presentEdges(entries.slice(2 * i, 2 * i + 2))
            .map(([operation, from]) => ({ operation, from })),
        }),
      ),
      output: { name: "c_{k}", from: genotype[`${cell}_concat`] },
      note: notes[cell],
    };
  });

export const darts: Family<DartsSpace, DartsGenotype> = {
  matrices: (space, { edgeNormalisation }) =>
    edgeNormalisation ? [...space.matrices, ...weightedCells(space).flatMap(edgeMatrices)] : space.matrices,
  traces: { stem: "stem.0.weight", widening: 3, others: 0 },
  dropPaths: ({ edges }, { layers }) => layers * edges.length,
  cellTypes: cellsOfType,
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
