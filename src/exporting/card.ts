/**
 * The model card, `README.md` of an exported network: what the hub shows of it, and what somebody has to know who finds
 * the folder.
 */
import { cellDiagrams, genotypeText } from "../network/genotype.ts";
import { cellFiles } from "../report/cell_figure.ts";
import { quantity } from "../data/left_out.ts";
import { compact, duration, percent, whole } from "../report/format.ts";
import { cardHead, datasetTitle } from "./card_head.ts";
import {
  fenced,
  imagesTable,
  onnxExample,
  onnxInput,
  ownExample,
  pytorchExample,
  table,
} from "./card_use.ts";
import type { ExportedModel, TrainingRun } from "./model.ts";

/** Text that Markdown shows as it is, on one line, in a table too. */
const plain = (text: string): string => text.replace(/[\\`*_[\]<>|~&$]/g, "\\$&").replace(/\s+/g, " ");

/** The card as the text of a Markdown file. */
export function modelCard(model: ExportedModel): string {
  const { network, run } = model;
  const parts = [
    `# ${run === undefined ? "An image classifier" : `An image classifier for ${plain(datasetTitle(run))}`}`,
    introduction(model),
    table(files(model)),
    ...figures(model),
    ...(run === undefined ? [untested] : measured(run)),
    "## Images",
    imagesTable(network),
    "## Use",
    "With [onnxruntime](https://onnxruntime.ai), in this folder (`pip install onnxruntime pillow`):",
    onnxExample(model),
    "With [PyTorch](https://pytorch.org), in this folder (`pip install torch pillow`):",
    pytorchExample,
    "After `model.train()` it can be trained further. With the project that made it, in a checkout of it:",
    ownExample,
    "## Intended use and limits",
    limits(model).map((line) => `- ${line}`).join("\n"),
    "## Licence",
    "None is chosen yet: whoever shares this folder sets `license` in the first lines of this file, and minds the " +
    "terms of the images that the network was trained on.",
    "## Made by",
    `ms-darts ${plain(model.version)}:`,
    fenced("sh", [model.command]),
  ];
  return `${cardHead(model)}\n${parts.join("\n\n")}\n`;
}

function introduction({ network: { net, classes }, run, ...model }: ExportedModel): string {
  const { channels, layers } = net.size;
  const found = run?.method === undefined
    ? ""
    : `, which an architecture search found (method \`${run.method}\`, space \`${run.space}\`)`;
  return `A convolutional network of ${
    quantity(layers, "cell")
  }${found}. It has ${channels} channels in the first, ` +
    `${compact(model.parameters)} parameters, and ${compact(model.macs)} multiply-adds an image. ` +
    `It tells ${classes.length} classes apart: ${named(classes)}.`;
}

/** Classes that one line names. */
const mostNamed = 20;

const named = (classes: readonly string[]): string =>
  classes.slice(0, mostNamed).map(plain).join(", ") +
  (classes.length > mostNamed ? ` and ${classes.length - mostNamed} more (\`labels.json\`)` : "");

function files({ onnx, network }: ExportedModel): [string, string][] {
  const cells = cellFiles(cellDiagrams(network.net.genotype));
  const difference = onnx.difference.toExponential(1);
  return [
    [
      "`model.onnx`",
      `for any ONNX runtime (opset 17). ${onnxInput[onnx.normalise]}${
        onnx.folded ? " BatchNorms are folded into the convolutions." : ""
      } On random images its logits differed by at most ${difference} from those of the engine that trained it`,
    ],
    ["`model.safetensors`", "the weights, under the names of PyTorch's state dict"],
    ["`model.py`", "the network in PyTorch, which needs nothing else"],
    ["`config.json`", "sizes, mean and deviation of images, and the cell, with the keys of timm"],
    ["`labels.json`", "the classes in the order of the logits"],
    [
      cells.map(({ file }) => `\`${file}\``).join(", "),
      `the ${cells.length === 1 ? "cell" : "cells"}, drawn`,
    ],
  ];
}

const figures = ({ network: { net: { genotype } } }: ExportedModel): string[] => [
  ...cellFiles(cellDiagrams(genotype)).map(({ cell, file }) => `![${cell.title}](${file})`),
  fenced("", [genotypeText(genotype)]),
];

const untested =
  "How well it does is not known: it was exported from a file of weights, without the run that made it.";

/** What a run says of data and quality. */
function measured(run: TrainingRun): string[] {
  const images = run.classes?.reduce((sum, { train }) => sum + train, 0);
  return [
    "## Data and quality",
    table([
      ["data", plain(datasetTitle(run))],
      ...(images === undefined ? [] : [["training images", whole(images)] as const]),
      ["test images", whole(run.testImages)],
      ["test accuracy", percent(run.testAccuracy)],
      ...(run.testLoss === undefined
        ? []
        : [["test loss (mean cross-entropy)", run.testLoss.toFixed(4)] as const]),
      ["seed", String(run.seed)],
      ...(run.preset === undefined ? [] : [["preset", `\`${run.preset}\``] as const]),
      ["device", plain(run.device)],
      ["time", duration(run.seconds)],
    ]),
    `Made with ms-darts ${plain(run.version)} by`,
    fenced("sh", run.commands),
    [
      "<details><summary>All settings</summary>",
      fenced("json", [JSON.stringify(run.settings, null, 2)]),
      "</details>",
    ].join("\n\n"),
  ];
}

function limits({ network: { classes, images }, run }: ExportedModel): string[] {
  return [
    "For images like those it was trained on, to sort or search them, and as a start for further training.",
    `Every image gets one of the ${classes.length} classes, also one that shows none of them.`,
    `It sees ${images.width}×${images.height} pixels: what is smaller than a pixel of these is lost.`,
    "Probabilities are not calibrated. Accuracy for each class, mistakes and calibration on your own images: " +
    "`npx -y deno task evaluate --test-only path/to/this/folder --data path/to/images`.",
    "On images of another origin (camera, light, selection) it may do much worse. It was not tested for that, nor for " +
    "treating people or groups of them alike; nothing that concerns people should depend on it.",
    ...(run?.notes ?? []).map(plain),
  ];
}
