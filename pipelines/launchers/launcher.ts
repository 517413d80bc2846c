/** What starts the runs of a comparison: children of this process, or a cluster. */
import type { CompareConfig } from "../../src/config/compare.ts";
import type { Tally } from "../comparison/tally.ts";

/** What a launcher works with. */
export interface Launch {
  readonly config: CompareConfig;
  /** Of the comparison, whose folder is made and may be written to; it is published after the launcher. */
  readonly tally: Tally;
  readonly signal: AbortSignal;
  /** Says something to the user, on the way. */
  readonly note: (words: string) => void;
}

/**
 * Sees to the runs that have not finished, and tells the tally what became of each: it does them, until the signal
 * aborts, or it finds out where they are and hands in those that are missing, and returns at once.
 */
export type Launcher = (launch: Launch) => Promise<void>;
