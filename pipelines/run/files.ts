/**
 * What a run writes into its directory besides the metrics: its environment, what was found, the network and the
 * report.
 */
import { classCounts } from "../../src/data/class_counts.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Runner } from "../../src/gpu/mod.ts";
import type { RunDirectory } from "../../src/io/run_directory.ts";
import { writeSafetensors } from "../../src/io/safetensors.ts";
import { countNetwork } from "../../src/network/count.ts";
import { project } from "../../src/project.ts";
import { choicesOf } from "../../src/network/discretize.ts";
import type { EvaluationNetwork } from "../../src/network/evaluation.ts";
import {
  cellDiagrams,
  type Genotype,
  genotypeJson,
  genotypeText,
  skipCount,
} from "../../src/network/genotype.ts";
import {
  cellFigure,
  cellFiles,
  type MetricRow,
  type ReportData,
  reportHtml,
  type RunResult,
} from "../../src/report/mod.ts";
import type { AlphaLayout } from "../../src/network/alphas.ts";
import type { Supernet } from "../../src/network/supernet.ts";
import type { SupernetVectors } from "../../src/search/state.ts";
import { supernetFile } from "../../src/search/supernet_file.ts";
import { driverVersion } from "../../src/setup/driver.ts";
import type { Epoch } from "../stages/epoch.ts";
import type { Scored } from "../stages/measures.ts";

/** The machine a run ran on, as `environment.json`. */
export function environment(
  { info, tuning }: Pick<Runner, "info" | "tuning">,
  commandLine: string,
): Record<string, unknown> {
  return {
    command: commandLine,
    version: project.version,
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    os: `${Deno.build.os} ${Deno.build.arch}`,
    adapter: info.adapter,
    vendor: info.vendor,
    architecture: info.architecture,
    driver: driverVersion(info.vendor),
    software: info.software,
    tuning: tuning.name,
    features: info.features,
    limits: info.limits,
  };
}

/** An epoch as a row of `metrics.jsonl`. */
export function metricRow(
  stage: MetricRow["stage"],
  epoch: Epoch,
  more: Record<string, unknown> = {},
): MetricRow {
  return {
    stage,
    epoch: epoch.epoch,
    train_loss: epoch.train.loss,
    train_accuracy: epoch.train.accuracy,
    valid_loss: epoch.valid?.loss ?? null,
    valid_accuracy: epoch.valid?.accuracy ?? null,
    lr: epoch.lr,
    ...more,
    images_per_second: epoch.imagesPerSecond,
    seconds: epoch.seconds,
  };
}

/** Writes the supernet that a search ends with as `supernet.safetensors`. */
export function writeSupernet(
  directory: RunDirectory,
  { net, vectors }: { readonly net: Supernet; readonly vectors: SupernetVectors },
): void {
  const { tensors, metadata } = supernetFile(net, vectors);
  writeSafetensors(directory.file("supernet.safetensors"), tensors, metadata);
}

/** `genotype.json` and a figure of each cell. */
export function writeGenotype(directory: RunDirectory, genotype: Genotype): void {
  directory.writeText("genotype.json", genotypeJson(genotype));
  for (const { cell, file } of cellFiles(cellDiagrams(genotype))) {
    directory.writeText(file, cellFigure(cell, { standalone: true }));
  }
}

/** The result of a run; without training there is no test accuracy. */
export function runResult(
  genotype: Genotype,
  size: EvaluationNetwork["size"],
  data: Dataset,
  { test, images, seconds }: {
    readonly test?: Scored | undefined;
    readonly images: string;
    readonly seconds: number;
  },
): RunResult {
  const { parameters, macs } = countNetwork(genotype, size, data.height, data.width);
  return {
    genotype: genotypeText(genotype),
    skip_count: skipCount(genotype),
    parameters,
    macs,
    test_accuracy: test?.accuracy ?? null,
    test_loss: test?.loss ?? null,
    test_images: data.test.count,
    classes: classCounts(data),
    images,
    seconds,
  };
}

/** A command that gave a run other epochs, and after which it took over. */
export interface Continued {
  readonly command: string;
  readonly after: string;
}

/** The commands of a run, by its environment.json, as a shell takes them; none of a run that has not said them yet. */
export function commandsOf({ command, continued }: Readonly<Record<string, unknown>>): string[] {
  if (command === undefined) return [];
  const more = (continued as readonly Continued[] | undefined ?? []).map((taken) =>
    `${taken.command} # after ${taken.after}`
  );
  return [String(command), ...more];
}

/** The heading of a run's report; nothing was searched where it has no method. */
export const titleOf = (
  { method, space }: { readonly method?: unknown; readonly space?: unknown },
  dataset: string,
): string => method === undefined ? `Evaluation on ${dataset}` : `${method} on ${space}, ${dataset}`;

/** What a report is made of, whether the run has come to its end or not. */
export interface Reported extends
  Pick<
    ReportData,
    "title" | "method" | "config" | "environment" | "metrics" | "mixing" | "dataset" | "result" | "standing"
  > {
  /** What was searched; absent where nothing was. */
  readonly net?: Pick<Supernet, "space" | "variant"> & { readonly alphas: Pick<AlphaLayout, "matrices"> };
  /** Absent where there is none yet. */
  readonly genotype?: Genotype | undefined;
}

/** The same as the report draws it. */
export const reportData = ({ net, genotype, ...run }: Reported): ReportData => ({
  ...run,
  space: net && { name: net.space.name, matrices: net.alphas.matrices },
  choices: net && genotype ? choicesOf(genotype, net.space, net.variant) : [],
  cells: genotype ? cellDiagrams(genotype) : [],
  device: String(run.environment["adapter"] ?? ""),
  commands: commandsOf(run.environment),
  genotypeText: genotype && genotypeText(genotype),
  notes: run.result?.notes ?? [],
});

/** Writes `report.html` and, by which a run is known to have finished, `result.json`. */
export function writeReport(
  directory: RunDirectory,
  run: Reported & { readonly genotype: Genotype; readonly result: RunResult },
): void {
  directory.writeText("report.html", reportHtml(reportData(run)));
  directory.writeJson("result.json", run.result);
}
