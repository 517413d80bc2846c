/** The files of an exported folder. */
import type { ExportedModel } from "../../src/exporting/model.ts";
import { encodeSafetensors, type SafetensorsContent } from "../../src/io/safetensors.ts";
import { cellFigures } from "../run/files.ts";
import type { Content } from "./folder.ts";

/** All files by name: the model in each format, and what tells of it. */
export const exportedFiles = (
  { network }: ExportedModel,
  onnx: Uint8Array<ArrayBuffer>,
  { tensors, metadata }: SafetensorsContent,
): Map<string, Content> =>
  new Map<string, Content>([
    ["model.onnx", [onnx]],
    ["model.safetensors", encodeSafetensors(tensors, metadata)],
    ...cellFigures(network.net.genotype),
  ]);
