/** The table of NAS-Bench-201 as a judge. */
import type { NasBench201Genotype } from "../network/nasbench201/genotype.ts";
import type { Judge, JudgeSettings } from "./judge.ts";
import { loadNasbench201 } from "./nasbench201.ts";

/** Cells are ranked on CIFAR-100 where that is searched on, else on CIFAR-10. */
export async function openNasbench201Judge(
  { data, benchmark, benchmarkDataset }: JudgeSettings,
): Promise<Judge<NasBench201Genotype>> {
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
