/** Table lookups in NAS-Bench-201. */
import type { NasBench201Genotype } from "../network/nasbench201/genotype.ts";
import { loadNasbench201 } from "./nasbench201.ts";
import type { TableLookup, TableSettings } from "./table_lookup.ts";

/** Cells are ranked on CIFAR-100 where that is searched on, else on CIFAR-10. */
export async function openNasbench201Lookup(
  { data, benchmark, benchmarkDataset }: TableSettings,
): Promise<TableLookup<NasBench201Genotype>> {
  const table = await loadNasbench201(benchmark);
  const dataset = benchmarkDataset ?? (data === "cifar100" ? "cifar100" : "cifar10");
  return ({ arch }) => {
    const { accuracies: all, rank, cells, regret } = table.lookup(arch, dataset);
    const accuracies = {
      "cifar10": all.cifar10_test_200,
      "cifar100": all.cifar100_test_200,
      "imagenet16-120": all.imagenet16_120_test_200,
    };
    return { table: "nasbench201", dataset, accuracies, rank, of: cells, regret };
  };
}
