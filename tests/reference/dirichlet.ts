/** Draws from gamma and Dirichlet distributions and their derivatives in float64, none of it as the shaders do it. */
import { type Key, normalStream, uniformStream } from "../../src/random.ts";

type Row = readonly number[];

const total = (row: Row): number => row.reduce((sum, x) => sum + x, 0);

/** ψ(x), x > 0, and its derivative ψ′(x): asymptotic series far from 0. */
function digamma(x: number): number {
  let [z, shift] = [x, 0];
  for (; z < 20; z++) shift -= 1 / z;
  return shift + Math.log(z) - 1 / (2 * z) - 1 / (12 * z ** 2) + 1 / (120 * z ** 4) - 1 / (252 * z ** 6);
}

/**
 * (∂θ/∂a)/(1 − θ) of an entry θ of a Dirichlet sample with concentration a, of which the others have b in all: with the
 * density f of its Beta distribution, ∫ (ln t − ψ(a) + ψ(a + b)) f(t) dt from θ to 1, or minus that from 0 to θ, over
 * f(θ)·(1 − θ). The integral is taken by the doubly exponential rule.
 */
export function betaSlope(theta: number, a: number, b: number): number {
  const mean = digamma(a) - digamma(a + b);
  const rest = 1 - theta;
  const lower = theta < a / (a + b);
  const side = lower ? theta : rest;
  let integral = 0;
  const step = 1 / 64;
  for (let u = -9; u <= 9; u += step) {
    const s = Math.PI * Math.sinh(u);
    // The share of the side, w, as logarithms of w and 1 − w.
    const [logW, logV] = [s, -s].map((x) => x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x)));
    const away = side * Math.exp(logW!);
    const [logT, logRest] = lower
      ? [Math.log(theta) + logW!, Math.log1p(-away)]
      : [Math.log1p(-away), Math.log(rest) + logW!];
    const density = (a - 1) * (logT - Math.log(theta)) + (b - 1) * (logRest - Math.log(rest));
    const weight = Math.exp(density + logW! + logV!) * Math.PI * Math.cosh(u);
    if (weight > 0) integral += step * side * weight * (logT - mean);
  }
  return (lower ? -integral : integral) / rest;
}

/** The same for each entry of a row. */
export const dirichletSlope = (theta: Row, concentration: Row): number[] =>
  theta.map((t, i) => betaSlope(t, concentration[i]!, total(concentration) - concentration[i]!));

/** The gradient of a row's concentrations, from that of the sample. */
export function dirichletGradient(theta: Row, concentration: Row, slope: Row): number[] {
  const mean = total(theta.map((t, j) => t * slope[j]!));
  return dirichletSlope(theta, concentration).map((s, i) => s * (slope[i]! - mean));
}

const tries = 8;

/** Entry `index` of numbers of gamma distributions (Marsaglia & Tsang 2000), as a logarithm; of `stream` and the next. */
export function logGammaStream(shape: number, key: Key, stream: number, index: number): number {
  const d = shape + 2 / 3;
  const logUniform = (stream: number): number => Math.log(uniformStream(key, stream, index) + 2 ** -24);
  const boost = Math.log(d) + logUniform(stream + 2 * tries) / shape;
  for (let t = 0; t < tries; t++) {
    const normal = normalStream(key, stream + 2 * t, index);
    const root = 1 + normal / Math.sqrt(9 * d);
    const logV = 3 * Math.log(root);
    if (root > 0 && logUniform(stream + 2 * t + 1) < normal ** 2 / 2 + d * (1 - root ** 3 + logV)) {
      return boost + logV;
    }
  }
  return boost;
}

/** A row drawn with the numbers of its entries, from `index` on. */
export function dirichletStream(concentration: Row, key: Key, stream: number, index: number): number[] {
  const logs = concentration.map((b, k) => logGammaStream(b, key, stream, index + k));
  const powers = logs.map((x) => Math.exp(x - Math.max(...logs)));
  return powers.map((x) => x / total(powers));
}
