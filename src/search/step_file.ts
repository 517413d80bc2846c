/**
 * One supernet step from a file of named tensors: what an independent implementation can be compared with.
 * With `input` alone, the loss and the gradient of every parameter; with `input_valid` and noise as well, one
 * whole MS-DARTS iteration (architecture step, mean shift, weight step) from fresh optimizer states.
 */
import { feeds, type Output, stepNodes } from "./step_nodes.ts";
import { wholeIteration } from "./step_iteration.ts";
import { gradient } from "../gradient/gradient.ts";
import { slice } from "../graph/ops/mod.ts";
import type { Runner } from "../gpu/mod.ts";
import type { SafetensorsFile, Tensor } from "../io/safetensors.ts";
import type { Supernet } from "../network/supernet.ts";
import { flatten, matricesOf, softmaxRows, tensorsOf } from "../network/alphas.ts";
import type { VariantName } from "./mean_shift.ts";
import { stepNetwork } from "./step_metadata.ts";
import { score } from "./step_graphs.ts";

/** Computes the outputs of a step file. Throws a data error for a file that is not one. */
export async function computeStep(
  runner: Runner,
  file: SafetensorsFile,
  variant: VariantName,
): Promise<Map<string, Tensor>> {
  const net = stepNetwork(file);
  const outputs = file.tensors.has("input_valid") ? wholeIteration(net, file, variant) : gradients(net, file);
  return await outputsOf(runner, net, file, outputs);
}

/** Logits, loss and gradients of a step file's training batch, whatever else the file holds. */
export async function computeGradients(runner: Runner, file: SafetensorsFile): Promise<Map<string, Tensor>> {
  const net = stepNetwork(file);
  return await outputsOf(runner, net, file, gradients(net, file));
}

async function outputsOf(
  runner: Runner,
  net: Supernet,
  file: SafetensorsFile,
  outputs: readonly Output[],
): Promise<Map<string, Tensor>> {
  const program = await runner.load(runner.compile(Object.fromEntries(outputs.map((o) => [o.name, o.node]))));
  try {
    const results = program.run(feeds(net, file, Object.keys(program.plan.inputs)));
    const data = await runner.tensors.read(outputs.map((o) => results[o.name]!));
    runner.tensors.release(...Object.values(results));
    return new Map(outputs.map((o, i) => [o.name, o.toFile?.(data[i]!) ?? tensor(o.shape, data[i]!)]));
  } finally {
    program.destroy();
  }
}

const tensor = (shape: readonly number[], data: Float32Array): Tensor => ({
  dtype: "F32",
  shape,
  data: data as Float32Array<ArrayBuffer>,
});

function gradients(net: Supernet, file: SafetensorsFile): Output[] {
  const { nodes, batch } = stepNodes(net, file);
  const { weights, alphas } = nodes;
  const layout = net.alphas;
  const { loss, logits } = score(net, "train", softmaxRows(alphas, layout), nodes, batch);
  const [classes, n] = logits.shape as [number, number];
  const { parameters } = net.layout;
  const slopes = gradient(loss, [
    ...parameters.map(({ offset, graphShape }) => slice(weights, offset, graphShape)),
    ...matricesOf(alphas, layout),
  ]);
  const alphaSlopes = tensorsOf(flatten(slopes.slice(parameters.length), layout), layout);
  return [
    {
      name: "logits",
      node: logits,
      shape: [n, classes],
      toFile: (data) => tensor([n, classes], transposed(data, n)),
    },
    { name: "loss", node: loss, shape: [] },
    ...parameters.map(({ name, shape }, i) => ({ name: `grad.${name}`, node: slopes[i]!, shape })),
    ...alphaSlopes.map(({ name, shape, node }) => ({ name: `grad.${name}`, node, shape })),
  ];
}

function transposed(data: Float32Array, columns: number): Float32Array {
  const rows = data.length / columns;
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!);
}
