/** Published tables of trained cells: what a searched cell reaches, looked up instead of trained. */
export {
  loadNasbench201,
  type Nasbench201,
  type Nasbench201Column,
  nasbench201Columns,
  type Nasbench201Dataset,
  nasbench201Datasets,
  type Nasbench201Entry,
} from "./nasbench201.ts";
export { openTable } from "./open_table.ts";
export type { Standing } from "./standing.ts";
export { entryWords, type TableEntry, type TableLookup, type TableSettings } from "./table_lookup.ts";
