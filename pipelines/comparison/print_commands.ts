/** The runs that are missing, as command lines for whatever else starts them. */
import { quoted } from "../../src/quoted.ts";
import { runnerAnywhere } from "../../src/cli/tasks.ts";
import type { CompareConfig } from "../../src/config/compare.ts";
import { join } from "../../src/io/paths.ts";
import { statIfThere } from "../../src/io/read.ts";
import { settingsName } from "../../src/io/run_files.ts";
import { stateOf } from "./folder.ts";
import { plannedAnywhere, type PlannedRun } from "./runs.ts";

/**
 * Prints a command line for each run that has not finished and that nobody does, complete and for any folder; what is
 * left out is noted. The same command of `compare` without the flag puts the results together.
 */
export function printCommands(
  planned: readonly PlannedRun[],
  config: CompareConfig,
  folder: string,
  { print, note }: { readonly print: (line: string) => void; readonly note: (words: string) => void },
): void {
  const states = planned.map(stateOf);
  const runs = plannedAnywhere(config, folder);
  const count = (kind: string) => states.filter((state) => state.kind === kind).length;
  const [finished, busy] = [count("finished"), count("busy")];
  if (finished > 0) note(`${finished} of ${runs.length} runs are done already`);
  if (busy > 0) note(`${busy} of ${runs.length} runs are being done by other processes`);
  states.forEach(({ kind }, i) => {
    if (kind === "finished" || kind === "busy") return;
    const { args, resumeArgs, directory } = runs[i]!;
    if (kind === "damaged") {
      return note(
        `None of the checkpoints in ${directory} is whole; remove the folder to begin that run anew`,
      );
    }
    // One that was killed before its first checkpoint is taken up too: it begins anew in its folder.
    const begun = kind === "stopped" || statIfThere(join(directory, settingsName)) !== undefined;
    const words = [...runnerAnywhere, "search", ...(begun ? resumeArgs : args)];
    print(words.map(quoted).join(" "));
  });
}
