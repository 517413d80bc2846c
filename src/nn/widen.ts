/**
 * From the vectors of a network to those of one whose maps have more channels (DrNAS section 3.3): what is new is a copy
 * of channels by chance, of convolutions as output and as input, of momentum and of BatchNorm statistics. Nothing is
 * divided, so that the wider network computes something else.
 */
import { elements, type Shape } from "../graph/node.ts";
import { drawing, fold, type Key } from "../random.ts";
import type { Layout } from "./parameters.ts";

/** Flat vectors of a network: parameters [P], SGD's momentum [P], running BatchNorm statistics [S]. */
export type NetworkVectors = Readonly<Record<"weights" | "velocity" | "statistics", Float32Array>>;

/** For each channel of the wider map, the one that it is a copy of: first all that there were. */
type Copies = (before: number, after: number) => readonly number[];

function copiesBy(key: Key): Copies {
  const known = new Map<string, readonly number[]>();
  return (before, after) => {
    const name = `${before} ${after}`;
    const draw = drawing(fold(key, name));
    const made = known.get(name) ?? Array.from({ length: after }, (_, c) => c < before ? c : draw(before));
    known.set(name, made);
    return made;
  };
}

/** A tensor whose first two axes are as long as `to` says. */
function widenedTensor(values: Float32Array, from: Shape, to: Shape, copies: Copies): Float32Array {
  const [rows, columns] = [0, 1].map((axis) => copies(from[axis] ?? 1, to[axis] ?? 1));
  const inner = elements(from.slice(2));
  const width = from[1] ?? 1;
  return Float32Array.from({ length: rows!.length * columns!.length * inner }, (_, i) => {
    const [row, column] = [Math.floor(i / inner / columns!.length), Math.floor(i / inner) % columns!.length];
    return values[(rows![row]! * width + columns![column]!) * inner + (i % inner)]!;
  });
}

/**
 * The vectors of the network `to`, each of whose parameters and BatchNorms `from` has too, with as many channels or
 * fewer. The convolutions up to a BatchNorm copy the same channels as that does.
 */
export function widened(from: Layout, to: Layout, vectors: NetworkVectors, key: Key): NetworkVectors {
  const weights = new Float32Array(to.parameterFloats);
  const velocity = new Float32Array(to.parameterFloats);
  const statistics = new Float32Array(to.statisticsFloats);
  const parameters = new Map(from.parameters.map((spec) => [spec.name, spec]));
  const norms = new Map(from.batchNorms.map((spec) => [spec.name, spec]));
  let norm = 0;
  let copies = copiesBy(fold(key, norm));
  for (const entry of to.entries) {
    if (entry.kind === "parameter") {
      const { name, shape, offset } = entry.spec;
      const before = parameters.get(name)!;
      for (const [old, all] of [[vectors.weights, weights], [vectors.velocity, velocity]] as const) {
        const values = old.subarray(before.offset, before.offset + elements(before.shape));
        all.set(widenedTensor(values, before.shape, shape, copies), offset);
      }
    } else {
      const { name, channels, offset } = entry.spec;
      const before = norms.get(name)!;
      for (const part of [0, 1]) {
        const start = before.offset + part * before.channels;
        const values = vectors.statistics.subarray(start, start + before.channels);
        statistics.set(
          widenedTensor(values, [before.channels], [channels], copies),
          offset + part * channels,
        );
      }
      copies = copiesBy(fold(key, ++norm));
    }
  }
  return { weights, velocity, statistics };
}
