/** A loop over epochs of equal steps, as a part of a run that can be left after any step and gone on with. */
import { z } from "zod";
import type { Runner } from "../../src/gpu/mod.ts";
import { type HostState, toDevice, toHost } from "../checkpoint/host_state.ts";
import type { Part } from "../checkpoint/keeper.ts";
import { count, totals } from "../checkpoint/schemas.ts";
import type { Epoch } from "../stages/epoch.ts";
import { Measures, type Totals } from "../stages/measures.ts";
import type { Metrics } from "../stages/stage.ts";
import { type Course, EpochLog, type Hooks, type Timing } from "./hooks.ts";

/** What a loop is about. `State` is the record on the device, `More` what the loop keeps besides. */
export interface Loop<State extends object, E extends Epoch, More> extends Course {
  /** Of the part of the run. */
  readonly name: string;
  readonly schemas: {
    readonly state: z.ZodType<HostState<State>>;
    readonly epoch: z.ZodType<E>;
    readonly more: z.ZodType<More>;
  };
  /** The state of the beginning. */
  initial(): State;
  /** What `more` is at the beginning. */
  readonly more: More;
  /** The batches of an epoch, as indices of images. */
  order(epoch: number): Iterable<Uint32Array>;
  /** Makes the steps ready; called when there is one left to take. `saved` is the state that is gone on from. */
  open(more: More, saved?: HostState<State>): Promise<Steps<State, E, More>>;
}

export interface Steps<State, E, More> {
  take(state: State, epoch: number, indices: Uint32Array): Taken<State>;
  /** Ends an epoch. Must leave everything as it was where it throws. */
  end(ended: EndedEpoch<State>): Promise<Turned<State, E, More>>;
  /** Called when all epochs are done. @param seconds they took, in all sessions */
  close?(seconds: number): void;
}

/** What a step comes to. */
export interface Taken<State> {
  readonly next: State;
  readonly train: Metrics;
  readonly architecture?: Metrics | undefined;
  /** Of the weights. */
  readonly lr: number;
}

/** An epoch whose steps are taken. */
export interface EndedEpoch<State> {
  readonly epoch: number;
  /** Epochs that ended before it, those that were turned back included: its place in the journal. */
  readonly number: number;
  readonly state: State;
  readonly train: Measures;
  readonly architecture: Measures;
  readonly log: EpochLog;
}

/** What the end of an epoch comes to. */
export interface Turned<State, E, More> {
  readonly record: E;
  readonly state: State;
  readonly more: More;
  /** The epoch to go on with. */
  readonly next: number;
  /** Whether the loop is at its end before its epochs are. */
  readonly ended?: boolean;
}

/** What a loop ends with. */
export interface Completed<State, E, More> {
  readonly state: State;
  /** All epochs as they came, those that were turned back included. */
  readonly journal: readonly E[];
  readonly more: More;
}

/** Where a loop is. */
interface Position<State, E, More> {
  readonly state: HostState<State>;
  /** The epoch under way, from 0, and how many of its steps are taken. */
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
  { schemas: { state, epoch, more }, epochs, steps }: Loop<State, E, More>,
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

const nothing: Totals = { loss: 0, correct: 0, images: 0 };

/**
 * Runs the epochs that are left. `onEpoch` gets all of them, those of before first. Saves when it is time, at the end of
 * each epoch, and where the signal stops it.
 */
export async function runLoop<State extends object & { readonly step: number }, E extends Epoch, More>(
  runner: Runner,
  loop: Loop<State, E, More>,
  hooks: Hooks,
  onEpoch: (epoch: E) => void,
): Promise<Completed<State, E, More>> {
  const { epochs, batch } = loop;
  const part: Part<Position<State, E, More>> | undefined = hooks.parts?.part(
    loop.name,
    positionSchema(loop),
  );
  const saved = part?.saved;
  const journal = [...saved?.journal ?? []];
  journal.forEach(onEpoch);
  const begun = () => saved ? toDevice<State>(runner, saved.state) : loop.initial();
  let more = saved?.more ?? loop.more;
  let epoch = saved?.epoch ?? 0;
  let ended = saved?.ended ?? false;
  if (epoch === epochs || ended) return { state: begun(), journal, more };

  // What the device has no room for is refused here, before a state is made.
  const steps = await loop.open(more, saved?.state);
  let state = begun();
  const log = new EpochLog(hooks, loop, saved?.timing);
  let taken = saved?.taken ?? 0;
  const measures = (stage: string, from: Totals = nothing) =>
    new Measures(runner, { stage, batch, step: state.step, from });
  let train = measures("training", saved?.train);
  let architecture = measures("architecture", saved?.architecture);
  /** Whether there is something that is not saved yet. */
  let moved = saved === undefined;
  const advance = (next: State): void => {
    runner.tensors.retire(state, next);
    state = next;
    moved = true;
  };
  const save = async (): Promise<void> => {
    // What is no number is found here, before it is kept.
    await train.flush();
    await architecture.flush();
    part?.save({
      state: await toHost(runner, state),
      epoch,
      taken,
      train: train.totals,
      architecture: architecture.totals,
      timing: log.timing,
      journal: [...journal],
      more,
      ended,
    });
    moved = false;
  };
  try {
    while (epoch < epochs && !ended) {
      log.startEpoch(epoch, taken);
      for (const indices of [...loop.order(epoch)].slice(taken)) {
        hooks.signal.throwIfAborted();
        const step = steps.take(state, epoch, indices);
        advance(step.next);
        taken++;
        if (step.architecture) await architecture.add(step.architecture);
        await train.add(step.train);
        log.step(train, step.lr);
        if (part?.due) await save();
      }
      await train.flush();
      await architecture.flush();
      const turned = await steps.end({ epoch, number: journal.length, state, train, architecture, log });
      advance(turned.state);
      journal.push(turned.record);
      onEpoch(turned.record);
      more = turned.more;
      epoch = turned.next;
      ended = turned.ended ?? false;
      taken = 0;
      train = measures("training");
      architecture = measures("architecture");
      await save();
    }
  } catch (error) {
    if (hooks.signal.aborted && error === hooks.signal.reason && moved) await save();
    throw error;
  }
  steps.close?.(log.timing.total);
  return { state, journal, more };
}
