/** Runs that are stopped and gone on with, in one process. */
import { assert } from "deno-std/assert";
import type { Dataset } from "../../src/data/dataset.ts";
import { identityOf, otherThan } from "../../pipelines/checkpoint/identity.ts";
import { Keeper } from "../../pipelines/checkpoint/keeper.ts";
import type { Hooks } from "../../pipelines/run/hooks.ts";
import type { Epoch } from "../../pipelines/stages/epoch.ts";

class Killed extends Error {}

/** What happens to a session: nothing, a signal, or a death, after so many of its steps. */
export interface Fate {
  readonly steps: number;
  readonly kind: "signal" | "death";
}

/**
 * Runs a body in sessions that end as told, each going on from the checkpoints of those before, and then to its end.
 *
 * @param every seconds between checkpoints
 */
export async function inSessions<T>(
  { config, data }: { readonly config: object; readonly data: Dataset },
  fates: readonly Fate[],
  body: (hooks: Hooks) => Promise<T>,
  every = 0,
): Promise<T> {
  const folder = Deno.makeTempDirSync();
  const identity = identityOf(config, data);
  const session = async (fate?: Fate): Promise<T> => {
    const keeper = new Keeper({
      folder,
      every,
      identity,
      differs: (before) => otherThan(before, identity, data, (settings) => settings),
    });
    keeper.resume();
    const stop = new AbortController();
    let steps = 0;
    const onStep = () => {
      if (++steps !== fate?.steps) return;
      if (fate.kind === "death") throw new Killed();
      stop.abort();
    };
    return await body({ signal: stop.signal, onStep, onEpoch: () => {}, note: () => {}, parts: keeper });
  };
  try {
    for (const fate of fates) {
      const error = await session(fate).then(() => undefined, (error: unknown) => error);
      assert(error instanceof Killed || error instanceof DOMException, `the session ended: ${error}`);
    }
    return await session();
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** An epoch without what was measured with a clock. */
export const untimed = <E extends Epoch>({ seconds: _, imagesPerSecond: __, ...epoch }: E) => epoch;
