/**
 * One supernet step from a file of named tensors: what an independent implementation can be compared with.
 * With `input` alone, the loss and the gradient of every parameter; with `input_valid` and noise as well, one
 * whole MS-DARTS iteration (architecture step, mean shift, weight step) from fresh optimizer states.
 */
import { dataError } from "../errors.ts";
import { gradient } from "../gradient/gradient.ts";
import { elements, type Node } from "../graph/node.ts";
import { constant, fromNCHW, input, pack, slice } from "../graph/ops/mod.ts";
import type { Runner } from "../gpu/mod.ts";
import { expectTensor, type SafetensorsFile, type Tensor } from "../io/safetensors.ts";
import type { Supernet } from "../network/supernet.ts";
import { freshStatistics } from "../nn/statistics.ts";
import { adamOfDarts, adamSchedule } from "../optim/adam.ts";
import {
  alphaTensors,
  flatten,
  flattenTensors,
  matricesOf,
  softmaxRows,
  tensorsOf,
} from "../network/alphas.ts";
import { iteration, type IterationInput } from "./iteration.ts";
import { meanShift, type Shifted, type VariantName, variants } from "./mean_shift.ts";
import { stepNetwork, stepSettings } from "./step_metadata.ts";
import {
  architectureStep,
  type BatchNodes,
  type NetworkNodes,
  score,
  type Scored,
  weightStep,
  type WeightUpdate,
} from "./step_graphs.ts";

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
  const results = program.run(feeds(net, file, Object.keys(program.plan.inputs)));
  const data = await runner.tensors.read(outputs.map((o) => results[o.name]!));
  runner.tensors.release(...Object.values(results));
  program.destroy();
  return new Map(outputs.map((o, i) => [o.name, o.toFile?.(data[i]!) ?? tensor(o.shape, data[i]!)]));
}

interface Output {
  readonly name: string;
  readonly node: Node;
  /** Shape in the file. */
  readonly shape: readonly number[];
  readonly toFile?: (data: Float32Array) => Tensor;
}

const tensor = (shape: readonly number[], data: Float32Array): Tensor => ({
  dtype: "F32",
  shape,
  data: data as Float32Array<ArrayBuffer>,
});

/** Parameters and alphas by their names in the file, each an input of its own. */
function parameters(net: Supernet): { weights: Node; alphas: Node } {
  const { layout } = net;
  const nodes = layout.parameters.map(({ name, graphShape }) => input(name, graphShape));
  const weights = pack(nodes, layout.parameters.map(({ offset }) => offset), [layout.parameterFloats]);
  const { alphas } = net;
  const tensors = alphaTensors(alphas).map(({ name, shape }) => input(name, shape));
  return { weights, alphas: flattenTensors(tensors, alphas) };
}

/** A batch under its names in the file. */
function batch(net: Supernet, file: SafetensorsFile, suffix: string): BatchNodes {
  const images = file.tensors.get(`input${suffix}`);
  if (images === undefined) throw dataError(`${file.file}: tensor input${suffix} is missing`);
  if (images.shape.length !== 4 || images.shape.includes(0)) {
    throw dataError(
      `${file.file}: tensor input${suffix} has shape [${images.shape}], wants [B, channels, H, W]`,
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

const statistics = (net: Supernet): Node =>
  constant(freshStatistics(net.layout), [net.layout.statisticsFloats]);
const noiseKey = (): Node => input("noise_key", [2], "u32");

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
const prefixed = (prefix: string, name: string): string => `${prefix}_${name.replace(/^alphas_/, "")}`;

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

/** What an iteration computes as nodes. */
interface IterationNodes {
  readonly statistics: Node;
  readonly alphas: Node;
  readonly shifted?: Shifted;
  readonly trained?: WeightUpdate & Pick<Scored, "loss">;
}

/** A whole MS-DARTS iteration, of the same composition as a search's, as one graph. */
function wholeIteration(net: Supernet, file: SafetensorsFile, variant: VariantName): Output[] {
  const s = stepSettings(file);
  const layout = net.alphas;
  const { weights, alphas } = parameters(net);
  const adam = { ...adamOfDarts, weightDecay: s.arch_weight_decay };
  const zeros = (floats: number): Node => constant(0, [floats]);
  const noise = alphaTensors(layout).map(({ name, shape }) =>
    input(prefixed("noise", name), [s.iterations, s.samples, elements(shape)])
  );
  const point = (t: number, n: number): Node =>
    flattenTensors(
      noise.map((points) => slice(points, (t * s.samples + n) * points.shape[2]!, [points.shape[2]!])),
      layout,
    );
  const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const at = ({ statistics }: IterationNodes) => ({ weights, statistics, noiseKey: noiseKey() });
  const given: IterationInput<BatchNodes> = {
    train: batch(net, file, ""),
    search: batch(net, file, "_valid"),
    resting: false,
  };
  const start: IterationNodes = { alphas, statistics: statistics(net) };
  const { alphas: moved, shifted, trained } = iteration<IterationNodes, BatchNodes, Shifted>(start, given, {
    order: "alphas first",
    architectureStep: (state, search) =>
      architectureStep(
        net,
        {
          ...at(state),
          alphas: state.alphas,
          alphaMean: zeros(layout.floats),
          alphaVariance: zeros(layout.floats),
          schedule: constant(adamSchedule(s.arch_lr, 1, adam), [2]),
        },
        search,
        { adam, relax: (raw) => softmaxRows(raw, layout) },
      ),
    perturb: (state, train, search) =>
      meanShift(softmaxRows(state.alphas, layout), {
        layout,
        variant: variants[variant],
        bandwidth: s.bandwidth,
        noise: range(s.iterations).map((t) => range(s.samples).map((n) => point(t, n))),
        loss: (mixing) =>
          score(net, "eval", mixing, at(state), { train, search }[variants[variant].scoredOn]).loss,
      }),
    weightStep: (state, shifted, train) => {
      const trained = weightStep(
        net,
        {
          ...at(state),
          velocity: zeros(net.layout.parameterFloats),
          mixing: shifted.mixing,
          lr: constant(s.lr, [1]),
        },
        train,
        { momentum: s.momentum, weightDecay: s.weight_decay, gradClip: s.grad_clip },
      );
      return { ...state, statistics: trained.statistics, shifted, trained };
    },
  });
  const losses = shifted!.losses.flat();
  return [
    ...tensorsOf(moved, layout),
    {
      name: "sample_losses",
      node: pack(losses, losses.map((_, i) => i), [losses.length]),
      shape: [s.iterations, s.samples],
    },
    ...tensorsOf(shifted!.mixing, layout).map((o) => ({ ...o, name: prefixed("perturbed", o.name) })),
    { name: "loss", node: trained!.loss, shape: [] },
    ...net.layout.parameters.map(({ name, shape, graphShape, offset }) => ({
      name: `new.${name}`,
      node: slice(trained!.weights, offset, graphShape),
      shape,
    })),
  ];
}

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
