/** What a loop tells whoever runs it. */
import type { EpochReport, StepReport } from "../../src/cli/progress.ts";
import type { Measures, Scored } from "../stages/measures.ts";

export interface Hooks {
  /** Aborted when the run should stop after the step it is in. */
  readonly signal: AbortSignal;
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (report: EpochReport) => void;
  readonly note: (words: string) => void;
}

/** One finished epoch of any loop. */
export interface Epoch {
  /** From 0. */
  readonly epoch: number;
  readonly train: Scored;
  readonly valid: Scored | undefined;
  readonly lr: number;
  readonly seconds: number;
  readonly imagesPerSecond: number;
}

/** What a loop over epochs of equal steps consists of. */
interface Course {
  /** As in the metrics. */
  readonly stage: "search" | "train";
  readonly epochs: number;
  /** Steps an epoch. */
  readonly steps: number;
  /** Images a step. */
  readonly batch: number;
}

/** Reports the steps and epochs of a loop, with rates and the time that is left. */
export class EpochLog {
  readonly #start = performance.now();
  #epochStart = performance.now();
  #epoch = 0;
  #done = 0;
  constructor(private readonly hooks: Hooks, private readonly course: Course) {}

  startEpoch(epoch: number): void {
    this.#epoch = epoch;
    this.#epochStart = performance.now();
  }

  /** Takes up the search at the end of an epoch before. */
  rewind(epoch: number): void {
    this.#done = (epoch + 1) * this.course.steps;
  }

  step(measures: Measures, learningRate: number): void {
    this.#done++;
    this.hooks.onStep({
      ...this.#common,
      step: this.#done - this.#epoch * this.course.steps,
      steps: this.course.steps,
      learningRate,
      ...(!measures.empty && { loss: measures.latestLoss!, accuracy: measures.mean.accuracy }),
    });
  }

  /** Ends the epoch. `more` is what the search says besides. */
  finish(
    { train, valid, lr }: Pick<Epoch, "train" | "valid" | "lr">,
    more: Pick<EpochReport, "numbers" | "skipCount" | "alphaEntropy" | "benchmark"> = {},
  ): Epoch {
    this.hooks.onEpoch({
      ...this.#common,
      trainLoss: train.loss,
      trainAccuracy: train.accuracy,
      ...(valid && { validLoss: valid.loss, validAccuracy: valid.accuracy }),
      learningRate: lr,
      ...more,
    });
    const seconds = (performance.now() - this.#epochStart) / 1000;
    return { epoch: this.#epoch, train, valid, lr, seconds, imagesPerSecond: this.#common.imagesPerSecond };
  }

  get #common() {
    const { stage, epochs, steps, batch } = this.course;
    const seconds = (performance.now() - this.#start) / 1000;
    return {
      stage,
      epoch: this.#epoch,
      epochs,
      imagesPerSecond: (this.#done * batch) / seconds,
      secondsLeft: (seconds / Math.max(1, this.#done)) * (steps * epochs - this.#done),
    };
  }
}
