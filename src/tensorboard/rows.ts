/** Where a row of a run's logs goes: into which folder of event files, at which step, under which tags. */
import { groupOf } from "../io/log_columns.ts";
import type { Row } from "../io/run_logs.ts";
import type { Scalar } from "./events.ts";

/** Where a row stands. */
export interface Place {
  /** TensorBoard's name for it is "run". */
  readonly folder: string;
  readonly step: number;
}

interface Followed {
  /** The column of the step. */
  readonly axis: "epoch" | "step";
  /** What the folder's name has besides. */
  readonly suffix: string;
  readonly group: (column: string) => string;
}

const followed: Readonly<Record<string, Followed>> = {
  "metrics.jsonl": {
    axis: "epoch",
    suffix: "",
    group: (column) => groupOf(column) ?? "method",
  },
  // Not the tags of epochs: charts have one axis.
  "steps.jsonl": { axis: "step", suffix: "-steps", group: () => "steps" },
};

/** Columns that tell the searches of a run, or the stages of one, apart. */
const parts = ["search", "search_stage"] as const;

/** Where a row of a log goes; undefined where nothing of it does. */
export function placeOf(log: string, row: Row): Place | undefined {
  const { axis, suffix } = followed[log] ?? {};
  const step = axis && row[axis];
  if (typeof step !== "number") return undefined;
  const part = parts.filter((column) => row[column] !== undefined)
    .map((column) => `-${column === "search" ? "" : "stage-"}${row[column]}`).join("");
  return { folder: `${row["stage"] ?? "search"}${part}${suffix}`, step };
}

/** The numbers of a row; a measure that was not taken is none. */
export function scalarsOf(log: string, row: Row): Scalar[] {
  const { axis, group } = followed[log]!;
  return Object.entries(row).flatMap(([column, value]) =>
    typeof value !== "number" || column === axis || parts.some((part) => part === column)
      ? []
      : [{ tag: `${group(column)}/${column}`, value }]
  );
}
