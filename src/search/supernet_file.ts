/**
 * A trained supernet as named tensors: weights and BatchNorm statistics under the names of PyTorch's DARTS, raw
 * alphas as `alphas_normal` and `alphas_reduce`, and in the metadata what the network is built from.
 */
import { z } from "zod";
import { dataError } from "../errors.ts";
import { elements } from "../graph/node.ts";
import type { Runner } from "../gpu/mod.ts";
import { expectTensor, type SafetensorsFile, type Tensor } from "../io/safetensors.ts";
import type { Supernet } from "../network/supernet.ts";
import type { Layout } from "../nn/parameters.ts";
import { stateDict } from "../nn/state_dict.ts";
import type { SearchState } from "./state.ts";

/** What a search leaves of its state, on the host. */
export interface SupernetVectors {
  /** Flat parameters [P]. */
  readonly weights: Float32Array;
  /** Running BatchNorm statistics [S]. */
  readonly statistics: Float32Array;
  /** Raw alphas, flat [A]. */
  readonly alphas: Float32Array;
  /** Weight steps and training-mode passes of the search. */
  readonly step: number;
  readonly batches: number;
}

/** Reads a state back from the device. */
export async function readSupernet(runner: Runner, state: SearchState): Promise<SupernetVectors> {
  const [weights, statistics, alphas] = await runner.tensors.read([
    state.weights,
    state.statistics,
    state.alphas,
  ]) as [Float32Array, Float32Array, Float32Array];
  const { step, architectureSteps } = state;
  return { weights, statistics, alphas, step, batches: step + architectureSteps };
}

/** The state dict's tensors of flat vectors. */
export function stateTensors(
  layout: Layout,
  vectors: Readonly<Record<"parameters" | "statistics", Float32Array>>,
  batches: number,
): [string, Tensor][] {
  return stateDict(layout).map(({ name, shape, vector, offset }) => {
    if (vector === "batches") {
      return [name, { dtype: "I64", shape, data: BigInt64Array.of(BigInt(batches)) }];
    }
    return [name, { dtype: "F32", shape, data: vectors[vector].slice(offset, offset + elements(shape)) }];
  });
}

/** The tensors and metadata of a file. */
export function supernetFile(
  net: Supernet,
  { weights, statistics, alphas, step, batches }: SupernetVectors,
): { readonly tensors: Map<string, Tensor>; readonly metadata: Record<string, string> } {
  const matrices = net.alphas.matrices.map(({ name, shape, offset }): [string, Tensor] => [
    `alphas_${name}`,
    { dtype: "F32", shape, data: alphas.slice(offset, offset + elements(shape)) },
  ]);
  const { channels, layers, classes, imageChannels = 3 } = net.size;
  const sizes = { space: net.space.name, channels, layers, classes, imageChannels, step };
  return {
    tensors: new Map([
      ...stateTensors(net.layout, { parameters: weights, statistics }, batches),
      ...matrices,
    ]),
    metadata: Object.fromEntries(Object.entries(sizes).map(([name, value]) => [name, String(value)])),
  };
}

const count = z.coerce.number().int().nonnegative();

/**
 * The flat vectors of a file for a supernet. Raises a data error that names the file for one of another network and
 * for a tensor that is missing, of another shape or not finite.
 */
export function supernetVectors(net: Supernet, file: SafetensorsFile): SupernetVectors {
  const { imageChannels = 3, ...size } = net.size;
  for (const [name, wanted] of Object.entries({ space: net.space.name, ...size, imageChannels })) {
    if (wanted === undefined || file.metadata[name] === String(wanted)) continue;
    throw dataError(
      `${file.file} holds another supernet than the settings beside it: its metadata ${name} is ` +
        `${file.metadata[name] ?? "missing"}, not ${wanted}.`,
    );
  }
  const step = count.safeParse(file.metadata["step"]);
  if (!step.success) throw dataError(`${file.file}: metadata step is no number of steps.`);
  const finite = (name: string, shape: readonly number[]): Float32Array => {
    const { data } = expectTensor(file, name, shape);
    if (!data.every(Number.isFinite)) throw dataError(`Tensor ${name} in ${file.file} is not finite.`);
    return data;
  };
  const vectors = {
    parameters: new Float32Array(net.layout.parameterFloats),
    statistics: new Float32Array(net.layout.statisticsFloats),
  };
  let batches = 0;
  for (const { name, shape, vector, offset } of stateDict(net.layout)) {
    if (vector === "batches") batches = Number(expectTensor(file, name, shape, "I64").data[0]);
    else vectors[vector].set(finite(name, shape), offset);
  }
  const alphas = new Float32Array(net.alphas.floats);
  for (const { name, shape, offset } of net.alphas.matrices) alphas.set(finite(`alphas_${name}`, shape), offset);
  return { weights: vectors.parameters, statistics: vectors.statistics, alphas, step: step.data, batches };
}
