/** The logs of a run, and what follows them. */
import type { EntryLog } from "./entry_log.ts";
import { jsonLine, writeFileAtomic } from "./files.ts";
import { rowLog } from "./row_log.ts";

/** A row of a log. */
export type Row = Readonly<Record<string, unknown>>;

/** What is told of the rows of a run's logs. */
export interface RowFollower {
  /** A row was added to the log of that name. */
  added(log: string, row: Row): void;
  /** The rows of that log were written once more. */
  replaced(log: string, rows: readonly Row[]): void;
  /** The next row of each log is its first again. */
  rewound(): void;
}

export interface RunLogs {
  /** Adds a row to a log, as a line of JSON (see `EntryLog`); NaN and infinities as strings. */
  appendRow(name: string, row: Row): void;
  /** Writes all rows of a log that were added so far once more, as they are now. */
  replaceRows(name: string, rows: readonly Row[]): void;
  /** Has another log follow all of this run's. */
  follow(follower: RowFollower): void;
  /** Writes all logs from their beginning: rows that are added again stay, what follows the last of them is cut. */
  rewindRows(): void;
}

/** The logs of a run whose files lie where `file` says. */
export function runLogs(file: (name: string) => string): RunLogs {
  const followers: RowFollower[] = [];
  const logs = new Map<string, EntryLog<unknown>>();
  const logOf = (name: string): EntryLog<unknown> => {
    const log = logs.get(name) ?? rowLog(file(name));
    logs.set(name, log);
    return log;
  };
  return {
    appendRow: (name, row) => {
      logOf(name).append(row);
      followers.forEach((follower) => follower.added(name, row));
    },
    replaceRows: (name, rows) => {
      writeFileAtomic(file(name), rows.map(jsonLine));
      logOf(name).toEnd();
      followers.forEach((follower) => follower.replaced(name, rows));
    },
    follow: (follower) => void followers.push(follower),
    rewindRows: () => {
      logs.forEach((log) => log.rewind());
      followers.forEach((follower) => follower.rewound());
    },
  };
}
