/** Published tables of trained cells: what a searched cell reaches, looked up instead of trained. */
export { loadNasbench201, nasbench201Datasets } from "./nasbench201.ts";
export { openTable } from "./open_table.ts";
export { entryWords, type TableEntry, tableEntrySchema, type TableLookup } from "./table_lookup.ts";
