/**
 * Feeds a reader damaged files. Whatever they hold, it reads them or refuses them in one sentence that names the file:
 * no other error, no long wait, no memory that the file only claims.
 *
 * `MS_DARTS_FUZZ_RUNS` times as many files are tried as here by default; `MS_DARTS_FUZZ_SEED` chooses others.
 */
import { assert } from "deno-std/assert";
import fc from "fast-check";
import { UserError } from "../../src/errors.ts";
import { allocatedDuring } from "./allocations.ts";
import { mutated, mutatedJson } from "./mutations.ts";

const times = Number(Deno.env.get("MS_DARTS_FUZZ_RUNS") ?? 1);
const seed = Number(Deno.env.get("MS_DARTS_FUZZ_SEED") ?? 20_231_117);

/** Damaged files of a format whose reader takes a fraction of a millisecond. */
const FILES = 3000;
/** Far more than any damaged file takes, on a machine that does other work as well. */
const MAX_MS = 5000;
const MAX_BYTES = 2 ** 26;

export interface Target {
  /** Good files of the format. */
  readonly samples: readonly Uint8Array[];
  /** Whether the samples are only parts of good files, which need not be read as they are. */
  readonly partial?: boolean;
  /** What the format is made of, to be put in wrong places. */
  readonly words?: readonly (string | Uint8Array)[];
  /** Repairs checksums, or packs, so that the damage lies deeper: done to half of the files. */
  readonly seal?: (bytes: Uint8Array) => Uint8Array;
  /** For a format with JSON in it: values of good files, and the file of a JSON text where it is not that text alone. */
  readonly json?: { readonly values: readonly unknown[]; readonly file?: (text: string) => Uint8Array };
  /** The share of `FILES` that is tried: less where a reader takes longer. */
  readonly share?: number;
  /** What a refusal must name. */
  readonly names: string;
  /** Reads a file of these bytes; raises a `UserError` where it refuses them. */
  readonly read: (bytes: Uint8Array) => unknown;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A test that feeds a reader damaged files. The undamaged ones it must take. */
export function fuzz(
  format: string,
  { samples, partial, words = [], seal, json, share = 1, names, read }: Target,
): void {
  Deno.test(`fuzz: ${format}`, async () => {
    if (!partial) { for (const sample of samples) await read(sample); }
    const damaged = mutated(samples, words);
    const files = fc.oneof(
      damaged,
      ...(seal === undefined ? [] : [damaged.map(seal)]),
      ...(json === undefined ? [] : [mutatedJson(json.values).map(json.file ?? encode)]),
    );
    const numRuns = Math.ceil(FILES * share * times);
    const property = fc.asyncProperty(files, async (bytes) => {
      await survives(() => read(bytes), names);
    });
    await fc.assert(property, { seed, numRuns });
  });
}

/** A test that the reader refuses one file, made to do harm, with these words; the file may be large in the end. */
export function refuses(what: string, names: string, read: () => unknown, ...words: readonly string[]): void {
  Deno.test(`fuzz: ${what}`, async () => {
    const refusal = await survives(read, names);
    assert(refusal !== undefined, "it was read");
    for (const word of words) assert(refusal.includes(word), refusal);
  });
}

/** Marks of an error that was not written for a user. */
const raw =
  /is not a function|is not iterable|Cannot read prop|call stack|Invalid (typed )?array|\[object |undefined/;

/** What the refusal says; undefined if the file was read. Fails where the reader does neither, or at too high a price. */
export async function survives(read: () => unknown, names: string): Promise<string | undefined> {
  let message: string | undefined;
  const start = performance.now();
  const bytes = await allocatedDuring(async () => {
    try {
      await read();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      message = error.message;
    }
  });
  const took = performance.now() - start;
  assert(took < MAX_MS, `it took ${took} ms`);
  assert(bytes < MAX_BYTES, `it asked for ${bytes} bytes`);
  if (message === undefined) return undefined;
  assert(message.includes(names), `no ${names} in: ${message}`);
  // deno-lint-ignore no-control-regex -- a name in a file must not command the terminal
  assert(!/[\x00-\x1f\x7f-\x9f]/.test(message) && message.length <= 1200, `not one sentence: ${message}`);
  assert(!raw.test(message), `not for a user: ${message}`);
  return message;
}
