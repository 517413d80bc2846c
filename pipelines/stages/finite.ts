/** Finiteness checks: scan on the device, name the first bad number on the host. */
import type { Node } from "../../src/graph/node.ts";
import { firstNotFinite } from "../../src/graph/ops/mod.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import type { Layout } from "../../src/nn/parameters.ts";

/** Vectors of a step, in the order in which a NaN goes through them: of several, the first one says most. */
export const vectorNames = [
  "statistics",
  "alphaGradient",
  "weightGradient",
  "alphaVariance",
  "alphas",
  "weights",
] as const;
export type VectorName = (typeof vectorNames)[number];

/** What to do, by what was not finite first; without a full stop. */
export interface Advice {
  readonly weights: string;
  /** Where there are any. */
  readonly alphas?: string;
}

/** A vector that was looked through. */
export interface Vector {
  /** What number `index` of it is, for people. */
  readonly numberAt: (index: number) => string;
  /** What to do where it is not finite. */
  readonly advice: string;
}

/** What the vectors are vectors of. */
export interface Layouts {
  readonly weights: Layout;
  readonly alphas?: AlphaLayout;
}

const sorted = (names: readonly VectorName[]): VectorName[] =>
  vectorNames.filter((name) => names.includes(name));

/** Where the named vectors of a step have their first numbers that are not finite, u32 [vectors, parts]. */
export const notFiniteOf = <Name extends VectorName>(
  step: Readonly<Record<Name, Node>>,
  names: readonly Name[],
): Node => firstNotFinite(sorted(names).map((name) => step[name as Name]));

/** The vectors of {@link notFiniteOf}, row by row. */
export const vectorsOf = (
  names: readonly VectorName[],
  layouts: Layouts,
  advice: Advice,
): Vector[] =>
  sorted(names).map((name) => ({
    numberAt: (index) => words[name](index, layouts),
    advice: name.startsWith("alpha") ? advice.alphas! : advice.weights,
  }));

const words: Readonly<Record<VectorName, (index: number, layouts: Layouts) => string>> = {
  statistics: (index, { weights }) => `the running statistic ${statisticAt(index, weights)}`,
  alphaGradient: (index, { alphas }) => `the gradient of ${alphaAt(index, alphas!)}`,
  weightGradient: (index, { weights }) => `the gradient of ${weightAt(index, weights)}`,
  alphaVariance: (index, { alphas }) => `Adam's second moment of ${alphaAt(index, alphas!)}`,
  alphas: (index, { alphas }) => alphaAt(index, alphas!),
  weights: (index, { weights }) => weightAt(index, weights),
};

/** A weight by its tensor in the state dict and its place in it: `stem.0.weight[12]`. */
function weightAt(index: number, { parameters }: Layout): string {
  const { name, offset } = parameters.findLast(({ offset }) => offset <= index)!;
  return `${name}[${index - offset}]`;
}

/** A statistic by its buffer in the state dict and its channel: `stem.1.running_mean[3]`. */
function statisticAt(index: number, { batchNorms }: Layout): string {
  const { name, offset, channels } = batchNorms.findLast(({ offset }) => offset <= index)!;
  const [kind, channel] = index - offset < channels
    ? ["running_mean", index - offset]
    : ["running_var", index - offset - channels];
  return `${name}.${kind}[${channel}]`;
}

/** An alpha by its matrix, row and column. */
function alphaAt(index: number, { matrices }: AlphaLayout): string {
  const { name, offset, rows, shape: [, columns] } = matrices.findLast(({ offset }) => offset <= index)!;
  const row = rows[Math.floor((index - offset) / columns)]!;
  return `the alpha of ${row.choices[(index - offset) % columns]} at ${row.name} of ${name}`;
}
