/**
 * A trained supernet as named tensors: weights and BatchNorm statistics under the names of PyTorch's DARTS, raw
 * alphas as `alphas_normal` and `alphas_reduce` (and `betas_…`), and in the metadata what the network is built from.
 */
import { z } from "zod";
import { dataError } from "../errors.ts";
import { elements } from "../graph/node.ts";
import type { Runner } from "../gpu/mod.ts";
import {
  expectTensor,
  type SafetensorsContent,
  type SafetensorsFile,
  type Tensor,
} from "../io/safetensors.ts";
import { alphaTensors } from "../network/alphas.ts";
import type { Supernet } from "../network/supernet.ts";
import type { Layout } from "../nn/parameters.ts";
import { stateDict } from "../nn/state_dict.ts";
import type { Decisions } from "./decisions.ts";
import { decisionsSchema } from "./decisions_schema.ts";
import type { SearchState, SupernetVectors } from "./state.ts";

/** Reads a state back from the device. */
export async function readSupernet(runner: Runner, state: SearchState): Promise<SupernetVectors> {
  const [weights, statistics, alphas] = await runner.tensors.read([
    state.weights,
    state.statistics,
    state.alphas,
  ]) as [Float32Array, Float32Array, Float32Array];
  const { step, architectureSteps, decisions } = state;
  return { weights, statistics, alphas, decisions, step, batches: step + architectureSteps };
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

/** The data of a tensor of that shape. Throws a data error that names the file where it is missing or not finite. */
function finite(file: SafetensorsFile, name: string, shape: readonly number[]): Float32Array {
  const { data } = expectTensor(file, name, shape);
  if (!data.every(Number.isFinite)) throw dataError(`Tensor ${name} in ${file.file} is not finite.`);
  return data;
}

/** The flat vectors of the state dict's tensors in a file, which {@link stateTensors} made of them. */
export function stateVectors(
  layout: Layout,
  file: SafetensorsFile,
): { readonly parameters: Float32Array; readonly statistics: Float32Array; readonly batches: number } {
  const vectors = {
    parameters: new Float32Array(layout.parameterFloats),
    statistics: new Float32Array(layout.statisticsFloats),
  };
  let batches = 0;
  for (const { name, shape, vector, offset } of stateDict(layout)) {
    if (vector === "batches") batches = Number(expectTensor(file, name, shape, "I64").data[0]);
    else vectors[vector].set(finite(file, name, shape), offset);
  }
  return { ...vectors, batches };
}

/** The tensors and metadata of a file. */
export function supernetFile(
  net: Supernet,
  { weights, statistics, alphas, decisions = {}, step, batches }: SupernetVectors,
): SafetensorsContent {
  const matrices = alphaTensors(net.alphas).map(({ name, shape, pieces }): [string, Tensor] => {
    const data = pieces.flatMap(({ offset, floats }) => [...alphas.subarray(offset, offset + floats)]);
    return [name, { dtype: "F32", shape, data: Float32Array.from(data) }];
  });
  const { channels, layers, classes, imageChannels = 3 } = net.size;
  const sizes = { space: net.space.name, channels, layers, classes, imageChannels, step };
  return {
    tensors: new Map([
      ...stateTensors(net.layout, { parameters: weights, statistics }, batches),
      ...matrices,
    ]),
    metadata: {
      ...Object.fromEntries(Object.entries(sizes).map(([name, value]) => [name, String(value)])),
      ...(Object.keys(decisions).length > 0 && { decisions: JSON.stringify(decisions) }),
    },
  };
}

/**
 * The decisions in the metadata, undefined where there are none. Throws a data error where they do not fit the alphas.
 */
function readDecisions({ alphas }: Supernet, { file, metadata }: SafetensorsFile): Decisions | undefined {
  if (metadata["decisions"] === undefined) return undefined;
  try {
    const decisions = decisionsSchema.parse(JSON.parse(metadata["decisions"]));
    const fits = Object.entries(decisions).every(([name, rows]) => {
      const [count, columns] = alphas.matrices.find((matrix) => matrix.name === name)?.shape ?? [0, 0];
      return rows.length === count && rows.every((row) => typeof row === "string" || row < columns);
    });
    if (fits) return decisions;
  } catch {
    // Told below, as what does not fit.
  }
  throw dataError(`${file}: metadata decisions are none for the rows of its alphas.`);
}

const count = z.coerce.number().int().nonnegative();

/**
 * The flat vectors of a file for a supernet. Throws a data error that names the file for one of another network and
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
  if (!step.success) {
    throw dataError(`${file.file}: the step in its metadata is not a whole number of at least 0.`);
  }
  const { parameters: weights, statistics, batches } = stateVectors(net.layout, file);
  const alphas = new Float32Array(net.alphas.floats);
  for (const { name, shape, pieces } of alphaTensors(net.alphas)) {
    const values = finite(file, name, shape);
    let from = 0;
    for (const { offset, floats } of pieces) alphas.set(values.subarray(from, from += floats), offset);
  }
  const decisions = readDecisions(net, file);
  return { weights, statistics, alphas, ...(decisions && { decisions }), step: step.data, batches };
}
