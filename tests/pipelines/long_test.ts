/**
 * A long search takes no more memory and buffers at its end than after its first epochs.
 *
 * By default of a supernet of one cell on images of 8×8 pixels and with one sample of the mean shift, which takes a
 * fraction of the time; `MS_DARTS_LONG=1` leaves `tiny` as it is.
 */
import { assert, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { openDataset } from "../../src/data/mod.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { identityOf } from "../../pipelines/checkpoint/identity.ts";
import { Keeper } from "../../pipelines/checkpoint/keeper.ts";
import { searchLoop } from "../../pipelines/algorithm/search.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { silent } from "../../pipelines/run/hooks.ts";

/** Steps of `tiny` at least. */
const wanted = 2000;
/** Epochs before everything that a search needs was allocated. */
const warm = 3;
/** Buffers of metrics that wait to be read, of two kinds of steps: more where the device is faster than before. */
const pending = 2 * 3 * 32;
/** What the process may have grown by since: the engine collects its garbage when it likes. */
const slack = 24e6;

Deno.test(`${wanted} steps of tiny grow nothing`, async () => {
  const whole = Deno.env.get("MS_DARTS_LONG") === "1";
  const size = whole ? undefined : 8;
  const quick = {
    samples: "1",
    iterations: "1",
    channels: "2",
    layers: "1",
    batch: "8",
    searchLimit: "2000",
  };
  const flags = { preset: "tiny", searchLimit: "8000", validLimit: "32", ...whole ? {} : quick };
  const config = resolve(searchCommand, { flags });
  const data = await openDataset(config.data, { size, cacheDir: "", download: false, log: () => {} });
  const steps = Math.floor(Math.min(data.train.count, config.searchLimit) / 2 / config.batch);
  const epochs = Math.ceil(wanted / steps);
  const problem = searchProblem({ ...config, epochs }, data);
  const runner = await Runner.open();
  const folder = Deno.makeTempDirSync();
  // Checkpoints are part of it.
  const keeper = new Keeper({
    folder,
    every: 1,
    identity: identityOf(problem.config, data),
    differs: () => undefined,
  });
  const hooks = { ...silent, parts: keeper };
  const rows: { rss: number; heap: number; buffers: number; arena: number; ms: number }[] = [];
  await searchLoop(runner, problem, hooks, ({ seconds }) => {
    const { rss, heapUsed } = Deno.memoryUsage();
    rows.push({
      rss,
      heap: heapUsed,
      buffers: runner.tensors.created,
      arena: runner.arenaBytes,
      ms: (1000 * seconds) / steps,
    });
  });
  runner.close();
  Deno.removeSync(folder, { recursive: true });

  const mb = (bytes: number) => (bytes / 1e6).toFixed(1).padStart(8);
  console.log(
    `${
      steps * epochs
    } steps, ${keeper.number} checkpoints\n  steps  rss MB  heap MB  buffers  arena MB  ms a step`,
  );
  rows.forEach(({ rss, heap, buffers, arena, ms }, i) =>
    console.log(
      `${String((i + 1) * steps).padStart(7)}${mb(rss)} ${mb(heap)} ${String(buffers).padStart(8)} ${
        mb(arena)
      }  ` +
        ms.toFixed(1).padStart(8),
    )
  );
  const early = rows[warm - 1]!;
  const late = rows.at(-1)!;
  assertEquals(late.arena, early.arena);
  const grownBuffers = late.buffers - early.buffers;
  assert(grownBuffers < pending, `${grownBuffers} more buffers`);
  const rss = (part: typeof rows) => Math.min(...part.map((row) => row.rss));
  const grown = rss(rows.slice(-warm)) - rss(rows.slice(warm, 2 * warm));
  assert(grown < slack, `the process grew by ${mb(grown)} MB`);
});
