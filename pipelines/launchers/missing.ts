/** Which runs are to be handed in: those that nobody does, and that did not fail for good. */
import type { UnderWay } from "../../src/report/mod.ts";
import { endOf, type Failure, forgetEnd, interrupted } from "../comparison/ended.ts";
import { busyBy, claim, clear, ownState } from "../comparison/folder.ts";
import type { PlannedRun } from "../comparison/runs.ts";
import type { Launch } from "./launcher.ts";

/** Exit code of a run that diverged: with the same settings it does so again. */
const diverged = 5;

/** What a cluster tells of a run that was handed in. */
export interface Told {
  /** Where it is; undefined where the cluster has it no more. */
  readonly where: UnderWay | undefined;
  /** Why the cluster has it no more, in a sentence, where it says so. */
  readonly why: string | undefined;
  /** Why it would come to no other end if it were handed in again. */
  readonly failure: Failure | undefined;
}

/** The runs that have neither finished nor failed. */
export const openRuns = ({ runs, finished, failures }: Launch["tally"]): PlannedRun[] =>
  runs.filter((run) => !finished.has(run) && !failures.has(run));

/**
 * Tells the tally where each run is. Returns those that are to be handed in, their folders made ready.
 *
 * @param told of those that were handed in before
 */
export function missingRuns(
  { config, tally, note }: Launch,
  told: ReadonlyMap<PlannedRun, Told>,
): PlannedRun[] {
  return openRuns(tally).filter((run) => {
    const before = told.get(run);
    const where = before?.where ?? elsewhere(run);
    if (where !== undefined) {
      tally.underWay.set(run, where);
      return false;
    }
    const failure = before?.failure ?? failureOf(run);
    if (failure !== undefined && !(config.retryFailed && failure.code !== diverged)) {
      tally.failures.set(run, failure);
      return false;
    }
    const why = failure?.message ?? endOf(run.directory)?.message ?? before?.why ??
      "It ended without a word.";
    if (before !== undefined) note(`${run.name}: ${why} It is handed in again`);
    return makeReady(run);
  });
}

function elsewhere(run: PlannedRun): UnderWay | undefined {
  const by = busyBy(run);
  return by === undefined ? undefined : { state: "running", words: `another process (${by})` };
}

/** Why a run has failed that would do so again; undefined of one that was stopped, killed or lost. */
function failureOf({ directory }: PlannedRun): Failure | undefined {
  const end = endOf(directory);
  // Above stand the signals.
  return end !== undefined && end.code < 128 && end.code !== interrupted ? end : undefined;
}

/** Makes the folder of a run ready for who begins or resumes it; false where another process is faster. */
function makeReady(run: PlannedRun): boolean {
  using claimed = claim(run);
  if (claimed === undefined) return false;
  const { kind } = ownState(run);
  if (kind === "stopped") forgetEnd(run.directory);
  else if (kind !== "finished") clear(run);
  return true;
}
