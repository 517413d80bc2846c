/** One run of a comparison: taken if no other process has it, then begun or resumed. */
import { explained } from "../../src/cli/explained.ts";
import { UserError } from "../../src/errors.ts";
import { runChild } from "./children.ts";
import type { Failure } from "./ended.ts";
import { busyBy, claim, clear, ownState } from "./folder.ts";
import type { PlannedRun } from "./runs.ts";

const beginnings = {
  new: "begins",
  damaged: "begins anew, for none of its checkpoints is whole",
  stopped: "goes on from its checkpoint",
};

/** Keeps others from a run; undefined where another process does it, of which `onBusy` is told. */
export function take(
  run: PlannedRun,
  onBusy: (run: PlannedRun, by: string) => void,
): Disposable | undefined {
  const by = busyBy(run);
  if (by === undefined) return claim(run);
  onBusy(run, by);
}

/** Brings a run that was taken to its end, or to a stop. Returns why it failed, if it did. */
export async function runTaken(
  run: PlannedRun,
  { signal, note, verify = false }: {
    readonly signal: AbortSignal;
    /** Whether a run that is finished has still to be asked whether it is of the images at hand. */
    readonly verify?: boolean | undefined;
    /** Told what happens to the run. */
    readonly note: (words: string) => void;
  },
): Promise<Failure | undefined> {
  try {
    const { kind } = ownState(run);
    if (kind === "finished") return verify ? await runChild(run, run.resumeArgs, signal) : undefined;
    note(beginnings[kind]);
    if (kind !== "stopped") clear(run);
    return await runChild(run, kind === "stopped" ? run.resumeArgs : run.args, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exitCode, message: explained(error) };
  }
}
