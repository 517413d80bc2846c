/** Epochs of equal steps, as a part of a run that can be stopped after any step and resumed. */
import { z } from "zod";
import type { Runner } from "../../src/gpu/mod.ts";
import { type HostState, toDevice, toHost } from "../checkpoint/host_state.ts";
import type { Part } from "../checkpoint/keeper.ts";
import { totals } from "../checkpoint/schemas.ts";
import { count, type Epoch } from "../stages/epoch.ts";
import { Measures, type Scored, type Totals } from "../stages/measures.ts";
import type { Metrics } from "../stages/stage.ts";
import { EpochLog, type Hooks, type LoopSize, type Timing } from "./hooks.ts";

/** Description of an epoch loop. `State` is the record on the device, `More` is extra state of checkpoints. */
export interface LoopSettings<State extends object, E extends Epoch, More> extends LoopSize {
  /** Of the part of the run. */
  readonly name: string;
  readonly schemas: {
    readonly state: z.ZodType<HostState<State>>;
    readonly epoch: z.ZodType<E>;
    readonly more: z.ZodType<More>;
  };
  /** The first state. */
  initial(): State;
  /** The first `more`. */
  readonly more: More;
  /** The batches of an epoch, as indices of images. */
  batchesOf(epoch: number): Iterable<Uint32Array>;
}

/** What a loop saves. */
interface Position<State, E, More> {
  readonly state: HostState<State>;
  /** The epoch under way, from 0, and how many of its steps are done. */
  readonly epoch: number;
  readonly taken: number;
  readonly train: Totals;
  readonly architecture: Totals;
  readonly timing: Timing;
  readonly journal: readonly E[];
  readonly more: More;
  readonly ended: boolean;
}

const positionSchema = <State extends object, E extends Epoch, More>(
  { schemas: { state, epoch, more }, epochs, steps }: LoopSettings<State, E, More>,
): z.ZodType<Position<State, E, More>> =>
  z.strictObject({
    state,
    epoch: count.max(epochs),
    taken: count.max(steps),
    train: totals,
    architecture: totals,
    timing: z.strictObject({ total: z.number(), epoch: z.number(), steps: count }),
    journal: z.array(epoch),
    more,
    // Checkpoints were without it once, and then had the number of all epochs as theirs.
    ended: z.boolean().default(false),
  });

/** How a loop goes on after an epoch. */
export interface Next<State, More> {
  /** The state to go on from; that of the last step when left out. */
  readonly state?: State;
  readonly more: More;
  /** The epoch that follows; the next when left out. */
  readonly next?: number;
  /** Whether none does. */
  readonly ended?: boolean;
}

/** The metrics of one step. */
interface Measured {
  readonly train?: Metrics | undefined;
  readonly architecture?: Metrics | undefined;
}

/**
 * The epochs of a loop, from where its last checkpoint left it. Whoever runs it takes every batch of every epoch:
 *
 * ```ts
 * await loop.untilStopped(async () => {
 *   for (const epoch of loop.epochs()) {
 *     for (const batch of loop.batches()) await loop.advance(state, metrics, lr);
 *     const { train, architecture } = await loop.means();
 *     await loop.endEpoch(record, { more });
 *   }
 * });
 * ```
 *
 * It saves when a checkpoint is due, at the end of each epoch, and where the signal stops it.
 */
export class EpochLoop<State extends object & { readonly step: number }, E extends Epoch, More> {
  readonly #part: Part<Position<State, E, More>> | undefined;
  readonly #log: EpochLog;
  readonly #journal: E[];
  #state: State | undefined;
  #more: More;
  #epoch: number;
  #taken: number;
  #ended: boolean;
  #train: Measures | undefined;
  #architecture: Measures | undefined;
  /** What the steps of the epoch measured before a resume. */
  #before: Pick<Position<State, E, More>, "train" | "architecture"> | undefined;
  /** Whether there is something that is not saved yet. */
  #unsaved: boolean;

  /** @param onEpoch gets every epoch as soon as it is done, first those of before a resume */
  constructor(
    private readonly runner: Runner,
    private readonly loop: LoopSettings<State, E, More>,
    private readonly hooks: Hooks,
    private readonly onEpoch: (epoch: E) => void,
  ) {
    this.#part = hooks.parts?.part(loop.name, positionSchema(loop));
    const { journal = [], more = loop.more, epoch = 0, taken = 0, ended = false, timing } = this.saved ?? {};
    this.#journal = [...journal];
    this.#more = more;
    this.#epoch = epoch;
    this.#taken = taken;
    this.#ended = ended;
    this.#unsaved = this.saved === undefined;
    this.#before = this.saved;
    this.#log = new EpochLog(hooks, loop, timing);
    journal.forEach(onEpoch);
  }

  /** Where the last checkpoint left it; undefined where it begins. */
  get saved(): Position<State, E, More> | undefined {
    return this.#part?.saved;
  }

  /** Whether no epoch is left. */
  get done(): boolean {
    return this.#ended || this.#epoch >= this.loop.epochs;
  }

  /**
   * The state now. It is made when it is first asked for: after the programs, so that what the device has no room for
   * is refused before.
   */
  get state(): State {
    return this.#state ??= this.saved ? toDevice<State>(this.runner, this.saved.state) : this.loop.initial();
  }

  get more(): More {
    return this.#more;
  }

  /** All epochs as they came, those included that a rollback took back. */
  get journal(): readonly E[] {
    return this.#journal;
  }

  /** Seconds that the loop took, in all sessions. */
  get seconds(): number {
    return this.#log.timing.total;
  }

  /** The epochs that are left; {@link endEpoch} says which comes next. */
  *epochs(): Generator<number> {
    while (!this.done) {
      this.#log.startEpoch(this.#epoch, this.#taken);
      yield this.#epoch;
    }
  }

  /** The batches that are left of the epoch. Throws where the signal stops the run. */
  *batches(): Generator<Uint32Array> {
    for (const indices of [...this.loop.batchesOf(this.#epoch)].slice(this.#taken)) {
      this.hooks.signal.throwIfAborted();
      yield indices;
    }
  }

  /** Share of the epoch that is done, from 0 to 1. */
  get share(): number {
    return this.#taken / this.loop.steps;
  }

  /**
   * Ends a step, after which checkpoints have `more` besides. Throws a divergence error (exit 5) where it, or one
   * before, was not finite.
   */
  async advance(
    next: State,
    { train, architecture }: Measured,
    lr: number,
    more: More = this.#more,
  ): Promise<void> {
    const measures = this.#measures();
    this.#take(next);
    this.#more = more;
    this.#taken++;
    if (architecture) await measures.architecture.add(architecture);
    if (train) await measures.train.add(train);
    this.#log.step(measures.train, lr);
    if (this.#part?.due) await this.#save();
  }

  /** Goes on from another state between two steps, with another `more`. */
  async change(next: State, more: More): Promise<void> {
    this.#take(next);
    this.#more = more;
    if (this.#part?.due) await this.#save();
  }

  /** The means over the steps of the epoch. */
  async means(): Promise<{ train: Scored; architecture: Scored | undefined }> {
    const { train, architecture } = this.#measures();
    await train.flush();
    await architecture.flush();
    return { train: train.mean, architecture: architecture.empty ? undefined : architecture.mean };
  }

  /** Reports the end of the epoch, and returns its record. */
  report(...measured: Parameters<EpochLog["finish"]>): Epoch {
    return this.#log.finish(...measured);
  }

  /** Goes on from the state, with the next epoch unless another is named. */
  async endEpoch(
    record: E,
    { state, more, next = this.#epoch + 1, ended = false }: Next<State, More>,
  ): Promise<void> {
    if (state) this.#take(state);
    this.#journal.push(record);
    this.onEpoch(record);
    this.#more = more;
    this.#epoch = next;
    this.#ended = ended;
    this.#taken = 0;
    this.#before = this.#train = this.#architecture = undefined;
    await this.#save();
  }

  /**
   * Runs the body; where the signal stops it, what is not saved is. A generator could not: it is not told of the
   * errors of the loop that it feeds.
   */
  async untilStopped(body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      const { signal } = this.hooks;
      if (signal.aborted && error === signal.reason && this.#unsaved) await this.#save();
      throw error;
    }
  }

  #take(next: State): void {
    this.runner.tensors.retire(this.state, next);
    this.#state = next;
    this.#unsaved = true;
  }

  #measures(): { train: Measures; architecture: Measures } {
    const make = (stage: string, from?: Totals) =>
      new Measures(this.runner, {
        stage,
        batch: this.loop.batch,
        step: this.state.step,
        ...from && { from },
      });
    return {
      train: this.#train ??= make("training", this.#before?.train),
      architecture: this.#architecture ??= make("architecture", this.#before?.architecture),
    };
  }

  async #save(): Promise<void> {
    const { train, architecture } = this.#measures();
    // A NaN is found here, before it is kept.
    await train.flush();
    await architecture.flush();
    this.#part?.save({
      state: await toHost(this.runner, this.state),
      epoch: this.#epoch,
      taken: this.#taken,
      train: train.totals,
      architecture: architecture.totals,
      timing: this.#log.timing,
      journal: [...this.#journal],
      more: this.#more,
      ended: this.#ended,
    });
    this.#unsaved = false;
  }
}
