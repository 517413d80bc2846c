/** What is known of the runs of a comparison, and the files that show it. */
import type { CompareConfig } from "../../src/config/compare.ts";
import { writeFileAtomic, writeJson } from "../../src/io/files.ts";
import { join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import {
  type ComparedRun,
  type Comparison,
  comparisonCsv,
  comparisonHtml,
  comparisonJson,
  type RunRecord,
  runWords,
  trajectoriesSvg,
  type UnderWay,
} from "../../src/report/mod.ts";
import { assemble } from "./assemble.ts";
import { recordName } from "./directory.ts";
import type { Failure } from "./ended.ts";
import { imagesOf, readRun, strangeImages } from "./run_files.ts";
import type { PlannedRun } from "./runs.ts";

/** A comparison as its files show it. */
export interface Published {
  readonly comparison: Comparison;
  readonly json: Readonly<Record<string, unknown>>;
}

export class Tally {
  readonly finished = new Map<PlannedRun, RunRecord>();
  readonly failures = new Map<PlannedRun, Failure>();
  /** Runs that were asked to stop by their own folders. */
  readonly stopped = new Set<PlannedRun>();
  /** Runs that a cluster has. */
  readonly underWay = new Map<PlannedRun, UnderWay>();

  /**
   * Nothing is known before the first look.
   *
   * @param folder of the comparison
   * @param command that makes it
   */
  constructor(
    private readonly config: CompareConfig,
    readonly folder: string,
    private readonly command: string,
    readonly runs: readonly PlannedRun[],
  ) {}

  /**
   * Takes up the runs that have come to their end since the last look, whoever did them. One whose images are other ones
   * than those of another with the same value of the grid, which may be of the images, has failed. Returns whether there
   * were any.
   */
  look(): boolean {
    let found = false;
    for (const run of this.runs) {
      if (this.finished.has(run) || this.failures.has(run)) continue;
      if (statIfThere(join(run.directory, "result.json")) === undefined) continue;
      found = true;
      const beside = [...this.finished].filter(([{ value }]) => value === run.value)
        .map(([{ name }, other]) => [name, imagesOf(other)] as const);
      const strange = strangeImages(run, beside);
      if (strange) this.failures.set(run, strange);
      else this.finished.set(run, readRun(run.directory));
    }
    return found;
  }

  /**
   * Writes what there is, each file whole: whoever cannot wait sees it. What other processes finished while they were
   * written, and maybe had written, is added.
   */
  publish(): Published {
    let published: Published;
    this.look();
    do {
      const comparison = assemble(this.config, this.command, this.runs, (run) => this.#known(run));
      const json = { settings: this.config.settings, ...comparisonJson(comparison) };
      writeJson(join(this.folder, recordName), json);
      writeFileAtomic(join(this.folder, "comparison.csv"), comparisonCsv(comparison));
      writeFileAtomic(join(this.folder, "comparison.html"), comparisonHtml(comparison));
      writeFileAtomic(join(this.folder, "trajectories.svg"), trajectoriesSvg(comparison));
      published = { comparison, json };
    } while (this.look());
    return published;
  }

  /** Where each run is, a line each, and how many are where. */
  lines(): string[] {
    const shown = this.runs.map((run) => {
      const { record, failure, underWay } = this.#known(run);
      const [state, words] = record
        ? ["finished", runWords(record)]
        : failure === undefined
        ? [underWay?.state ?? "missing", underWay?.words ?? ""]
        : ["failed", failure];
      return { name: run.name, state, words };
    });
    const width = Math.max(...shown.map(({ name }) => name.length));
    const states = [...new Set(shown.map(({ state }) => state))];
    const counts = states.map((state) => `${shown.filter((one) => one.state === state).length} ${state}`);
    return [
      ...shown.map(({ name, state, words }) =>
        `${name.padEnd(width)}  ${state.padEnd(8)}  ${words}`.trimEnd()
      ),
      `${this.runs.length} runs: ${counts.join(", ")}; the same command again says how they go on.`,
    ];
  }

  #known(run: PlannedRun): Omit<ComparedRun, "name" | "seed"> {
    const [record, failure] = [this.finished.get(run), this.failures.get(run)?.message];
    const underWay = this.underWay.get(run);
    return {
      ...record && { record },
      ...failure !== undefined && { failure },
      ...underWay && { underWay },
    };
  }
}
