/**
 * Checkpoints of a run, from which it is resumed. A run consists of named parts (the search, the training of what was
 * found, …). Each part saves a record of where it is; all records together are a checkpoint. A resumed run goes
 * through all its parts again: each finds its record and starts from there, which is its end if it was done.
 */
import type { z } from "zod";
import { dataError } from "../../src/errors.ts";
import { type Kept, newestCheckpoint, writeCheckpoint } from "../../src/io/checkpoint.ts";
import { missingInWords } from "../../src/io/missing.ts";
import { setting } from "../../src/setting.ts";
import { type Identity, recordSchema } from "./schemas.ts";

/** A part of a run that is kept. */
export interface Part<Record> {
  /** Where it was when it was last saved; undefined where it begins. */
  readonly saved: Record | undefined;
  /** Whether the time between two checkpoints is over. */
  readonly due: boolean;
  /** Writes a checkpoint. */
  save(record: Record): void;
}

/** Gives out the parts of a run. */
export interface Parts {
  /** The part of that name. Throws a data error where its record does not fit the schema. */
  part<Record>(name: string, schema: z.ZodType<Record>): Part<Record>;
  /** The same for parts whose names begin with that of a larger one. */
  within(name: string): Parts;
}

export interface KeeperOptions {
  /** Folder of the checkpoints. */
  readonly folder: string;
  /** Seconds between two checkpoints, besides those that are saved at once. */
  readonly every: number;
  /** What the checkpoints are of. */
  readonly identity: Identity;
  /** In what those of a run differ from it, in words: they are refused; undefined where they are its own. */
  readonly differs: (before: Identity) => string | undefined;
}

export class Keeper implements Parts {
  #records: Readonly<Record<string, Kept>> = {};
  /** Names of the parts that were given out. */
  readonly #given = new Set<string>();
  #number = 0;
  #written = performance.now();
  #began = performance.now();
  #secondsBefore = 0;
  constructor(private readonly options: KeeperOptions) {}

  /**
   * Takes up the newest whole checkpoint. Returns sentences about damaged ones and what is resumed. Throws a data
   * error where all are damaged, or where it is of other settings or data.
   */
  resume(): readonly string[] {
    const { folder, differs } = this.options;
    const newest = newestCheckpoint(folder);
    if (newest === undefined) return ["There is no checkpoint yet: the run begins anew"];
    const { number, path, damaged } = newest;
    const parsed = recordSchema.safeParse(newest.record, missingInWords);
    if (!parsed.success) throw dataError(`${path} is no checkpoint of a run: ${issueOf(parsed.error)}.`);
    const { identity: before, seconds, parts } = parsed.data;
    const other = differs(before);
    if (other !== undefined) {
      throw dataError(
        `The checkpoint ${path} is of ${other}: put back what was there, say with ${
          setting("data")
        } where it is now, or begin ` +
          "a new run.",
      );
    }
    this.#records = parts as Record<string, Kept>;
    this.#number = number;
    this.#secondsBefore = seconds;
    return [...damaged, `Going on from ${path}, ${seconds.toFixed(0)} s into the run`];
  }

  /** Checkpoints written, by whoever began the run and since. */
  get number(): number {
    return this.#number;
  }

  /**
   * How many epochs a part has behind it, and whether it is at its end. Of several searches it is the longest; a training
   * within a search is none of the run's.
   */
  behind(name: "search" | "training"): { readonly epochs: number; readonly ended: boolean } {
    const records = Object.entries(this.#records)
      .filter(([part]) => part === name || name === "search" && part.endsWith("/search"))
      .map(([, record]) => record as { readonly epoch?: number; readonly ended?: boolean } | null);
    return {
      epochs: Math.max(0, ...records.map((record) => record?.epoch ?? 0)),
      ended: records.some((record) => record?.ended === true),
    };
  }

  /** Seconds that the run took so far, without the time between a stop and a resume. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#began) / 1000;
  }

  part<Record>(name: string, schema: z.ZodType<Record>): Part<Record> {
    const { every, folder } = this.options;
    const kept = this.#records[name];
    this.#given.add(name);
    const parsed = kept === undefined ? undefined : schema.safeParse(kept, missingInWords);
    if (parsed && !parsed.success) {
      throw dataError(
        `The checkpoint in ${folder} does not fit the run: ${name}, ${
          issueOf(parsed.error)
        }. Start the run anew.`,
      );
    }
    const isDue = () => performance.now() - this.#written >= 1000 * every;
    return {
      saved: parsed?.data,
      get due() {
        return isDue();
      },
      save: (record) => this.#save(name, record as Kept),
    };
  }

  within(name: string): Parts {
    return {
      part: (inner, schema) => this.part(`${name}/${inner}`, schema),
      within: (inner) => this.within(`${name}/${inner}`),
    };
  }

  /**
   * Whether a part comes after one that moves on, so that what it was is of what no longer holds: parts of the same
   * larger one, or of all, that nobody has asked for yet.
   */
  #follows(part: string, moving: string): boolean {
    const scope = (name: string) => name.slice(0, name.lastIndexOf("/") + 1);
    return !this.#given.has(part) && scope(moving).startsWith(scope(part));
  }

  #save(name: string, record: Kept): void {
    const { folder, identity } = this.options;
    const current = Object.entries(this.#records).filter(([other]) => !this.#follows(other, name));
    const parts = { ...Object.fromEntries(current), [name]: record };
    writeCheckpoint(folder, this.#number + 1, { identity: { ...identity }, seconds: this.seconds, parts });
    this.#records = parts;
    this.#number++;
    this.#written = performance.now();
  }
}

function issueOf({ issues }: z.ZodError): string {
  const { path, message } = issues[0]!;
  return [path.join("."), message].filter((words) => words !== "").join(": ");
}
