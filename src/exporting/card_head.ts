/** The head of a model card, in YAML: what the hub reads of it (huggingface.co/docs/hub/model-cards). */
import { stringify } from "yaml";
import { spaceOf } from "../network/genotype.ts";
import type { ExportedModel, TrainingRun } from "./model.ts";

/** A data set as people call it, and its name at the hub. */
interface Known {
  readonly title: string;
  readonly hub: string;
}

const fashionMnist: Known = { title: "Fashion-MNIST", hub: "zalando-datasets/fashion_mnist" };

/** By the names that settings have for them. */
const known: Readonly<Record<string, Known>> = {
  "cifar10": { title: "CIFAR-10", hub: "uoft-cs/cifar10" },
  "cifar100": { title: "CIFAR-100", hub: "uoft-cs/cifar100" },
  "fashion-mnist": fashionMnist,
  "fashion-mnist-small": { ...fashionMnist, title: "Fashion-MNIST (its first images)" },
};

/** A data set as people call it; of a path, its last part. */
export const datasetTitle = ({ dataset }: TrainingRun): string =>
  known[dataset]?.title ?? dataset.replace(/[/\\]+$/, "").split(/[/\\]/).at(-1)!;

/** The head with its fences. */
export function cardHead(model: ExportedModel): string {
  const { network: { net: { genotype } }, run } = model;
  const head = {
    license: "other",
    library_name: "pytorch",
    pipeline_tag: "image-classification",
    // The method may have the project's name.
    tags: [
      ...new Set([
        ...["image-classification", "pytorch", "onnx", "neural-architecture-search", "ms-darts"],
        ...[spaceOf(genotype).kind, run?.method].filter((tag) => tag !== undefined),
      ]),
    ],
    ...(run && trained(run)),
  };
  return `---\n${stringify(head, { lineWidth: 0 })}---\n`;
}

/** What is known of a network by its training. */
function trained(run: TrainingRun) {
  const title = datasetTitle(run);
  const hub = known[run.dataset]?.hub;
  return {
    ...(hub !== undefined && { datasets: [hub] }),
    metrics: ["accuracy"],
    "model-index": [{
      name: `Network of a found cell, trained on ${title}`,
      results: [{
        task: { type: "image-classification", name: "Image classification" },
        dataset: { type: hub ?? title, name: title, split: "test" },
        metrics: [{ type: "accuracy", name: "Test accuracy", value: run.testAccuracy }],
      }],
    }],
  };
}
