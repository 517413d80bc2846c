/** What the trainings behind NAS-Bench-201 cost. */
import { countNetwork } from "../network/count.ts";
import { genotypeOf } from "../network/nasbench201/genotype.ts";
import { nasbench201Edges, type NasBench201Space } from "../spaces/nasbench201.ts";

/** The images that the trainings of 12 epochs saw, and their size (section 2.2 of the paper). */
const datasets = {
  "cifar10": { images: 25_000, size: 32, classes: 10 },
  "cifar100": { images: 50_000, size: 32, classes: 100 },
  "imagenet16-120": { images: 151_700, size: 16, classes: 120 },
};

/** The network of the table. */
const network = { channels: 16, layers: 15 };
const epochs = 12;

/**
 * Multiply-adds, forward, of training a cell of the table for 12 epochs, the mean of all cells of these operations. Each
 * edge adds its own to the network's, so the mean of all cells is that of those with the same operation on every edge.
 */
export function trainingOf12Epochs(
  dataset: keyof typeof datasets,
  operations: NasBench201Space["operations"],
): number {
  const { images, size, classes } = datasets[dataset];
  const counts = operations.map((operation) =>
    countNetwork(genotypeOf(nasbench201Edges.map(() => operation)), { ...network, classes }, size).macs
  );
  return epochs * images * counts.reduce((sum, macs) => sum + macs, 0) / counts.length;
}
