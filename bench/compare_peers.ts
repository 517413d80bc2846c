/** `bench-peers`: this project beside PyTorch, jax-js and TensorFlow.js, in turn on this machine. */
import { runCommand } from "../src/cli/main.ts";
import { makeFolder, toJson, writeFileAtomic, writeJson } from "../src/io/files.ts";
import { dirname, fromFileUrl } from "../src/io/paths.ts";
import { barChart } from "./contest/bar_chart.ts";
import { bars } from "./contest/bars.ts";
import { compare, type Comparison, tableLines } from "./contest/comparisons.ts";
import { type Contest, type RowResult, runRow } from "./contest/contest.ts";
import { ensurePytorch } from "./contest/pytorch.ts";
import { type PeerName, rows } from "./contest/rows.ts";
import type { Device, Starter } from "./contest/worker.ts";
import { benchPeersCommand, type RowName } from "./settings.ts";

/** A sample lasts half a second where the task is shorter: waiting for a device costs some 10 ms. */
const sampling = { fill: 500, most: 50 };

/** Load average from which ratios are no longer fair. */
const busy = 0.7;

const peers = fromFileUrl(new URL("./peers/", import.meta.url));

/** How each contestant is started; PyTorch only where there is a Python that has it. */
function startersOf(python: string | undefined, threads: number): Contest["starters"] {
  const count = String(threads);
  // The peers' packages are no part of this project's lock file.
  const deno = (file: string): Starter => ({
    command: Deno.execPath(),
    args: ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", `${peers}${file}`],
    env: { LP_NUM_THREADS: count },
  });
  const starters: Partial<Record<"ours" | PeerName, Starter>> = {
    ours: deno("ours.ts"),
    "jax-js": deno("jax.ts"),
    tfjs: deno("tfjs.ts"),
  };
  if (python === undefined) return starters;
  const env = { OMP_NUM_THREADS: count, PYTHONDONTWRITEBYTECODE: "1" };
  return { ...starters, pytorch: { command: python, args: [`${peers}pytorch.py`], env } };
}

/** Adapter, driver and versions, as the contestants told them. */
function told(measured: readonly RowResult[]): Device & { versions: Record<string, string> } {
  const all = measured.flatMap(({ results }) => Object.entries(results));
  const device = all.find(([name]) => name === "ours")![1].device!;
  const versions = Object.fromEntries(
    all.filter(([name]) => name !== "beside")
      .map(([name, { version }]) => [name === "ours" ? "deno" : name, version]),
  );
  return { ...device, versions };
}

await runCommand(benchPeersCommand, async (config, { signal, progress, print }) => {
  const python = await ensurePytorch(progress.note);
  const { threads, repeats } = config;
  const [load] = Deno.loadavg();
  if (load! > busy) {
    progress.note(
      `The machine is busy (load ${
        load!.toFixed(1)
      }): PyTorch, whose threads wait for each other most, suffers most.`,
    );
  }
  const contest: Contest = {
    starters: startersOf(python, threads),
    sampling: { threads, ...sampling },
    repeats,
    signal,
    note: progress.note,
  };
  const measured: Partial<Record<RowName, RowResult>> = {};
  const comparisons: Comparison[] = [];
  for (const [i, name] of config.rows.entries()) {
    progress.note(`Row ${i + 1} of ${config.rows.length}: ${rows[name].title}`);
    const result = await runRow(rows[name], contest).catch((error) => {
      // Ctrl-C ends the contestants too, which then seem to fail.
      signal.throwIfAborted();
      throw error;
    });
    measured[name] = result;
    comparisons.push(...compare(name, rows[name], result));
  }
  const table = {
    machine: {
      os: `${Deno.build.os} ${Deno.build.arch}`,
      cores: navigator.hardwareConcurrency,
      memory: Deno.systemMemoryInfo().total,
      load,
      ...told(Object.values(measured)),
    },
    threads,
    repeats,
    comparisons,
    rows: measured,
  };
  const { results, chart } = config;
  const note = `Medians of ${repeats} (a thin line: single rounds), ${threads} threads, ` +
    `${table.machine.adapter}, ${table.machine.driver}${
      load! > busy ? `, other work ran (load ${load!.toFixed(1)})` : ""
    }`;
  for (const file of [results, chart]) if (file !== undefined) makeFolder(dirname(file));
  if (results !== undefined) writeJson(results, table);
  if (chart !== undefined) writeFileAtomic(chart, barChart(bars(comparisons, note)));
  if (config.json) return print(toJson(table));
  tableLines(comparisons).forEach(print);
});
