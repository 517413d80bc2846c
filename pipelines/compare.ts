/**
 * `compare`: runs several methods with several seeds, as far as their runs are missing, and puts the results side by
 * side.
 */
import { resuming } from "../src/cli/flags.ts";
import { quoted } from "../src/quoted.ts";
import { type Context, runCommand } from "../src/cli/main.ts";
import { confineWrites } from "../src/cli/permissions.ts";
import type { CompareConfig } from "../src/config/compare.ts";
import { compareCommand } from "../src/config/spec.ts";
import { type ExitCode, UserError } from "../src/errors.ts";
import { toJson, writeJson } from "../src/io/files.ts";
import { join } from "../src/io/paths.ts";
import { settingsName } from "../src/io/run_files.ts";
import { comparisonLines } from "../src/report/mod.ts";
import { failureError } from "./comparison/children.ts";
import { comparisonDirectory, recordIn } from "./comparison/directory.ts";
import { interrupted, logName } from "./comparison/ended.ts";
import { stateOf } from "./comparison/folder.ts";
import { printCommands } from "./comparison/print_commands.ts";
import { plannedRuns } from "./comparison/runs.ts";
import { type Published, Tally } from "./comparison/tally.ts";
import { launchers } from "./launchers/mod.ts";

/** Exit codes of runs that would fail the same way again; their own errors say what else to do. */
const sameAgain: readonly number[] = [2, 3, 5] satisfies ExitCode[];

await runCommand(compareCommand, async (config, context) => {
  const { signal, progress: { note }, commandLine, print, onStop } = context;
  const directory = comparisonDirectory(config);
  // What its settings are refused for is refused before anything is made.
  const planned = plannedRuns(config, directory.path);
  if (config.printCommands) return printCommands(planned, config, directory.path, { print, note });
  using _shared = directory.share(onStop);
  const folder = directory.path;
  confineWrites([folder]);
  const tally = new Tally(
    config,
    folder,
    commandOf(config, folder, commandLine),
    plannedRuns(config, folder),
  );
  // Those that are not of this comparison are refused before anything is written.
  tally.runs.forEach(stateOf);
  tally.look();
  if (tally.finished.size > 0) note(`${tally.finished.size} of ${tally.runs.length} runs are done already`);
  tally.publish();
  writeJson(join(folder, settingsName), config.given);

  await launchers[config.launcher]({ config, tally, signal, note });
  if (!signal.aborted) show(tally, tally.publish(), config, context);
  if (signal.aborted || tally.stopped.size > 0) {
    const done = `${tally.finished.size} of ${tally.runs.length} runs are done`;
    note(`${done}; resume the others with: ${resuming("compare", folder)}`);
  }
  signal.throwIfAborted();
  raiseFailures(tally, config);
});

/** Prints the comparison, or where its runs are while a cluster has some of them. */
function show(
  tally: Tally,
  { comparison, json }: Published,
  config: CompareConfig,
  { print }: Context,
): void {
  if (config.json) return print(toJson(json));
  if (tally.underWay.size > 0) tally.lines().forEach(print);
  else comparisonLines(comparison).forEach(print);
  print(`page: ${join(tally.folder, "comparison.html")}`);
}

/** Throws the error of a comparison some of whose runs have come to no result, and are not to come to one. */
function raiseFailures({ runs, failures, stopped, underWay }: Tally, { launcher }: CompareConfig): void {
  if (underWay.size > 0) return;
  const [failed] = failures;
  if (failed === undefined) {
    if (stopped.size === 0) return;
    throw new UserError(interrupted, `${stopped.size} of ${runs.length} runs were stopped.`);
  }
  const [run, { code, message }] = failed;
  const again = launcher === "local" ? "the same command runs it again" : "--retry-failed hands it in again";
  const sentence = `${failures.size} of ${runs.length} runs failed, ${run.name} with: ${message} ` +
    `Its log is ${join(run.directory, logName)}${sameAgain.includes(code) ? "" : `; ${again}`}.`;
  throw failureError({ code }, sentence);
}

/** The command line that makes the comparison: for a resumed comparison, the original one. */
function commandOf({ out, resume }: CompareConfig, folder: string, commandLine: string): string {
  if (resume !== undefined) return String(recordIn(folder)?.["command"] ?? commandLine);
  return out === undefined ? `${commandLine} --out ${quoted(folder)}` : commandLine;
}
