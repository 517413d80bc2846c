/**
 * Published tables of trained cells: what a searched cell reaches, looked up instead of trained.
 *
 * ```ts
 * import { equal } from "node:assert/strict";
 * import { loadNasbench201 } from "@ms-darts/ms-darts/benchmarks";
 *
 * const table = await loadNasbench201(); // comes along with the project
 * const cell = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|";
 * const { accuracies, rank, cells } = table.lookup(cell);
 * equal(accuracies.cifar10_test_200.toFixed(2), "94.36");
 * equal(`${rank} of ${cells}`, "3 of 15625");
 * ```
 *
 * @module
 */
export { type Baseline, type Baselines, bestOfRandom, distanceWords, type Expected } from "./baselines.ts";
export {
  loadNasbench201,
  type Nasbench201,
  type Nasbench201Column,
  nasbench201Columns,
  type Nasbench201Dataset,
  nasbench201Datasets,
  type Nasbench201Entry,
} from "./nasbench201.ts";
export { openTable, rankingDataset } from "./open_table.ts";
export type { Standing } from "./standing.ts";
export {
  type CellTable,
  entryWords,
  type TableEntry,
  type TableLookup,
  type TableSettings,
} from "./table_lookup.ts";
