/** The runs of a list as plain data, and what a reader chooses of them: some by state and words, in an order. */

/** Where a run is. What a list begins with comes first: what goes on, then what needs someone. */
export const watchedStates = {
  running: "it gives signs of life",
  silent: "it gave none lately: its process was killed, or its machine is down or cannot be heard",
  failed: "it ended with an error",
  waiting: "it has not begun",
  stopped: "it can be resumed",
  finished: "it came to its end",
} as const;
export type WatchedState = keyof typeof watchedStates;
const stateNames = Object.keys(watchedStates) as WatchedState[];

/** Values over the epochs of a stage. */
export interface Sparkline {
  /** What they are, in words. */
  readonly title: string;
  /** Whose: those of a supernet and of a trained network are no one measure. */
  readonly of: "supernet" | "network";
  readonly format: (value: number) => string;
  readonly values: readonly number[];
}

/** A run in a list. */
export interface WatchedRun {
  /** Where it lies, from the folder that is watched. */
  readonly name: string;
  /** Of its page; absent where there is none yet. */
  readonly address?: string | undefined;
  readonly state: WatchedState;
  /** Why it is in that state, in words. */
  readonly why?: string | undefined;
  /** What it is of, in words: its method, space and data. */
  readonly subject: string;
  /** The stage it is in: epochs that are done, of how many. */
  readonly progress?: { readonly stage: "search" | "train"; readonly done: number; readonly of: number };
  /** Of the stage it is in. */
  readonly secondsLeft?: number | undefined;
  readonly host?: string | undefined;
  /** Bytes that its process has of the machine's memory. */
  readonly memory?: number | undefined;
  /** When its metrics last changed, in milliseconds since 1970. */
  readonly changed?: number | undefined;
  readonly sparkline?: Sparkline | undefined;
  /** The last line of its log. */
  readonly said?: string | undefined;
}

/** What a list may be sorted by, and how it is called. */
export const sortKeys = {
  state: "State",
  name: "Run",
  epoch: "Epoch",
  left: "Time left",
  value: "Accuracy",
  host: "Host",
  memory: "Memory",
  changed: "Last change",
} as const;
export type SortKey = keyof typeof sortKeys;

/** What a reader chose. */
export interface Chosen {
  /** Words that a run has to have, in any case. */
  readonly words: string;
  readonly state: WatchedState | "";
  readonly sort: SortKey;
  readonly down: boolean;
}

/** What the query of an address chooses; what it does not know it leaves out. */
export function chosenBy(query: URLSearchParams): Chosen {
  const [state, sort] = [query.get("state") ?? "", query.get("sort") ?? ""];
  return {
    words: (query.get("words") ?? "").slice(0, 200),
    state: Object.hasOwn(watchedStates, state) ? state as WatchedState : "",
    sort: Object.hasOwn(sortKeys, sort) ? sort as SortKey : "state",
    down: query.get("down") === "1",
  };
}

/** The query that chooses so. */
export const queryOf = ({ words, state, sort, down }: Chosen): string => {
  const said = Object.entries({ words, state, sort: sort === "state" ? "" : sort, down: down ? "1" : "" });
  return `?${new URLSearchParams(said.filter(([, value]) => value !== ""))}`;
};

type Value = string | number | undefined;

/** What runs are sorted by; undefined where a run has none, which comes last. */
const values: Readonly<Record<SortKey, (run: WatchedRun) => Value>> = {
  state: ({ state }) => stateNames.indexOf(state),
  name: ({ name }) => name,
  epoch: ({ progress }) => progress && (progress.stage === "train" ? 1e9 : 0) + progress.done,
  left: ({ secondsLeft }) => secondsLeft,
  value: ({ sparkline }) => sparkline && (sparkline.of === "network" ? 1e9 : 0) + sparkline.values.at(-1)!,
  host: ({ host }) => host,
  memory: ({ memory }) => memory,
  changed: ({ changed }) => changed,
};

const compareNames = new Intl.Collator("en", { numeric: true }).compare;

function compareValues(a: Value, b: Value, down: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  const order = typeof a === "number" && typeof b === "number" ? a - b : compareNames(String(a), String(b));
  return down ? -order : order;
}

const textOf = ({ name, subject, state, host = "", said = "", why = "" }: WatchedRun): string =>
  [name, subject, state, host, said, why].join("\n").toLowerCase();

/** The runs that a reader chose, in the order that was asked for; equals by name. */
export function chosenRuns(runs: readonly WatchedRun[], { words, state, sort, down }: Chosen): WatchedRun[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return runs
    .filter((run) => state === "" || run.state === state)
    .filter((run) => wanted.every((word) => textOf(run).includes(word)))
    .sort((a, b) => compareValues(values[sort](a), values[sort](b), down) || compareNames(a.name, b.name));
}
