/** The table of NAS-Bench-101 as a judge of the spaces of NAS-Bench-1Shot1, which are parts of it. */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import { cells } from "../network/nasbench1shot1/count.ts";
import type { ModelSpec } from "../network/nasbench1shot1/model_spec.ts";
import type { NasBench1Shot1Space } from "../spaces/nasbench1shot1.ts";
import type { Judge, JudgeSettings } from "./judge.ts";
import { openNasbench101 } from "./nasbench101.ts";
import { rounded } from "./standing.ts";

/**
 * Cells are judged by their mean over the repeats of 108 epochs on CIFAR-10, among the cells of the space. Undefined
 * without a file. Raises a usage error for another data set.
 */
export async function openNasbench101Judge(
  { benchmark, benchmarkDataset }: JudgeSettings,
  space: NasBench1Shot1Space,
): Promise<Judge<ModelSpec> | undefined> {
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
  return (spec) => {
    const { testError, validationError, rank, cells, regret } = table.lookup(spec);
    return {
      table: "nasbench101",
      dataset: "cifar10",
      accuracies: { cifar10: rounded(100 - testError) },
      validation: rounded(100 - validationError),
      rank,
      of: cells,
      regret,
    };
  };
}
