/** What is known of an exported network, with and without a run. */
import { countNetwork } from "../../src/network/count.ts";
import type { ExportedModel, TrainingRun } from "../../src/exporting/model.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";

export const run: TrainingRun = {
  commands: ["npx -y deno task search --data 'my images/pets_2' --size 32 --out runs/a"],
  version: "0.1.0",
  device: "llvmpipe (LLVM 19.1.7, 256 bits)",
  dataset: "/home/me/my images/pets_2/",
  seed: 7,
  settings: { method: "ms-darts", space: "s3", evalEpochs: 2 },
  preset: "tiny",
  method: "ms-darts",
  space: "s3",
  testAccuracy: 0.8125,
  testLoss: 0.51,
  testImages: 160,
  classes: [{ name: "cat", train: 300, test: 80 }, { name: "dog", train: 200, test: 80 }],
  seconds: 754,
  notes: [
    "The test accuracy is that of only 160 images; on many it would lie between 74 and 87 %, 19 times in 20.",
  ],
};

export const exported = (network: ReadNetwork, given: Partial<ExportedModel> = {}): ExportedModel => ({
  ...{ network, command: "npx -y deno task export runs/a --out pets", version: "0.1.0" },
  ...countNetwork(network.net.genotype, network.net.size, 32),
  onnx: { normalise: "none", folded: false, difference: 3.8e-6 },
  ...given,
});
