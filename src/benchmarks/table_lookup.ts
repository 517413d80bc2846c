/** Table lookups: what a cell reaches when it is trained, by a table of trained cells. No search follows them. */
import type { Genotype } from "../network/genotype.ts";
import type { Baselines } from "./baselines.ts";
import type { Nasbench201Dataset } from "./nasbench201.ts";

/** What a table says of a cell. Accuracies in percent, `regret` in percentage points. */
export interface TableEntry {
  /** `nasbench101` or `nasbench201`. */
  readonly table: string;
  /** The data set whose accuracy ranks the cells. */
  readonly dataset: string;
  /** Test accuracies by data set. */
  readonly accuracies: Readonly<Record<string, number>>;
  /** Validation accuracy on `dataset`, where the table has it. */
  readonly validation?: number | undefined;
  /** 1 is the best. */
  readonly rank: number;
  /** Cells that it is ranked among. */
  readonly of: number;
  /** From the best of these. */
  readonly regret: number;
}

/** Throws a data error for a cell that the table lacks. */
export type TableLookup<G = Genotype> = (genotype: G) => TableEntry;

/** A table of trained cells. */
export interface CellTable<G = Genotype> {
  /** What it says of a cell. */
  readonly lookup: TableLookup<G>;
  /**
   * What needs no search.
   *
   * @param cost of one search, in multiply-adds of passes forward, for a random search; without it there is none
   */
  readonly baselines: (cost: number | undefined) => Baselines;
}

/** Which table to open, and how it ranks. */
export interface TableSettings {
  /** Name of the data that is searched on. */
  readonly data: string;
  /** Path of the table; where left out, the one that comes with the project, if one does. */
  readonly benchmark?: string | undefined;
  /** The data set that ranks; by default the table's nearest to the data searched on. */
  readonly benchmarkDataset?: Nasbench201Dataset | undefined;
}

/** The entry in one line. */
export const entryWords = ({ table, dataset, accuracies, rank, of, regret }: TableEntry): string =>
  `${accuracies[dataset]!.toFixed(2)} % on ${dataset} by ${table}, rank ${rank} of ${of}, ${
    regret.toFixed(2)
  } points below the best`;
