/** The tensors of a step file as nodes of a graph, and what feeds them. */
import { dataError } from "../errors.ts";
import type { Node } from "../graph/node.ts";
import { constant, fromNCHW, input, pack } from "../graph/ops/mod.ts";
import { expectTensor, type SafetensorsFile, type Tensor } from "../io/safetensors.ts";
import type { Supernet } from "../network/supernet.ts";
import { freshStatistics } from "../nn/statistics.ts";
import { alphaTensors, flattenTensors } from "../network/alphas.ts";
import { stepSettings } from "./step_metadata.ts";
import type { BatchNodes, NetworkNodes } from "./step_graphs.ts";

/** A result of a step file. */
export interface Output {
  readonly name: string;
  readonly node: Node;
  /** Shape in the file. */
  readonly shape: readonly number[];
  readonly toFile?: (data: Float32Array) => Tensor;
}

/** Parameters and alphas by their names in the file, each an input of its own. */
export function parameters(net: Supernet): { weights: Node; alphas: Node } {
  const { layout } = net;
  const nodes = layout.parameters.map(({ name, graphShape }) => input(name, graphShape));
  const weights = pack(nodes, layout.parameters.map(({ offset }) => offset), [layout.parameterFloats]);
  const { alphas } = net;
  const tensors = alphaTensors(alphas).map(({ name, shape }) => input(name, shape));
  return { weights, alphas: flattenTensors(tensors, alphas) };
}

/** A batch under its names in the file. */
export function batch(net: Supernet, file: SafetensorsFile, suffix: string): BatchNodes {
  const images = file.tensors.get(`input${suffix}`);
  if (images === undefined) throw dataError(`${file.file}: tensor input${suffix} is missing`);
  if (images.shape.length !== 4 || images.shape.includes(0)) {
    throw dataError(
      `${file.file}: tensor input${suffix} has shape [${images.shape}], but needs [B, channels, H, W]`,
    );
  }
  const [n, channels, height, width] = images.shape as [number, number, number, number];
  if (channels !== (net.size.imageChannels ?? 3)) {
    throw dataError(
      `${file.file}: tensor input${suffix} has ${channels} channels, input ${net.size.imageChannels}`,
    );
  }
  return {
    images: fromNCHW(input(`input${suffix}`, [n, channels, height * width]), { height, width }),
    labels: input(`target${suffix}`, [n], "u32"),
  };
}

export const statistics = (net: Supernet): Node =>
  constant(freshStatistics(net.layout), [net.layout.statisticsFloats]);
export const noiseKey = (): Node => input("noise_key", [2], "u32");

/** The network and the training batch of a step file, each tensor an input of its own. */
export function stepNodes(
  net: Supernet,
  file: SafetensorsFile,
): { nodes: NetworkNodes & { alphas: Node }; batch: BatchNodes } {
  const { weights, alphas } = parameters(net);
  const nodes = { weights, alphas, statistics: statistics(net), noiseKey: noiseKey() };
  return { nodes, batch: batch(net, file, "") };
}

/** `noise_normal` for `alphas_normal`, `noise_betas_normal` for `betas_normal`. */
export const prefixed = (prefix: string, name: string): string => `${prefix}_${name.replace(/^alphas_/, "")}`;

/** The values of a plan's inputs from the file, checked by name and shape. */
export function feeds(
  net: Supernet,
  file: SafetensorsFile,
  names: readonly string[],
): Record<string, Float32Array | Uint32Array> {
  const settings = names.some((name) => name.startsWith("noise_") && name !== "noise_key")
    ? stepSettings(file)
    : undefined;
  const noiseShape = settings && [settings.iterations, settings.samples];
  const shapes = new Map<string, readonly number[]>(
    net.layout.parameters.map(({ name, shape }) => [name, shape]),
  );
  for (const { name, shape } of alphaTensors(net.alphas)) {
    shapes.set(name, shape);
    if (noiseShape) shapes.set(prefixed("noise", name), [...noiseShape, ...shape]);
  }
  return Object.fromEntries(names.map((name) => {
    if (name === "noise_key") return [name, new Uint32Array(2)];
    if (name.startsWith("target")) return [name, labels(net, file, name)];
    const shape = shapes.get(name) ?? file.tensors.get(name)?.shape;
    return [name, expectTensor(file, name, shape ?? []).data];
  }));
}

function labels(net: Supernet, file: SafetensorsFile, name: string): Uint32Array {
  const images = file.tensors.get(name.replace("target", "input"))!;
  // The format says I32; PyTorch's own labels are I64.
  const dtype = file.tensors.get(name)?.dtype === "I64" ? "I64" : "I32";
  const data = Int32Array.from(expectTensor(file, name, [images.shape[0]!], dtype).data, Number);
  const wrong = data.findIndex((label) => label < 0 || label >= net.size.classes);
  if (wrong >= 0) {
    throw dataError(
      `${file.file}: ${name}[${wrong}] is ${data[wrong]}, labels are 0 to ${net.size.classes - 1}`,
    );
  }
  return Uint32Array.from(data);
}
