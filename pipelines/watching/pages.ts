/** The pages that are served, by address: a list, a report for each run, a page for each comparison. */
import { comparisonHtml, reportHtml, testHtml } from "../../src/report/mod.ts";
import { noteHtml } from "../../src/report/note_page.ts";
import type { Live } from "../../src/report/page.ts";
import {
  type Watched,
  type WatchedComparison,
  watchedContent,
  watchHtml,
} from "../../src/report/watch_page.ts";
import { chosenBy, type WatchedRun } from "../../src/report/watched_runs.ts";
import { join } from "../../src/io/paths.ts";
import { createHash } from "node:crypto";
import { comparedFiles, comparisonOf, plannedIn } from "./comparison.ts";
import { Files } from "./files.ts";
import { type Found, type Place, placesIn } from "./places.ts";
import { reportFiles, reportOf, testOf } from "./report.ts";
import { watchedRun } from "./run.ts";

/** A page as it is now. */
export interface LivePage {
  /** Tells this state of it from others. */
  readonly version: string;
  readonly html: () => string;
  /** Whether there is something at its address. */
  readonly there: boolean;
}

/** Milliseconds for which what was seen of the folders counts, and how much longer where to look takes long. */
const fresh = 500;
const slower = 10;

const hash = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22);

const addressOf = (way: readonly string[], file: string): string =>
  `/${[...way, file].map(encodeURIComponent).join("/")}`;

/** The names in an address, read; undefined where it is none. */
function namesIn(address: string): string | undefined {
  try {
    return JSON.stringify(address.split("/").slice(1).map(decodeURIComponent));
  } catch {
    return undefined;
  }
}

/** What was seen of the folders. */
interface Seen extends Found {
  readonly at: number;
  readonly took: number;
  /** Lines of the list by folder, those of runs that have not begun too. */
  readonly lines: ReadonlyMap<string, WatchedRun>;
  /** Places by the names in the addresses of their pages. */
  readonly byAddress: ReadonlyMap<string, Place>;
}

/** The pages of what lies in these folders, as the user named them. */
export class Pages {
  readonly files = new Files();
  readonly #folders: readonly string[];
  #seen: Seen | undefined;

  constructor(folders: readonly string[]) {
    this.#folders = folders;
  }

  /** The page at an address, with its query. */
  at({ pathname, searchParams }: URL): LivePage {
    const seen = this.#look();
    if (pathname === "/") return this.#list(seen, searchParams);
    const place = seen.byAddress.get(namesIn(pathname) ?? "");
    if (place === undefined) return gone;
    return place.kind === "run" ? this.#run(place, seen) : this.#comparison(place, seen);
  }

  /** How many runs there are. */
  get runs(): number {
    return this.#look().lines.size;
  }

  #look(): Seen {
    const before = this.#seen;
    const at = performance.now();
    if (before && at - before.at < Math.max(fresh, slower * before.took)) return before;
    this.files.look();
    const found = placesIn(this.#folders);
    const lines = new Map<string, WatchedRun>();
    const failures = new Map<string, string | undefined>();
    const waiting = new Map<string, WatchedRun>();
    /** Without the folder that is watched, where there is one. */
    const nameOf = (way: readonly string[]) =>
      (this.#folders.length === 1 && way.length > 1 ? way.slice(1) : way).join("/");
    for (const { folder, way } of found.places.filter(({ kind }) => kind === "comparison")) {
      for (const { name, method, space, failure } of plannedIn(this.files, folder)) {
        failures.set(join(folder, name), failure);
        waiting.set(join(folder, name), {
          name: nameOf([...way, name]),
          state: failure === undefined ? "waiting" : "failed",
          why: failure,
          subject: `${method} on ${space}`,
        });
      }
    }
    for (const { folder, way } of found.places.filter(({ kind }) => kind === "run")) {
      const name = nameOf(way);
      const address = addressOf(way, "report.html");
      lines.set(folder, watchedRun(this.files, { folder, name, address, failure: failures.get(folder) }));
    }
    for (const [folder, run] of waiting) if (!lines.has(folder)) lines.set(folder, run);
    const byAddress = new Map(
      found.places.map((place) => [JSON.stringify([...place.way, pageOf(place)]), place]),
    );
    return this.#seen = { ...found, at, took: performance.now() - at, lines, byAddress };
  }

  #list({ lines, places, notes }: Seen, query: URLSearchParams): LivePage {
    const comparisons = places.filter(({ kind }) => kind === "comparison").map((place): WatchedComparison => {
      const states = this.#runsIn(place, lines).map(({ state }) => state);
      const counts = Map.groupBy(states, (state) => state);
      return {
        name: place.way.join("/"),
        address: addressOf(place.way, pageOf(place)),
        counts: Object.fromEntries([...counts].map(([state, all]) => [state, all.length])),
      };
    });
    const watched: Watched = { folders: this.#folders, runs: [...lines.values()], comparisons, notes };
    const chosen = chosenBy(query);
    const version = hash(watchedContent(watched, chosen).text);
    return { version, there: true, html: () => watchHtml(watched, chosen, version) };
  }

  #runsIn({ folder }: Place, lines: Seen["lines"]): WatchedRun[] {
    return plannedIn(this.files, folder).flatMap(({ name }) => lines.get(join(folder, name)) ?? []);
  }

  #run({ folder, way }: Place, { lines, places }: Seen): LivePage {
    const run = lines.get(folder)!;
    const stamp = this.files.stamp(reportFiles.map((name) => join(folder, name)));
    const { state, why, progress, secondsLeft, host } = run;
    const version = hash(JSON.stringify([stamp, state, why, progress, secondsLeft, host]));
    const above = places.filter((place) => place.kind === "comparison" && isAbove(place.way, way))
      .map((place) => [place.way.at(-1)!, addressOf(place.way, pageOf(place))] as const);
    return drawnPage(version, run.name, above, (live) => {
      const test = testOf(this.files, folder);
      return test === undefined ? reportHtml(reportOf(this.files, folder, run), live) : testHtml(test, live);
    });
  }

  #comparison({ folder, way }: Place, { lines }: Seen): LivePage {
    const runs = new Map(
      plannedIn(this.files, folder).flatMap(({ name }) => {
        const line = lines.get(join(folder, name));
        return line ? [[name, line] as const] : [];
      }),
    );
    const stamp = this.files.stamp(
      [
        "comparison.json",
        ...[...runs.keys()].flatMap((name) => comparedFiles.map((file) => join(name, file))),
      ]
        .map((path) => join(folder, path)),
    );
    const states = [...runs].map(([name, { state, why, progress }]) => [name, state, why, progress?.done]);
    const version = hash(JSON.stringify([stamp, states]));
    return drawnPage(
      version,
      way.at(-1)!,
      [],
      (live) => comparisonHtml(comparisonOf(this.files, folder, runs), live),
    );
  }
}

const pageOf = ({ kind }: Place): string => kind === "run" ? "report.html" : "comparison.html";

const isAbove = (way: readonly string[], other: readonly string[]): boolean =>
  way.length < other.length && way.every((name, i) => name === other[i]);

/** A page that files are drawn on; what cannot be drawn, half-written maybe, is said so. */
function drawnPage(
  version: string,
  name: string,
  above: Live["above"],
  draw: (live: Live) => string,
): LivePage {
  const live: Live = { version, above: [["All runs", "/"], ...above] };
  const html = () => {
    try {
      return draw(live);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      return noteHtml(name, `Its files hold something that cannot be drawn: ${why}`, live);
    }
  };
  return { version, there: true, html };
}

/** What stands at an address that has nothing, any more or yet. */
const gone: LivePage = {
  version: "gone",
  there: false,
  html: () =>
    noteHtml("Nothing here", "There is no run and no comparison at this address, or no longer.", {
      version: "gone",
      above: [["All runs", "/"]],
    }),
};
