/**
 * The oracle of one whole iteration: what a search may make of a state, a training batch and a search batch, by rules
 * that are written out here and in `method_rules.ts`. It looks at the state before and after. Where a step follows a
 * gradient, the gradient that it must have had is found from what became of the momentum, and compared with central
 * differences of the loss.
 */
import { assertEquals } from "deno-std/assert";
import { fold, type Key, uniform, uniformStream } from "../../src/random.ts";
import type { Decisions } from "../../src/search/decisions.ts";
import type { SearchProblem } from "../../pipelines/stages/problem.ts";
import type { HostBatch } from "../../pipelines/stages/stage.ts";
import { mapRows, type Rules } from "./method_rules.ts";
import { type At, gradientsOfCells, type NetworkLoss, networkLoss } from "./network_loss.ts";
import { assertNear, assertSlope, dot } from "./slopes.ts";

/** A search's state in float64. */
export interface State {
  readonly weights: Float64Array;
  readonly velocity: Float64Array;
  readonly statistics: Float64Array;
  readonly alphas: Float64Array;
  readonly alphaMean: Float64Array;
  readonly alphaVariance: Float64Array;
  readonly step: number;
  readonly architectureSteps: number;
  readonly decisions: Decisions;
  readonly key: Key;
}

export interface Given {
  readonly train: HostBatch;
  readonly search: HostBatch;
  readonly epoch: number;
  /** Whether the alphas rest. */
  readonly resting: boolean;
  /** The mixing vector of a step that has no alphas. */
  readonly mixing?: Float64Array;
}

/** Sums over the images of the batches. */
export interface Measured {
  readonly loss: number;
  readonly correct: number;
}

const gumbelNoise = (key: Key, stream: number, index: number): number => {
  const exponential = -Math.log(Math.max(uniformStream(key, stream, index), 2 ** -25));
  return -Math.log(exponential);
};

/** The oracle of a problem's iterations. */
export class IterationOracle {
  readonly #network: NetworkLoss;
  /** What is added to the loss of the weights. */
  readonly #weightPenalty: (at: At) => number;
  constructor(private readonly problem: SearchProblem, private readonly rules: Rules) {
    this.#network = networkLoss(problem);
    const { weightPenalty } = rules;
    const gradients = weightPenalty && gradientsOfCells(problem);
    this.#weightPenalty = (at) => (gradients ? weightPenalty(gradients(at), at.numbers) : 0);
  }

  /** Asserts that `after` is what an iteration makes of `before`, and that it measured what it should. */
  check(
    before: State,
    after: State,
    given: Given,
    measured: { readonly train: Measured; readonly architecture?: Measured | undefined },
  ): void {
    const { order } = this.rules;
    const numbers = this.#numbers(given);
    assertEquals([after.key, after.decisions], [before.key, before.decisions]);
    assertEquals(after.step, before.step + 1, "weight steps");
    const steps = order === "weights only" || given.resting ? 0 : 1;
    assertEquals(after.architectureSteps, before.architectureSteps + steps, "architecture steps");
    assertEquals(measured.architecture !== undefined, steps === 1 && order !== "joint", "what was measured");
    if (order === "joint") {
      const mixing = this.#mixing(before, this.#key(before, "joint relaxation"), numbers);
      const at = this.#trainAt(before, mixing, "joint noise", given, numbers);
      this.#weightStep(before, after, at, given, measured.train);
      if (steps === 0) this.#alphasRest(before, after);
      else this.#moved(before, after, this.#key(before, "joint relaxation"), at, given);
      return assertNear(after.statistics, this.#network.statistics(at), "the running statistics");
    }

    // The states between: every vector is moved by one of the steps, the statistics by both.
    let state = before;
    const search = (): void => {
      if (steps === 0) return this.#alphasRest(before, after);
      const statistics = this.#architectureStep(state, after, given, measured.architecture!);
      const { alphas, alphaMean, alphaVariance, architectureSteps } = after;
      state = { ...state, alphas, alphaMean, alphaVariance, architectureSteps, statistics };
    };
    const train = (): void => {
      const mixing = given.mixing ?? this.#perturbed(state, given);
      const at = this.#trainAt(state, mixing, "weight noise", given, numbers);
      this.#weightStep(state, after, at, given, measured.train);
      const { weights, velocity, step } = after;
      state = { ...state, weights, velocity, step, statistics: this.#network.statistics(at) };
    };
    for (const step of order === "weights first" ? [train, search] : [search, train]) step();
    assertNear(after.statistics, state.statistics, "the running statistics");
  }

  #numbers({ epoch }: Given): Record<string, number> {
    const numbers = this.rules.numbers(epoch, this.problem.config.epochs);
    return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Math.fround(value)]));
  }

  /** The weights' learning rate: a cosine by epochs. */
  #lr({ epoch }: Given): number {
    const { lr, lrMin, epochs } = this.problem.config;
    return lrMin + ((lr - lrMin) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
  }

  #key({ key, step }: State, use: string): Key {
    return fold(fold(key, use), step);
  }

  /** Drop-path, whose probability grows from none in the first epoch to all of it in the last. */
  #dropPath({ epoch }: Given, key: Key): number[] | undefined {
    const { config: { searchDropPath, epochs, batch }, net } = this.problem;
    if (searchDropPath === 0) return undefined;
    const keep = 1 - (searchDropPath * epoch) / (epochs - 1);
    return Array.from({ length: net.dropPaths * batch }, (_, i) => uniform(key, i) < keep ? 1 / keep : 0);
  }

  /** The mixing vector of a pass: of alphas, with the draws of a key, and what is decided in its place. */
  #mixing(
    { alphas, decisions }: Pick<State, "alphas" | "decisions">,
    key: Key,
    numbers: Record<string, number>,
    oneHot = this.rules.oneHot,
  ): Float64Array {
    const { layout } = this.problem;
    return mapRows(alphas, layout, (row, m, r) => {
      const decision = decisions[layout.matrices[m]!.name]?.[r] ?? "open";
      if (decision !== "open") return row.map((_, k) => Number(k === decision));
      const { drawn } = this.rules;
      if (drawn) return drawn.sample(row, key, m, r * row.length);
      const soft = this.rules.relaxed(row, numbers, (k) => gumbelNoise(key, m, r * row.length + k));
      return oneHot ? soft.map((_, k) => Number(k === soft.indexOf(Math.max(...soft)))) : soft;
    });
  }

  #perturbed(state: State, given: Given): Float64Array {
    const numbers = this.#numbers(given);
    const key = this.#key(state, "perturb");
    const start = this.#mixing(state, key, numbers);
    const { weights, statistics } = state;
    const noiseKey = this.#key(state, "perturb noise");
    return this.rules.perturbed?.(start, {
      layout: this.problem.layout,
      key,
      numbers,
      loss: (mixing, batch) =>
        this.#network.loss("eval", { weights, statistics, mixing, batch: given[batch], noiseKey, numbers }),
    }) ?? start;
  }

  #trainAt(
    state: State,
    mixing: Float64Array,
    noise: string,
    given: Given,
    numbers: Record<string, number>,
  ): At {
    const { weights, statistics } = state;
    const dropPath = this.#dropPath(given, this.#key(state, "drop path"));
    return {
      weights,
      statistics,
      mixing,
      batch: given.train,
      noiseKey: this.#key(state, noise),
      numbers,
      dropPath,
    };
  }

  /** SGD with momentum, weight decay and clipping. */
  #weightStep(before: State, after: State, at: At, given: Given, measured: Measured): void {
    const { momentum, weightDecay, gradClip, nesterov } = this.problem.config;
    const decay = before.weights.map((w) => weightDecay * w);
    const slope = after.velocity.map((v, i) => v - momentum * before.velocity[i]! - decay[i]!);
    const loss = (weights: Float64Array) =>
      this.#network.loss("train", { ...at, weights }) + this.#weightPenalty({ ...at, weights });
    assertSlope(slope, loss, before.weights, gradClip, "the weights' gradient");
    const direction = nesterov
      ? after.velocity.map((v, i) => slope[i]! + decay[i]! + momentum * v)
      : after.velocity;
    const change = direction.map((v) => -this.#lr(given) * v);
    assertNear(after.weights.map((w, i) => w - before.weights[i]!), change, "the weights' change");
    this.#assertMeasured(measured, at, "the training batch");
  }

  /** Asserts what an architecture step made of the alphas; returns the running statistics after it. */
  #architectureStep(before: State, after: State, given: Given, measured: Measured): Float64Array {
    const t = before.architectureSteps + 1;
    const keyOf = (use: string) => fold(fold(before.key, use), t);
    const numbers = this.#numbers(given);
    const { weights, statistics } = before;
    const relaxKey = keyOf("architecture relaxation");
    const mixing = this.#mixing(before, relaxKey, numbers);
    const searchAt: At = {
      ...{ weights, statistics, mixing, numbers, batch: given.search },
      noiseKey: keyOf("architecture noise"),
      dropPath: this.#dropPath(given, keyOf("architecture drop path")),
    };
    if (this.problem.config.order === 1) {
      this.#moved(before, after, relaxKey, searchAt, given);
      this.#assertMeasured(measured, searchAt, "the search batch");
      return this.#network.statistics(searchAt);
    }
    const trainAt: At = {
      ...{ weights, statistics, mixing, numbers, batch: given.train },
      noiseKey: keyOf("unrolled noise"),
      dropPath: this.#dropPath(given, keyOf("unrolled drop path")),
    };
    this.#moved(before, after, relaxKey, searchAt, given, trainAt);
    const unrolled = { ...searchAt, weights: this.#unrolled(before, trainAt, given) };
    this.#assertMeasured(measured, unrolled, "the search batch");
    return this.#network.statistics(trainAt);
  }

  /** The weights after one more step on the training batch, which clips nothing. */
  #unrolled({ weights, velocity }: State, at: At, given: Given): Float64Array {
    const { momentum, weightDecay } = this.problem.config;
    const slope = this.#network.slope("weights", at);
    const lr = this.#lr(given);
    return weights.map((w, i) => w - lr * (momentum * velocity[i]! + slope[i]! + weightDecay * w));
  }

  /** The optimiser along the gradient of the loss at `at`; through one step of the weights at `unrolled`, where given. */
  #moved(before: State, after: State, relaxKey: Key, at: At, given: Given, unrolled?: At): void {
    const { config: { archLr, archWeightDecay }, layout } = this.problem;
    const { betas: [b1, b2], alphaClip, drawn, exponentiated, oneHot, penalty } = this.rules;
    const { alphas, decisions } = before;
    const numbers = this.#numbers(given);
    const slope = after.alphaMean.map((m, i) =>
      (m - b1 * before.alphaMean[i]!) / (1 - b1) - archWeightDecay * alphas[i]!
    );
    const rowsOf = (x: Float64Array) =>
      layout.matrices.flatMap(({ offset, shape: [rows, columns] }) =>
        Array.from({ length: rows }, (_, r) => [...x.subarray(offset + r * columns).subarray(0, columns)])
      );
    // The gradient of a hard draw is that of the relaxed sample, along the slope of the loss at what was drawn.
    const straight = oneHot ? this.#network.slope("mixing", at) : undefined;
    // A draw whose gradient has a rule moves by its derivatives.
    const derivatives = drawn &&
      rowsOf(alphas).map((row, r) => {
        const sample = rowsOf(at.mixing)[r]!;
        return row.map((_, j) => drawn.gradient(row, sample, row.map((_, k) => Number(k === j))));
      });
    const mixingAt = (x: Float64Array): Float64Array => {
      if (exponentiated) return x;
      if (!derivatives) return this.#mixing({ alphas: x, decisions }, relaxKey, numbers, false);
      let r = 0;
      const moves = mapRows(
        x.map((value, i) => value - alphas[i]!),
        layout,
        (by) => derivatives[r++]!.map((slope) => slope.reduce((sum, d, k) => sum + d * by[k]!, 0)),
      );
      return moves.map((move, i) => at.mixing[i]! + move);
    };
    const loss = (x: Float64Array): number => {
      const mixing = mixingAt(x);
      const added = penalty?.(rowsOf(x), numbers) ?? 0;
      if (straight) return added + dot(straight, mixing);
      if (!unrolled) return added + this.#network.loss("train", { ...at, mixing });
      const weights = this.#unrolled(before, { ...unrolled, mixing }, given);
      return added + this.#network.loss("train", { ...at, mixing, weights });
    };
    assertSlope(slope, loss, exponentiated ? at.mixing : alphas, alphaClip, "the alphas' gradient");

    const t = before.architectureSteps + 1;
    const variance = before.alphaVariance.map((v, i) =>
      b2 * v + (1 - b2) * (slope[i]! + archWeightDecay * alphas[i]!) ** 2
    );
    assertNear(after.alphaVariance, variance, "Adam's second moment");
    const powers = exponentiated &&
      mapRows(at.mixing.map((a, i) => a * Math.exp(-archLr * slope[i]!)), layout, (row) => {
        const total = row.reduce((sum, x) => sum + x, 0);
        return row.map((x) => Math.log(x / total));
      });
    const change = powers
      ? powers.map((x, i) => x - alphas[i]!)
      : after.alphaMean.map((m, i) =>
        (-archLr * (m / (1 - b1 ** t))) / (Math.sqrt(variance[i]! / (1 - b2 ** t)) + 1e-8)
      );
    const free = mapRows(
      change,
      layout,
      (row, m, r) => (decisions[layout.matrices[m]!.name]?.[r] ?? "open") === "open" ? row : row.map(() => 0),
    );
    assertNear(after.alphas.map((a, i) => a - alphas[i]!), free, "the alphas' change");
  }

  #alphasRest(before: State, after: State): void {
    for (const name of ["alphas", "alphaMean", "alphaVariance"] as const) {
      assertNear(after[name], before[name], `${name} of alphas that rest`, 0);
    }
  }

  #assertMeasured({ loss, correct }: Measured, at: At, what: string): void {
    const { batch } = this.problem.config;
    assertNear(
      Float64Array.of(loss),
      Float64Array.of(batch * this.#network.loss("train", at)),
      `the loss of ${what}`,
    );
    assertEquals(correct, this.#network.correct(at), `what is correct of ${what}`);
  }
}
