/** Losses and accuracies on their way from the device to the log. */
import type { Runner } from "../../src/gpu/mod.ts";
import { divergedError } from "../../src/errors.ts";
import type { Metrics } from "./stage.ts";

/** Mean loss and accuracy (a fraction) over some images. */
export interface Scored {
  readonly loss: number;
  readonly accuracy: number;
}

/** How long the device may run ahead of the log, in milliseconds. */
const ahead = 1000;

/**
 * Adds up the metrics of steps. A read waits for the device (some 10 ms), so it comes only every so many steps:
 * as many as the device does in about a second, which also bounds how far the host may run ahead.
 */
export class Measures {
  #pending: Metrics[] = [];
  #loss = 0;
  #correct = 0;
  #images = 0;
  #last: number | undefined;
  #every = 1;
  #since = performance.now();

  /** @param stage named when the loss is no number */
  constructor(
    private readonly runner: Runner,
    private readonly stage: string,
    private readonly batch: number,
  ) {}

  /** Takes a step's metrics, and reads when it is time. Raises a divergence error (exit 5) for a loss that is no number. */
  async add(metrics: Metrics): Promise<void> {
    this.#pending.push(metrics);
    if (this.#pending.length < this.#every) return;
    const steps = this.#pending.length;
    await this.flush();
    const now = performance.now();
    this.#every = Math.max(1, Math.min(32, Math.floor((ahead * steps) / (now - this.#since))));
    this.#since = now;
  }

  /** Reads what is pending. */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const tensors = this.#pending.flatMap(({ loss, correct }) => [loss, correct]);
    this.#pending = [];
    const values = await this.runner.tensors.read(tensors);
    this.runner.tensors.release(...tensors);
    for (let i = 0; i < values.length; i += 2) {
      const loss = values[i]![0]! / this.batch;
      if (!Number.isFinite(loss)) {
        throw divergedError(
          `The ${this.stage} loss became ${loss} in step ${this.#images / this.batch + 1} of the epoch; ` +
            `lower the learning rate.`,
        );
      }
      this.#last = loss;
      this.#loss += values[i]![0]!;
      this.#correct += values[i + 1]![0]!;
      this.#images += this.batch;
    }
  }

  /** The latest loss that was read. */
  get latestLoss(): number | undefined {
    return this.#last;
  }

  /** Mean over everything read so far. */
  get mean(): Scored {
    return this.over(this.#images);
  }

  /** Everything read so far over `images` images: fewer than were run, where a batch was filled up. */
  over(images: number): Scored {
    return { loss: this.#loss / images, accuracy: this.#correct / images };
  }

  get empty(): boolean {
    return this.#images === 0;
  }
}
