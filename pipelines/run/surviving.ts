/** Resumes a run on another device when its device fails. */
import { deviceError, DeviceFailedError } from "../../src/errors.ts";
import { MemoryHeldError, type Runner, untilGivenBack } from "../../src/gpu/mod.ts";

export interface SurvivingOptions {
  readonly note: (line: string) => void;
  /** Ends the wait for memory. */
  readonly signal?: AbortSignal;
  /** The checkpoint that the body would resume from: another one than before is progress. */
  readonly position: () => unknown;
  /** How the user resumes from that checkpoint; empty where there is none. */
  readonly resumeHint: () => string;
  /** How many failures in a row, without progress in between, are followed by another try. */
  readonly times?: number;
  /** Milliseconds before the second try in a row, twice as many before the next: a driver's restart takes seconds. */
  readonly pause?: number;
}

/**
 * Runs the body with a runner of its own. Where the device fails, a new one is opened and the body runs again from
 * its beginning: it has to take up its last checkpoint, and is not to touch the runner that it had. Where other
 * programs hold the memory it wants, it waits for them first. Anything else that the body throws is thrown on: a
 * machine or a GPU that is too small, or an invalid shader, would only fail again.
 *
 * Throws a device error (exit 3) that says how to resume where that failed too often in a row.
 */
export async function surviving<T>(
  open: () => Promise<Runner>,
  body: (runner: Runner) => Promise<T>,
  { note, signal, position, resumeHint, times = 3, pause = 1000 }: SurvivingOptions,
): Promise<T> {
  let opening = open;
  let reached = position();
  for (let failures = 1;; failures++) {
    try {
      return await withRunner(await opening(), body);
    } catch (error) {
      if (!(error instanceof DeviceFailedError)) throw error;
      if (position() !== reached) failures = 1;
      reached = position();
      if (failures > times) throw givenUp(error, times, resumeHint());
      if (error instanceof MemoryHeldError) {
        await untilGivenBack(error, { note, signal });
        note(`There is memory again: going on from the last state (${failures} of ${times})`);
      } else {note(
          `${error.message}: rebuilding it and going on from the last state (${failures} of ${times})`,
        );}
      if (failures > 1) await new Promise((done) => setTimeout(done, pause * 2 ** (failures - 2)));
      opening = () => again(open);
    }
  }
}

async function withRunner<T>(runner: Runner, body: (runner: Runner) => Promise<T>): Promise<T> {
  try {
    return await body(runner);
  } finally {
    runner.close();
  }
}

/** A device that was there may be back later, so that not getting it is a failure like others. */
const again = (open: () => Promise<Runner>): Promise<Runner> =>
  open().catch((cause) => {
    throw new DeviceFailedError(`The device does not open again (${cause.message})`, { cause });
  });

const givenUp = (cause: DeviceFailedError, times: number, hint: string) =>
  deviceError(
    `${cause.message}; going on was tried ${times} times without getting to another checkpoint. ` +
      (hint === "" ? "There is no checkpoint yet." : `The last checkpoint is kept: ${hint}.`),
    { cause },
  );
