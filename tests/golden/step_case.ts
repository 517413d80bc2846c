/** Step files with random contents, of any size: what `tests/goldens/README.md` describes, without wanted results. */
import type { SafetensorsFile, Tensor } from "../../src/io/safetensors.ts";
import { alphaTensors } from "../../src/network/alphas.ts";
import { supernet } from "../../src/network/supernet.ts";
import { initialParameters } from "../../src/nn/initialize.ts";
import { fold, type Key, keyFromSeed, normal, uniform, word } from "../../src/random.ts";
import { spaceByName } from "../../src/spaces/mod.ts";

export interface StepCase {
  readonly space: string;
  readonly channels: number;
  readonly layers: number;
  readonly classes: number;
  readonly batch: number;
  /** Height and width. */
  readonly size: readonly [number, number];
  readonly imageChannels: number;
  /** PC-DARTS's K, with edge weights; whole operations without when left out. */
  readonly partialChannels?: number;
}

/** The settings of a whole iteration. */
export interface IterationCase extends StepCase {
  readonly bandwidth: number;
  /** N and T of the mean shift. */
  readonly samples: number;
  readonly iterations: number;
  /** Radius of the noise. */
  readonly epsilon: number;
  readonly gradClip: number;
}

export const describeCase = (given: StepCase) => {
  const { space, channels, layers, classes, batch, size, imageChannels, partialChannels } = given;
  const parts = partialChannels === undefined ? "" : `, one in ${partialChannels}`;
  return `${space}, ${channels} channels${parts}, ${layers} cells, ${classes} classes, batch ${batch} of ` +
    `${imageChannels}×${size.join("×")}`;
};

/** A file of one case; the same seed gives the same numbers. */
export function stepFile(given: StepCase | IterationCase, seed = 1): SafetensorsFile {
  const { space, channels, layers, classes, batch, size, imageChannels, partialChannels } = given;
  const variant = partialChannels === undefined ? {} : { partialChannels, edgeNormalisation: true };
  const net = supernet(spaceByName(space), { channels, layers, classes, imageChannels }, variant);
  const key = keyFromSeed(seed);
  const tensors = new Map<string, Tensor>();
  const put = (name: string, shape: readonly number[], value: (key: Key, i: number) => number): void => {
    const own = fold(key, name);
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(own, i));
    tensors.set(name, { dtype: "F32", shape, data });
  };
  const flat = initialParameters(net.layout, key);
  for (const { name, shape, init, offset } of net.layout.parameters) {
    // PyTorch's initial weights; those that start constant (BatchNorm) get a spread, so that a mix-up shows.
    put(name, shape, (own, i) => flat[offset + i]! + (init.kind === "constant" ? 0.3 * normal(own, i) : 0));
  }
  for (const { name, shape } of alphaTensors(net.alphas)) put(name, shape, (own, i) => 0.5 * normal(own, i));
  for (const suffix of "samples" in given ? ["", "_valid"] : [""]) {
    put(`input${suffix}`, [batch, imageChannels, ...size], normal);
    const labels = Int32Array.from(
      { length: batch },
      (_, i) => word(fold(key, `target${suffix}`), i) % classes,
    );
    tensors.set(`target${suffix}`, { dtype: "I32", shape: [batch], data: labels });
  }
  const metadata = {
    ...{ space, channels, layers, classes },
    ...(partialChannels !== undefined && { partial_channels: partialChannels, edge_normalisation: "true" }),
  };
  if (!("samples" in given)) return { file: describeCase(given), tensors, metadata: texts(metadata) };
  const { bandwidth, samples, iterations, epsilon, gradClip } = given;
  for (const { name, shape } of alphaTensors(net.alphas)) {
    put(
      `noise_${name.replace("alphas_", "")}`,
      [iterations, samples, ...shape],
      (own, i) => epsilon * (2 * uniform(own, i) - 1),
    );
  }
  const settings = {
    bandwidth,
    samples,
    iterations,
    grad_clip: gradClip,
    lr: 0.1,
    momentum: 0.9,
    weight_decay: 3e-4,
    arch_lr: 3e-4,
    arch_weight_decay: 1e-3,
  };
  return { file: describeCase(given), tensors, metadata: texts({ ...metadata, ...settings }) };
}

const texts = (record: Record<string, string | number>): Record<string, string> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, String(value)]));
