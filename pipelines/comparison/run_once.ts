/** One run of a comparison: waits for it if another process has it, otherwise begins or resumes it. */
import { explained } from "../../src/cli/explained.ts";
import { UserError } from "../../src/errors.ts";
import { type Failure, runChild } from "./children.ts";
import { clear, type RunState, stateOf } from "./folder.ts";
import type { PlannedRun } from "./runs.ts";

export interface RunOptions {
  readonly signal: AbortSignal;
  /** Told once of each run that another process does, and which one. */
  readonly onBusy: (run: PlannedRun, by: string) => void;
  /** Told what happens to the run. */
  readonly note: (words: string) => void;
}

const beginnings = {
  new: "begins",
  damaged: "begins anew, for none of its checkpoints is whole",
  stopped: "goes on from its checkpoint",
};

/** Milliseconds between two looks at a run that another process does. */
const look = 250;

/** Brings a run to its end, whoever does it, or to a stop. Returns why it failed, if it did. */
export async function runOrWait(run: PlannedRun, options: RunOptions): Promise<Failure | undefined> {
  const { signal, note } = options;
  try {
    const kind = await settledKind(run, options);
    if (kind === undefined || kind === "finished") return undefined;
    note(beginnings[kind]);
    if (kind !== "stopped") clear(run);
    return await runChild(run, kind === "stopped" ? run.resumeArgs : run.args, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: error.exitCode, message: explained(error) };
  }
}

/** Where a run is once no other process does it; undefined after a stop. */
async function settledKind(
  run: PlannedRun,
  { signal, onBusy }: RunOptions,
): Promise<Exclude<RunState["kind"], "busy"> | undefined> {
  for (let state = stateOf(run); !signal.aborted; state = stateOf(run)) {
    if (state.kind !== "busy") return state.kind;
    onBusy(run, state.by);
    await new Promise((wait) => setTimeout(wait, look));
  }
}
