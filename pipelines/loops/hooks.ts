/** What a loop tells whoever runs it. */
import type { EpochReport, StepReport } from "../../src/cli/progress.ts";

export interface Hooks {
  /** Aborted when the run should stop after the step it is in. */
  readonly signal: AbortSignal;
  readonly onStep: (report: StepReport) => void;
  readonly onEpoch: (report: EpochReport) => void;
  readonly note: (words: string) => void;
}

/** Progress of a loop over epochs of equal steps: rates and the time that is left. */
export class Clock {
  readonly #start = performance.now();
  #epochStart = performance.now();
  #done = 0;
  constructor(private readonly total: number, private readonly batch: number) {}

  startEpoch(): void {
    this.#epochStart = performance.now();
  }
  tick(): void {
    this.#done++;
  }
  get epochSeconds(): number {
    return (performance.now() - this.#epochStart) / 1000;
  }
  get imagesPerSecond(): number {
    return (this.#done * this.batch) / this.#seconds;
  }
  get secondsLeft(): number {
    return (this.#seconds / Math.max(1, this.#done)) * (this.total - this.#done);
  }
  get #seconds(): number {
    return (performance.now() - this.#start) / 1000;
  }
}
