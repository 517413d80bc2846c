/**
 * `compare`: runs several methods with several seeds, as far as their runs are missing, and puts the results side by
 * side.
 */
import { quoted, resuming } from "../src/cli/flags.ts";
import { runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import type { CompareConfig } from "../src/config/compare.ts";
import { compareCommand } from "../src/config/spec.ts";
import { type ExitCode, UserError } from "../src/errors.ts";
import { toJson, writeFileAtomic, writeJson } from "../src/io/files.ts";
import { join } from "../src/io/paths.ts";
import {
  comparisonCsv,
  comparisonHtml,
  comparisonJson,
  comparisonLines,
  runWords,
  trajectoriesSvg,
} from "../src/report/mod.ts";
import { assemble } from "./comparison/assemble.ts";
import { type Failure, failureError, inParallel, interrupted } from "./comparison/children.ts";
import {
  comparisonDirectory,
  logName,
  recordIn,
  recordName,
  type RunState,
  stateOf,
} from "./comparison/folder.ts";
import { printCommands } from "./comparison/print_commands.ts";
import { imagesOf, readRun, strangeImages } from "./comparison/run_files.ts";
import { type PlannedRun, plannedRuns } from "./comparison/runs.ts";
import { runOrWait } from "./comparison/run_once.ts";

/** Exit codes of runs that would fail the same way again; their own errors say what else to do. */
const sameAgain: readonly number[] = [2, 3, 5] satisfies ExitCode[];

await runCommand(compareCommand, async (config, { signal, onStop, progress, commandLine, print }) => {
  const directory = comparisonDirectory(config);
  // What its settings are refused for is refused before anything is made.
  const planned = plannedRuns(config, directory.path);
  if (config.printCommands) return printCommands(planned, { print, note: progress.note });
  using _claimed = directory.claim(onStop);
  const folder = directory.path;
  confineWrites([folder]);
  const command = commandOf(config, folder, commandLine);
  const runs = plannedRuns(config, folder);
  const states = new Map(runs.map((run) => [run, stateOf(run)]));
  const of = (...kinds: RunState["kind"][]) => runs.filter((run) => kinds.includes(states.get(run)!.kind));
  const finished = new Map(of("finished").map((run) => [run, readRun(run.directory)]));
  const failures = new Map<PlannedRun, Failure>();
  const stopped: PlannedRun[] = [];
  const again = resuming("compare", folder);
  if (finished.size > 0) progress.note(`${finished.size} of ${runs.length} runs are done already`);

  const told = new Set<PlannedRun>();
  const onBusy = (run: PlannedRun, by: string) => {
    if (!told.has(run)) progress.note(`${run.name}: another process (${by}) runs it; it is waited for`);
    told.add(run);
  };

  /** Those of the runs with the same value of the grid, which may be of the images. */
  const imagesBeside = ({ value }: PlannedRun) =>
    [...finished].filter(([other]) => other.value === value)
      .map(([{ name }, record]) => [name, imagesOf(record)] as const);

  /** The outputs, after each run: whoever cannot wait sees what there is. */
  const publish = () => {
    const comparison = assemble(config, command, runs, finished, failures);
    const json = { settings: config.settings, ...comparisonJson(comparison) };
    writeJson(join(folder, recordName), json);
    writeFileAtomic(join(folder, "comparison.csv"), comparisonCsv(comparison));
    writeFileAtomic(join(folder, "comparison.html"), comparisonHtml(comparison));
    writeFileAtomic(join(folder, "trajectories.svg"), trajectoriesSvg(comparison));
    return { comparison, json };
  };

  publish();
  directory.writeJson("config.json", config.given);
  for (const [run, state] of states) if (state.kind === "busy") onBusy(run, state.by);
  // Those that others do come last: the rest is done meanwhile.
  const missing = [...of("new", "damaged", "stopped"), ...of("busy")];
  let begun = finished.size;
  await inParallel(missing, config.jobs, signal, async (run) => {
    const number = ++begun;
    const note = (words: string) => progress.note(`[${number}/${runs.length}] ${run.name}: ${words}`);
    const failure = await runOrWait(run, { signal, onBusy, note }) ?? strangeImages(run, imagesBeside(run));
    if (signal.aborted) return;
    if (failure?.code === interrupted) {
      // By its own folder: the others go on.
      stopped.push(run);
      return note("stopped");
    }
    if (failure) failures.set(run, failure);
    else finished.set(run, readRun(run.directory));
    note(failure ? `failed: ${failure.message}` : runWords(finished.get(run)!));
    publish();
  });
  if (signal.aborted) {
    progress.note(`${finished.size} of ${runs.length} runs are done; resume the others with: ${again}`);
    throw signal.reason;
  }

  const { comparison, json } = publish();
  if (stopped.length > 0) {
    progress.note(`${finished.size} of ${runs.length} runs are done; resume the others with: ${again}`);
  }
  if (config.json) print(toJson(json));
  else {
    comparisonLines(comparison).forEach(print);
    print(`page: ${join(folder, "comparison.html")}`);
  }
  const [failed] = failures;
  if (failed === undefined && stopped.length > 0) {
    throw new UserError(interrupted, `${stopped.length} of ${runs.length} runs were stopped.`);
  }
  if (failed === undefined) return;
  const [run, { code, message }] = failed;
  const sentence = `${failures.size} of ${runs.length} runs failed, ${run.name} with: ${message} ` +
    `Its log is ${join(run.directory, logName)}${
      sameAgain.includes(code) ? "" : "; the same command runs it again"
    }.`;
  throw failureError({ code }, sentence);
});

/** The command line that makes the comparison: for a resumed comparison, the original one. */
function commandOf({ out, resume }: CompareConfig, folder: string, commandLine: string): string {
  if (resume !== undefined) return String(recordIn(folder)?.["command"] ?? commandLine);
  return out === undefined ? `${commandLine} --out ${quoted(folder)}` : commandLine;
}
