/** A DARTS genotype as drawings: two cells with the names of the papers. */
import { type CellType, cellTitles, cellTypes } from "../../spaces/darts_cell.ts";
import type { CellDiagram } from "../diagram.ts";
import type { DartsGenotype } from "./genotype.ts";

const notes: Readonly<Record<CellType, string>> = {
  normal: "",
  reduce: "Operations on c_{k-2} and c_{k-1} have stride 2.",
};

export const cellDiagrams = (genotype: DartsGenotype): CellDiagram[] =>
  cellTypes.map((cell) => {
    const edges = genotype[cell].map(([operation, from]) => ({ operation, from }));
    return {
      name: cell,
      title: cellTitles[cell],
      inputs: ["c_{k-2}", "c_{k-1}"],
      nodes: Array.from(
        { length: edges.length / 2 },
        (_, i) => ({ name: String(i), edges: edges.slice(2 * i, 2 * i + 2) }),
      ),
      output: { name: "c_{k}", from: genotype[`${cell}_concat`] },
      note: notes[cell],
    };
  });
