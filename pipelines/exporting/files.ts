/** The files of an exported folder. */
import { modelCard } from "../../src/exporting/card.ts";
import { configJson, labelsJson } from "../../src/exporting/config_json.ts";
import type { ExportedModel } from "../../src/exporting/model.ts";
import { modelPy } from "../../src/exporting/pytorch/model_py.ts";
import { encodeSafetensors, type SafetensorsContent } from "../../src/io/safetensors.ts";
import { cellDiagrams } from "../../src/network/genotype.ts";
import { cellFigure, cellFiles } from "../../src/report/mod.ts";
import type { Content } from "./folder.ts";

/** All files by name: the model in each format, and what tells of it. */
export const exportedFiles = (
  model: ExportedModel,
  onnx: Uint8Array<ArrayBuffer>,
  { tensors, metadata }: SafetensorsContent,
): Map<string, Content> =>
  new Map<string, Content>([
    ["model.onnx", [onnx]],
    ["model.safetensors", encodeSafetensors(tensors, metadata)],
    ["model.py", modelPy(model.network)],
    ["config.json", configJson(model.network)],
    ["labels.json", labelsJson(model.network)],
    ["README.md", modelCard(model)],
    ...cellFiles(cellDiagrams(model.network.net.genotype)).map((
      { cell, file },
    ): [string, Content] => [file, cellFigure(cell, { standalone: true })]),
  ]);
