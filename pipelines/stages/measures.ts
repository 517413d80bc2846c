/** Losses and accuracies on their way from the device to the log, and the check that they are finite. */
import type { Runner } from "../../src/gpu/mod.ts";
import { divergedError } from "../../src/errors.ts";
import { allFinite } from "../../src/graph/ops/mod.ts";
import { setting } from "../../src/setting.ts";
import type { Metrics } from "./stage.ts";

/** Mean loss and accuracy (a fraction) over some images. */
export interface Scored {
  /** Mean cross-entropy. */
  readonly loss: number;
  /** Share of the images whose label has the largest logit, in [0, 1]. */
  readonly accuracy: number;
}

/** Sums over the images of the steps that were read. */
export interface Totals {
  readonly loss: number;
  readonly correct: number;
  readonly images: number;
}

export interface MeasuresOptions {
  /** What the steps are steps of, for errors: "training". */
  readonly stage: string;
  /** What is evaluated, where the steps only evaluate: "the network on the test images". */
  readonly of?: string;
  /** What to do about a loss that is not finite. */
  readonly advice?: string | undefined;
  /** Images a step. */
  readonly batch: number;
  /** Steps done before the first one that is added. */
  readonly step?: number;
  /** Sums of the steps before. */
  readonly from?: Totals;
}

/** How long the device may run ahead of the log, in milliseconds. */
const ahead = 1000;
/** Most steps that are taken before their metrics are read: a NaN is found within as many. */
const mostAhead = 32;

/**
 * When what is pending is read: a read waits for the device (some 10 ms), so it comes only every so many steps, as many
 * as the device does in about a second, which also bounds how far the host may run ahead.
 */
export class Pace {
  #every = 1;
  #since = performance.now();

  /** Whether so many pending steps are enough for a read. */
  due(pending: number): boolean {
    return pending >= this.#every;
  }

  /** After the read of so many steps. */
  read(steps: number): void {
    const now = performance.now();
    this.#every = Math.max(1, Math.min(mostAhead, Math.floor((ahead * steps) / (now - this.#since))));
    this.#since = now;
  }
}

/** Adds up the metrics of steps. */
export class Measures {
  #pending: Metrics[] = [];
  #totals: Totals;
  #steps: number;
  #last: number | undefined;
  readonly #pace = new Pace();
  readonly #stage: string;
  readonly #of: string | undefined;
  readonly #advice: string;
  readonly #batch: number;

  constructor(
    private readonly runner: Runner,
    {
      stage,
      of,
      advice = `lower ${setting("lr")}`,
      batch,
      step = 0,
      from = { loss: 0, correct: 0, images: 0 },
    }: MeasuresOptions,
  ) {
    this.#stage = stage;
    this.#of = of;
    this.#advice = advice;
    this.#batch = batch;
    this.#steps = step;
    this.#totals = from;
  }

  /**
   * Takes a step's metrics, and reads when it is time. Throws a divergence error (exit 5) for a loss or a number of
   * the step that is NaN or infinite, which names it and the step.
   */
  async add(metrics: Metrics): Promise<void> {
    this.#pending.push(metrics);
    const steps = this.#pending.length;
    if (!this.#pace.due(steps)) return;
    await this.flush();
    this.#pace.read(steps);
  }

  /** Reads what is pending; throws what {@link add} does. */
  async flush(): Promise<void> {
    if (this.#pending.length === 0) return;
    const pending = this.#pending;
    this.#pending = [];
    const tensors = pending.flatMap(({ loss, correct, notFinite }) =>
      notFinite ? [loss, correct, notFinite] : [loss, correct]
    );
    const values = await this.runner.tensors.read(tensors);
    this.runner.tensors.release(...tensors);
    let at = 0;
    for (const metrics of pending) {
      const [loss, correct] = [values[at++]![0]!, values[at++]![0]!];
      this.#steps++;
      this.#check(loss / this.#batch, metrics, metrics.notFinite && values[at++]!);
      this.#last = loss / this.#batch;
      const { loss: sum, correct: right, images } = this.#totals;
      this.#totals = { loss: sum + loss, correct: right + correct, images: images + this.#batch };
    }
  }

  #check(loss: number, { vectors = [] }: Metrics, notFinite: Float32Array | undefined): void {
    const firsts = notFinite ? firstsOf(notFinite, vectors.length) : [];
    const which = firsts.findIndex((first) => first !== undefined);
    if (which < 0 && Number.isFinite(loss)) return;
    const place = `In ${this.#stage} step ${this.#steps}${this.#of === undefined ? "" : ` of ${this.#of}`}`;
    if (which < 0) {
      // The weights are the last of the vectors.
      const advice = vectors.at(-1)?.advice ?? this.#advice;
      throw divergedError(`${place} the loss became ${loss}; ${advice}.`);
    }
    const { numberAt, advice } = vectors[which]!;
    throw divergedError(
      `${place}, with a loss of ${Number(loss.toPrecision(4))}, ${
        numberAt(firsts[which]!)
      } became NaN or infinite; ` +
        `${advice}.`,
    );
  }

  /** What was read so far, what was before included. */
  get totals(): Totals {
    return this.#totals;
  }

  /** The latest loss that was read. */
  get latestLoss(): number | undefined {
    return this.#last;
  }

  /** Mean over everything read so far. */
  get mean(): Scored {
    return this.over(this.#totals.images);
  }

  /** Everything read so far over `images` images: fewer than were run, where a batch was filled up. */
  over(images: number): Scored {
    return { loss: this.#totals.loss / images, accuracy: this.#totals.correct / images };
  }

  get empty(): boolean {
    return this.#totals.images === 0;
  }
}

/**
 * The first number of each vector that is not finite: the least of its row, which has one entry for each part of it.
 */
function firstsOf(notFinite: Float32Array, vectors: number): (number | undefined)[] {
  const indices = new Uint32Array(notFinite.buffer, notFinite.byteOffset, notFinite.length);
  const parts = indices.length / vectors;
  return Array.from({ length: vectors }, (_, v) => {
    const first = Math.min(...indices.subarray(v * parts, (v + 1) * parts));
    return first === allFinite ? undefined : first;
  });
}
