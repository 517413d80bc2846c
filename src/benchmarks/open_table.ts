/** Opens the table of trained cells that a space has. A new table is a file and a case here. */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import { cells } from "../network/nasbench1shot1/count.ts";
import type { ModelSpec } from "../network/nasbench1shot1/model_spec.ts";
import type { NasBench201Genotype } from "../network/nasbench201/genotype.ts";
import type { NasBench1Shot1Space } from "../spaces/nasbench1shot1.ts";
import type { NasBench201Space } from "../spaces/nasbench201.ts";
import type { Space } from "../spaces/space.ts";
import { baselinesOf } from "./baselines.ts";
import { openNasbench101 } from "./nasbench101.ts";
import { loadNasbench201, type Nasbench201Dataset } from "./nasbench201.ts";
import { rounded } from "./standing.ts";
import type { CellTable, TableSettings } from "./table_lookup.ts";

/**
 * NAS-Bench-101 for the spaces of NAS-Bench-1Shot1, which are parts of it. Cells are ranked by their mean over the
 * repeats of 108 epochs on CIFAR-10, among the cells of the space. Undefined without a file. Throws a usage error for
 * another data set.
 */
async function openNasbench101Lookup(
  { benchmark, benchmarkDataset }: TableSettings,
  space: NasBench1Shot1Space,
): Promise<CellTable<ModelSpec> | undefined> {
  if (benchmarkDataset !== undefined && benchmarkDataset !== "cifar10") {
    throw usageError(
      `NAS-Bench-101 knows cifar10 alone; leave ${setting("benchmarkDataset")} ${benchmarkDataset} out.`,
    );
  }
  if (benchmark === undefined) {
    if (benchmarkDataset === undefined) return undefined;
    throw usageError(
      `${setting("benchmarkDataset")} is for a table: give ${
        setting("benchmark")
      } the path of NAS-Bench-101's .tfrecord.`,
    );
  }
  const table = (await openNasbench101(benchmark)).among(cells(space));
  const names = { table: "nasbench101", dataset: "cifar10" };
  return {
    lookup(spec) {
      const { testError, validationError, rank, cells, regret } = table.lookup(spec);
      return {
        ...names,
        accuracies: { cifar10: rounded(100 - testError) },
        validation: rounded(100 - validationError),
        rank,
        of: cells,
        regret,
      };
    },
    baselines: () => baselinesOf({ ...names, accuracies: table.testErrors().map((error) => 100 - error) }),
  };
}

/** The data set that ranks the cells of a space, for images of a name. */
export const rankingDataset = (
  { kind }: Pick<Space, "kind">,
  { data, benchmarkDataset }: TableSettings,
): Nasbench201Dataset =>
  kind === "nasbench201" ? benchmarkDataset ?? (data === "cifar100" ? "cifar100" : "cifar10") : "cifar10";

/**
 * NAS-Bench-201: cells are ranked on CIFAR-100 where that is searched on, else on CIFAR-10; among all, whatever the space
 * is. What is drawn at random are cells of the space.
 */
async function openNasbench201Lookup(
  settings: TableSettings,
  space: NasBench201Space,
): Promise<CellTable<NasBench201Genotype>> {
  const table = await loadNasbench201(settings.benchmark);
  const dataset = rankingDataset(space, settings);
  return {
    lookup({ arch }) {
      const { accuracies: all, rank, cells, regret } = table.lookup(arch, dataset);
      const accuracies = {
        "cifar10": all.cifar10_test_200,
        "cifar100": all.cifar100_test_200,
        "imagenet16-120": all.imagenet16_120_test_200,
      };
      return { table: "nasbench201", dataset, accuracies, rank, of: cells, regret };
    },
    baselines: (cost) => table.baselines(cost, dataset, space.operations),
  };
}

/**
 * The table of a space; undefined where it has none, or where it neither comes with the project nor was given. Throws a
 * usage error for settings of a table where the space has none, and a data error for a damaged table.
 */
export async function openTable(space: Space, settings: TableSettings): Promise<CellTable | undefined> {
  switch (space.kind) {
    case "nasbench1shot1":
      return await openNasbench101Lookup(settings, space) as CellTable | undefined;
    case "nasbench201":
      return await openNasbench201Lookup(settings, space) as CellTable;
    case "darts": {
      if (settings.benchmark === undefined && settings.benchmarkDataset === undefined) return undefined;
      const given = settings.benchmark !== undefined ? "benchmark" : "benchmarkDataset";
      throw usageError(
        `There is no table of the space ${space.name}; leave ${setting(given)} out or choose another ${
          setting("space")
        }.`,
      );
    }
  }
}
