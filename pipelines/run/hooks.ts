/** Callbacks of a loop, and the log of its epochs. */
import type { EpochReport, StepReport } from "../../src/cli/reports.ts";
import type { Parts } from "../checkpoint/keeper.ts";
import type { Epoch } from "../stages/epoch.ts";
import type { Measures } from "../stages/measures.ts";

/** What a loop calls while it runs, and what stops it. */
export interface Listeners {
  /** Aborted when the run should stop after the step it is in; its reason is thrown then. */
  readonly signal: AbortSignal;
  /** After every step; losses are those of some steps before, so that nothing waits for the device. */
  readonly onStep: (report: StepReport) => void;
  /** After every epoch. */
  readonly onEpoch: (report: EpochReport) => void;
  /** A sentence on what begins, what was skipped, what to know of a result. */
  readonly note: (words: string) => void;
}

/** The same of a run, whose parts are kept. */
export interface Hooks extends Listeners {
  /** The parts of the run that checkpoints have; none are written where it is left out. */
  readonly parts?: Parts | undefined;
}

/** Hooks of a loop that nobody listens to or stops. */
export const silent: Hooks = {
  signal: new AbortController().signal,
  onStep: () => {},
  onEpoch: () => {},
  note: () => {},
};

/** What hears of a loop, in the words of a command. */
interface Hearing {
  readonly signal: AbortSignal;
  readonly progress: {
    step(report: StepReport): void;
    epoch(report: EpochReport): void;
    note(words: string): void;
  };
}

/** Hooks of a command: its progress, and its signal. */
export const hooksOf = ({ signal, progress }: Hearing): Hooks => ({
  signal,
  onStep: progress.step,
  onEpoch: progress.epoch,
  note: progress.note,
});

/** Hooks for a part of a run that others of the same kind come before or after. */
export const within = (hooks: Hooks, name: string): Hooks => ({ ...hooks, parts: hooks.parts?.within(name) });

/** The size of a loop over epochs of equal steps. */
export interface LoopSize {
  /** As in the metrics. */
  readonly stage: "search" | "train";
  readonly epochs: number;
  /** Epochs of the loop that this one follows, from which its own are counted on; 0 when left out. */
  readonly after?: number;
  /** Steps an epoch. */
  readonly steps: number;
  /** Images a step. */
  readonly batch: number;
}

/** What a loop took so far. */
export interface Timing {
  /** Seconds of the loop, and of the epoch that is under way. */
  readonly total: number;
  readonly epoch: number;
  /** Steps in the seconds of the loop. */
  readonly steps: number;
}

/** Reports the steps and epochs of a loop, with rates and the time that is left. */
export class EpochLog {
  readonly #start: number;
  #epochStart: number;
  #epoch = 0;
  /** Steps up to where the loop is, and those that it took: a search may go back to an earlier epoch. */
  #done = 0;
  #taken: number;

  /** @param before what the loop took before it was resumed */
  constructor(
    private readonly hooks: Hooks,
    private readonly loop: LoopSize,
    before: Timing = { total: 0, epoch: 0, steps: 0 },
  ) {
    const now = performance.now();
    this.#start = now - 1000 * before.total;
    this.#epochStart = now - 1000 * before.epoch;
    this.#taken = before.steps;
  }

  /** @param taken steps of it that were taken before */
  startEpoch(epoch: number, taken: number): void {
    this.#epoch = epoch;
    this.#done = epoch * this.loop.steps + taken;
    if (taken === 0) this.#epochStart = performance.now();
  }

  get timing(): Timing {
    const now = performance.now();
    return { total: (now - this.#start) / 1000, epoch: (now - this.#epochStart) / 1000, steps: this.#taken };
  }

  step(measures: Measures, learningRate: number): void {
    this.#done++;
    this.#taken++;
    this.hooks.onStep({
      ...this.#common,
      step: this.#done - this.#epoch * this.loop.steps,
      steps: this.loop.steps,
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
    return {
      epoch: this.#common.epoch,
      train,
      valid,
      lr,
      seconds: this.timing.epoch,
      imagesPerSecond: this.#common.imagesPerSecond,
    };
  }

  get #common() {
    const { stage, epochs, after = 0, steps, batch } = this.loop;
    const { total } = this.timing;
    return {
      stage,
      epoch: after + this.#epoch,
      epochs: after + epochs,
      imagesPerSecond: (this.#taken * batch) / total,
      secondsLeft: (total / Math.max(1, this.#taken)) * (steps * epochs - this.#done),
    };
  }
}
