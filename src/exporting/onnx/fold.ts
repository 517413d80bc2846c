/** Takes BatchNorms into the convolutions before them. */
import { elements } from "../../graph/node.ts";
import type { OnnxGraph, OnnxNode } from "./graph.ts";

/**
 * Folds each BatchNorm that reads the output of a convolution into that, where nothing else reads it: the filters are
 * scaled, and the convolution gets a bias. Filters keep their names.
 */
export function foldBatchNorms(graph: OnnxGraph): void {
  const readers = new Map<string, number>();
  for (const { inputs } of graph.nodes) {
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const byName = new Map(graph.nodes.map((node) => [node.name, node]));
  const alone = (name: string): boolean => readers.get(name) === 1;
  for (const norm of graph.nodes.filter(({ type }) => type === "BatchNormalization")) {
    const convolution = byName.get(norm.inputs[0]!);
    if (convolution?.type !== "Conv" || convolution.inputs.length > 2) continue;
    if (alone(convolution.name) && alone(convolution.inputs[1]!)) fold(graph, convolution, norm);
  }
}

function fold(graph: OnnxGraph, convolution: OnnxNode, norm: OnnxNode): void {
  const [weight, bias, mean, variance] = norm.inputs.slice(1).map((name) =>
    graph.initializers.get(name)!.data as Float32Array
  ) as [Float32Array, Float32Array, Float32Array, Float32Array];
  const { float: epsilon } = norm.attributes["epsilon"] as { float: number };
  const scale = Float64Array.from(weight, (value, c) => value / Math.sqrt(variance[c]! + epsilon));
  const [x, filters] = convolution.inputs as [string, string];
  const { shape, data } = graph.initializers.get(filters)!;
  const taps = elements(shape.slice(1));
  graph.initializers.set(filters, {
    shape,
    data: Float32Array.from(data as Float32Array, (value, i) => value * scale[Math.floor(i / taps)]!),
  });
  const shift = Float64Array.from(bias, (value, c) => value - mean[c]! * scale[c]!);
  const inputs = [x, filters, graph.constant(`${convolution.name}.bias`, [shift.length], shift)];
  graph.nodes = graph.nodes.flatMap((node) =>
    node === convolution ? [] : node === norm ? [{ ...convolution, name: norm.name, inputs }] : [node]
  );
}
