/** `model`: how long the steps of a search take on a GPU, by the model of `src/model`, and what holds them up. */
import { runCommand } from "../src/cli/main.ts";
import { dataError } from "../src/errors.ts";
import type { Node } from "../src/graph/node.ts";
import { records } from "../src/graph/tuning_records.ts";
import { parseJson, readNamed } from "../src/io/read.ts";
import { corrected, type Device, type DeviceName, devices, type Measurements } from "../src/model/devices.ts";
import { bounds, familyOf, model, type Row } from "../src/model/estimate.ts";
import { Facts } from "../src/model/facts.ts";
import { resolveGenotype } from "../src/network/resolve_genotype.ts";
import { compile } from "../src/plan/compile.ts";
import { modelCommand, type ModelSettings } from "./settings.ts";
import { graphs, training } from "./steps.ts";

/** What WebGPU binds on most GPUs. */
const maxBinding = 2 ** 31 - 4;

/** As `evaluate` has them; smaller images have no auxiliary head. */
const published = ({ size }: ModelSettings) => ({ auxiliary: size < 32 ? 0 : 0.4, dropPath: 0.2 });

function graphOf(step: ModelSettings["steps"][number], config: ModelSettings): Record<string, Node> {
  if (step === "training") {
    return training({ ...config, ...published(config), genotype: resolveGenotype(config.genotype) }).graph;
  }
  const all = graphs(config);
  const named = { forward: all.forward, weight: all.weight_step, architecture: all.architecture_step };
  return step === "mean-shift" ? all.mean_shift : named[step];
}

/** Of numbers of rows. */
const total = (rows: readonly Row[], of: "time" | "roofline" | "dispatches" | "flop" | "bytes"): number =>
  rows.reduce((sum, row) => sum + row[of], 0);
const percent = (part: number, whole: number): string => `${(100 * part / whole).toFixed(0)} %`;
const milliseconds = (microseconds: number): string => (microseconds / 1e3).toFixed(2);

/** What binds a row, that with the largest share of its time first. */
const boundOf = ({ bound, time }: Row): string =>
  bounds.filter((name) => bound[name] > 0.1 * time).sort((a, b) => bound[b] - bound[a])
    .map((name) => bound[name] > 0.9 * time ? name : `${name} ${percent(bound[name], time)}`).join(", ");

function line(name: string, cells: readonly string[], last = ""): string {
  return `${name.padEnd(26)}${cells.map((cell) => cell.padStart(11)).join("")}  ${last}`.trimEnd();
}

function table(rows: readonly Row[]): string[] {
  return [
    line(
      "kernels",
      ["ms", "roofline", "share", "dispatches", "GB", "GFLOP", "workgroups", "floats"],
      "held up by",
    ),
    ...rows.map((row) =>
      line(row.family, [
        milliseconds(row.time),
        milliseconds(row.roofline),
        percent(row.roofline, row.time),
        `${row.dispatches}`,
        (row.bytes / 1e9).toFixed(3),
        (row.flop / 1e9).toFixed(3),
        `${row.fewest}`,
        `${row.liveFloats}`,
      ], boundOf(row))
    ),
  ];
}

/** The JSON object in a file, which there must be. */
const parsed = (path: string): Readonly<Record<string, unknown>> =>
  parseJson(readNamed("file", path, { most: 2 ** 26 }), path, {
    raise: dataError,
    lack: "must hold one JSON object",
  });

/** What `doctor --json` measured. */
function measurementsIn(path: string): Measurements {
  const speed = parsed(path)["speed"] as Partial<Measurements> | undefined;
  const { peakGflops, gigabytesPerSecond, dispatchMicroseconds, loadNanoseconds } = speed ?? {};
  const numbers = { peakGflops, gigabytesPerSecond, dispatchMicroseconds, loadNanoseconds };
  for (const [name, value] of Object.entries(numbers)) {
    if (typeof value !== "number") throw dataError(`${path} has no speed.${name}: doctor --json writes it`);
  }
  return numbers as Measurements;
}

/** What `bench-step --profile --json` printed. */
interface Measured {
  /** Milliseconds of each family of kernels. */
  readonly families: ReadonlyMap<string, number>;
  readonly dispatches: unknown;
}

function measuredIn(path: string): Measured {
  const { kernels, dispatches } = parsed(path);
  if (!Array.isArray(kernels)) {
    throw dataError(`${path} has no kernels: bench-step --profile --json writes them`);
  }
  const families = new Map<string, number>();
  for (const { kernel, ms } of kernels as { kernel: string; ms: number }[]) {
    const family = familyOf(kernel);
    families.set(family, (families.get(family) ?? 0) + ms);
  }
  return { families, dispatches };
}

function beside(rows: readonly Row[], { families, dispatches }: Measured): string[] {
  const row = (name: string, ms: number, time: number): string =>
    line(name, [ms.toFixed(2), milliseconds(time), time > 0 ? (1e3 * ms / time).toFixed(2) : ""]);
  const timeOf = (name: string): number => rows.find(({ family }) => family === name)?.time ?? 0;
  const names = new Set([...rows.map(({ family }) => family), ...families.keys()]);
  const planned = total(rows, "dispatches");
  return [
    ...dispatches === planned
      ? []
      : [`Not the same plan: ${dispatches} dispatches were measured, ${planned} are modelled.`],
    line("kernels", ["measured", "model", "ratio"]),
    ...[...names].map((name) => row(name, families.get(name) ?? 0, timeOf(name))),
    row("all", [...families.values()].reduce((a, b) => a + b, 0), total(rows, "time")),
  ];
}

/** A step on a device. */
interface Modelled {
  readonly step: string;
  readonly device: DeviceName;
  /** With its constants. */
  readonly of: Device;
  readonly rows: readonly Row[];
}

const asJson = ({ step, device, rows }: Modelled) => ({
  step,
  device,
  ms: total(rows, "time") / 1e3,
  roofline_ms: total(rows, "roofline") / 1e3,
  dispatches: total(rows, "dispatches"),
  flop: total(rows, "flop"),
  bytes: total(rows, "bytes"),
  kernels: rows.map((row) => ({
    family: row.family,
    ms: row.time / 1e3,
    roofline_ms: row.roofline / 1e3,
    dispatches: row.dispatches,
    flop: row.flop,
    bytes: row.bytes,
    workgroups: row.fewest,
    live_floats: row.liveFloats,
    bound_ms: Object.fromEntries(bounds.map((name) => [name.replaceAll(" ", "_"), row.bound[name] / 1e3])),
  })),
});

function inWords({ step, of, rows }: Modelled, tuning: string): string[] {
  const [time, roofline, dispatches] = (["time", "roofline", "dispatches"] as const).map((what) =>
    total(rows, what)
  ) as [number, number, number];
  const share = percent(roofline, time);
  return [
    `${step} on ${of.name}, tuning ${tuning}: ${milliseconds(time)} ms by the model`,
    `roofline ${milliseconds(roofline)} ms (${share}), gaps of ${dispatches} dispatches ` +
    `${milliseconds(dispatches * of.gap)} ms`,
    ...table(rows),
  ];
}

await runCommand(modelCommand, (config, { print }) => {
  const tuning = records[config.tuning];
  const measured = config.measured === undefined ? undefined : measuredIn(config.measured);
  const speed = config.doctor === undefined ? undefined : measurementsIn(config.doctor);
  const facts = new Facts();
  const found = config.steps.flatMap((step) => {
    const plan = compile(graphOf(step, config), { maxBinding, tuning }, config.passes);
    return config.devices.map((device): Modelled => {
      const of = speed === undefined ? devices[device] : corrected(devices[device], speed);
      return { step, device, of, rows: model(plan, of, facts) };
    });
  });
  if (config.json) {
    const { space, channels, layers, batch, size } = config;
    const sizes = { space, channels, layers, batch, size };
    return print(JSON.stringify({ ...sizes, tuning: tuning.name, models: found.map(asJson) }));
  }
  found.forEach((one, i) => {
    if (i > 0) print("");
    inWords(one, tuning.name).forEach(print);
    if (measured && one.step === "weight") ["", ...beside(one.rows, measured)].forEach(print);
  });
});
