/** Opens the table of trained cells that a space has. A new table is a file and an entry of `tables`, by kind of space. */
import { usageError } from "../errors.ts";
import type { Genotype } from "../network/genotype.ts";
import type { Space, SpaceKind } from "../spaces/space.ts";
import { openNasbench101Lookup } from "./nasbench101_lookup.ts";
import { openNasbench201Lookup } from "./nasbench201_lookup.ts";
import type { TableLookup, TableSettings } from "./table_lookup.ts";

/** Reads a table. Undefined where it neither comes with the project nor was given. */
type OpenTable<S, G> = (settings: TableSettings, space: S) => Promise<TableLookup<G> | undefined>;

const tables = {
  nasbench1shot1: openNasbench101Lookup,
  nasbench201: openNasbench201Lookup,
} as unknown as Readonly<Partial<Record<SpaceKind, OpenTable<Space, Genotype>>>>;

/**
 * The table of a space; undefined where it has none. Throws a usage error for settings of a table where the space has
 * none, and a data error for a damaged table.
 */
export async function openTable(space: Space, settings: TableSettings): Promise<TableLookup | undefined> {
  const { kind, name } = space;
  const open = tables[kind];
  if (open) return await open(settings, space);
  const given = settings.benchmark !== undefined ? "--benchmark" : "--benchmark-dataset";
  if (settings.benchmark === undefined && settings.benchmarkDataset === undefined) return undefined;
  throw usageError(`There is no table of the space ${name}; leave ${given} out or choose another --space.`);
}
