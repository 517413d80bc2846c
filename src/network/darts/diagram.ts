/** A DARTS genotype as drawings: two cells with the names of the papers. */
import { cellTitles, type CellType, cellTypes } from "../../spaces/darts_cell.ts";
import type { CellDiagram } from "../diagram.ts";
import { type DartsGenotype, presentEdges } from "./genotype.ts";

const notes: Readonly<Record<CellType, string>> = {
  normal: "c_{k-2} and c_{k-1} are the outputs of the two cells before.",
  reduce: "Operations on c_{k-2} and c_{k-1} have stride 2, which halves height and width.",
};

export const cellDiagrams = (genotype: DartsGenotype): CellDiagram[] =>
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
