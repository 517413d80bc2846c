/** Follows the logs of a run into event files for TensorBoard. */
import type { EntryLog } from "../io/entry_log.ts";
import { makeFolder } from "../io/files.ts";
import { join } from "../io/paths.ts";
import { statIfThere } from "../io/read.ts";
import type { Row, RowFollower } from "../io/run_logs.ts";
import type { Event, Image } from "./events.ts";
import { eventLog } from "./event_log.ts";
import { placeOf, scalarsOf } from "./rows.ts";

/** TensorBoard takes what has "tfevents" in its name. */
const fileName = "events.out.tfevents.ms-darts";

/** A file of events. */
interface Written {
  readonly log: EntryLog<Event>;
  /** The last step that was added since the beginning; absent where nothing was. */
  last?: number;
}

/** Logs of which rows have a genotype at each epoch, to be drawn. */
const drawn = "metrics.jsonl";

export class TensorboardFollower implements RowFollower {
  #written = new Map<string, Written>();
  #rows: { readonly log: string; readonly row: Row }[] = [];
  /** Whether anything was written that was not there; what lies behind it is then gone from all files. */
  #fresh = false;

  /**
   * @param folder of all event files, a folder in it for each part of the run; made with the first row
   * @param draw the cells of a genotype, given as text, as pictures
   */
  constructor(
    private readonly folder: string,
    private readonly draw: (genotype: string) => readonly Image[],
  ) {}

  added(log: string, row: Row): void {
    const place = placeOf(log, row);
    if (place === undefined) return;
    this.#rows.push({ log, row });
    const { folder, step } = place;
    const { last } = this.#of(folder);
    // A search that went back to an earlier epoch: TensorBoard forgets what came after that.
    if (last !== undefined && step <= last) this.#write(folder, { kind: "restart", step });
    const genotype = log === drawn ? row["genotype"] : undefined;
    const images = typeof genotype === "string" ? this.draw(genotype) : [];
    this.#write(folder, { kind: "summary", step, scalars: scalarsOf(log, row), images });
    this.#of(folder).last = step;
  }

  /** Adds the numbers that rows have now and did not have before. */
  replaced(log: string, rows: readonly Row[]): void {
    const placed = rows.flatMap((row) => {
      const place = placeOf(log, row);
      return place ? [{ ...place, row }] : [];
    });
    placed.forEach(({ folder, step, row }, i) => {
      // What a search went back behind is forgotten already.
      if (placed.slice(i + 1).some((later) => later.folder === folder && later.step <= step)) return;
      const before = this.#rows.findLast((other) => {
        const place = other.log === log ? placeOf(log, other.row) : undefined;
        return place?.folder === folder && place.step === step;
      });
      const scalars = scalarsOf(log, row);
      const known = new Set(before ? scalarsOf(log, before.row).map(({ tag }) => tag) : []);
      const more = scalars.filter(({ tag }) => !known.has(tag));
      if (more.length > 0) this.#write(folder, { kind: "summary", step, scalars: more, images: [] });
    });
  }

  rewound(): void {
    this.#written = new Map();
    this.#rows = [];
    this.#fresh = false;
  }

  #of(folder: string): Written {
    const written = this.#written.get(folder) ?? { log: eventLog(join(this.folder, folder, fileName)) };
    this.#written.set(folder, written);
    return written;
  }

  #write(folder: string, event: Event): void {
    const { log, last } = this.#of(folder);
    if (last === undefined && event.kind === "summary") {
      makeFolder(join(this.folder, folder));
      this.#append(log, { kind: "version" });
    }
    this.#append(log, event);
  }

  #append(log: EntryLog<Event>, event: Event): void {
    if (!log.append(event) || this.#fresh) return;
    this.#fresh = true;
    // Rows come in the same order each time: what other files have more is of the time after a checkpoint.
    for (const { name } of Deno.readDirSync(this.folder)) {
      if (statIfThere(join(this.folder, name, fileName))) this.#of(name).log.cut();
    }
  }
}
