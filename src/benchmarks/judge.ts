/**
 * Tables as judges of a search: what the cell of an epoch reaches when it is trained, looked up. Nothing of a search
 * follows a judge. A table is an entry of `judges`, by the kind of the spaces that it knows.
 */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import type { Genotype } from "../network/genotype.ts";
import type { Space, SpaceKind } from "../spaces/space.ts";
import type { Nasbench201Dataset } from "./nasbench201.ts";
import { openNasbench101Judge } from "./nasbench101_judge.ts";
import { openNasbench201Judge } from "./nasbench201_judge.ts";

/** What a table says of a cell. Accuracies in percent, `regret` in percentage points. */
export interface Judgement {
  readonly table: string;
  /** The data set whose accuracy ranks the cells. */
  readonly dataset: string;
  /** Test accuracies by data set. */
  readonly accuracies: Readonly<Record<string, number>>;
  /** Validation accuracy on `dataset`, where the table has it. */
  readonly validation?: number;
  /** 1 is the best. */
  readonly rank: number;
  /** Cells that it is ranked among. */
  readonly of: number;
  /** From the best of these. */
  readonly regret: number;
}

/** Raises a data error for a cell that the table lacks. */
export type Judge<G = Genotype> = (genotype: G) => Judgement;

export interface JudgeSettings {
  /** Name of the data that is searched on. */
  readonly data: string;
  /** Path of the table; where left out, the one that comes with the project, if one does. */
  readonly benchmark?: string | undefined;
  /** The data set that ranks; by default the table's nearest to the data searched on. */
  readonly benchmarkDataset?: Nasbench201Dataset | undefined;
}

/** Reads a table. Undefined where it neither comes with the project nor was given. */
type OpenJudge<S, G> = (settings: JudgeSettings, space: S) => Promise<Judge<G> | undefined>;

const judges = {
  nasbench1shot1: openNasbench101Judge,
  nasbench201: openNasbench201Judge,
} as unknown as Readonly<Partial<Record<SpaceKind, OpenJudge<Space, Genotype>>>>;

/**
 * The judge of a space; undefined where there is no table of it. Raises a usage error for settings of a table where the
 * space has none, and a data error for a damaged table.
 */
export async function openJudge(space: Space, settings: JudgeSettings): Promise<Judge | undefined> {
  const { kind, name } = space;
  const open = judges[kind];
  if (open) return await open(settings, space);
  const given = settings.benchmark !== undefined ? "benchmark" : "benchmarkDataset";
  if (settings.benchmark === undefined && settings.benchmarkDataset === undefined) return undefined;
  throw usageError(
    `There is no table of the space ${name}; leave ${setting(given)} out or choose another ${
      setting("space")
    }.`,
  );
}

/** A judgement in one line. */
export const judgementWords = ({ table, dataset, accuracies, rank, of, regret }: Judgement): string =>
  `${accuracies[dataset]!.toFixed(2)} % on ${dataset} by ${table}, rank ${rank} of ${of}, ${
    regret.toFixed(2)
  } points below the best`;
