/** Runs as an array of SLURM jobs: what is missing is handed in, what was handed in before is looked for. */
import type { SlurmSettings } from "../../src/config/launcher.ts";
import { usageError } from "../../src/errors.ts";
import { makeFolder } from "../../src/io/files.ts";
import { lockFolder } from "../../src/io/lock.ts";
import { join, resolve } from "../../src/io/paths.ts";
import { endOf, type Failure, forgetEnd, interrupted } from "../comparison/ended.ts";
import { busyBy, claim, clear, ownState } from "../comparison/folder.ts";
import type { PlannedRun } from "../comparison/runs.ts";
import type { Launch, Launcher } from "./launcher.ts";
import { lastWords, tryProgram } from "./program.ts";
import { accounted, type Gone, inQueue, taskKey } from "./slurm_queue.ts";
import { slurmScript } from "./slurm_script.ts";
import { dropSubmission, keepSubmission, lastTasks, newName, slurmFolder, type Task } from "./submissions.ts";

/** Exit code of a run that diverged: with the same settings it does so again. */
const diverged = 5;

/** Exit code of a run that has too little memory. */
const tooLarge = 3;

const keyOf = ({ submission, index }: Task): string => taskKey(submission.name, index);

export const slurm: Launcher = async (launch) => {
  const { config, tally, signal, note } = launch;
  const folder = resolve(tally.folder);
  makeFolder(slurmFolder(folder));
  using _turn = lockFolder(slurmFolder(folder), "it hands in what is missing: type this again in a moment");
  const missing = await sortOut(launch, lastTasks(folder));
  if (missing.length === 0 || signal.aborted) return;
  const name = newName(folder);
  const id = await submit(folder, name, missing, config);
  missing.forEach((run, index) =>
    tally.underWay.set(run, { state: "waiting", words: `job ${id}_${index} was handed in` })
  );
  note(`${missing.length} of ${tally.runs.length} runs were handed in as job ${id}`);
};

/** Tells the tally where each run is. Returns those that are to be handed in, their folders made ready. */
async function sortOut(
  { config, tally, note }: Launch,
  tasks: ReadonlyMap<string, Task>,
): Promise<PlannedRun[]> {
  const open = () => tally.runs.filter((run) => !tally.finished.has(run) && !tally.failures.has(run));
  const handedIn = open().flatMap(({ name }) => tasks.get(name) ?? []);
  const queue = await inQueue(namesOf(handedIn));
  const gone = handedIn.filter((task) => !queue.has(keyOf(task)));
  const ends = await accounted(namesOf(gone), gone.map(({ submission }) => submission.submitted));
  // What has left the queue has written all that it was to write.
  tally.look();
  return open().filter((run) => {
    const task = tasks.get(run.name);
    const queued = task && queue.get(keyOf(task));
    const by = queued ? undefined : busyBy(run);
    if (queued) tally.underWay.set(run, queued);
    else if (by !== undefined) {
      tally.underWay.set(run, { state: "running", words: `another process (${by})` });
    } else {
      const failure = failureOf(run, task && ends.get(keyOf(task)));
      if (failure !== undefined && !(config.retryFailed && failure.code !== diverged)) {
        tally.failures.set(run, failure);
        return false;
      }
      const why = failure ?? endOf(run.directory) ?? (task && ends.get(keyOf(task)));
      if (task) note(`${run.name}: ${why?.message ?? "It ended without a word."} It is handed in again`);
      return makeReady(run);
    }
    return false;
  });
}

const namesOf = (tasks: readonly Task[]): string[] => [
  ...new Set(tasks.map(({ submission }) => submission.name)),
];

/** Why a run has failed that would do so again; undefined of one that was stopped, killed or lost. */
function failureOf({ directory }: PlannedRun, gone: Gone | undefined): Failure | undefined {
  const end = endOf(directory);
  if (gone?.again === false) return { code: tooLarge, message: gone.message };
  // Above stand the signals.
  return end !== undefined && end.code < 128 && end.code !== interrupted ? end : undefined;
}

/** Makes the folder of a run ready for a job that begins or resumes it; false where another process is faster. */
function makeReady(run: PlannedRun): boolean {
  using claimed = claim(run);
  if (claimed === undefined) return false;
  const { kind } = ownState(run);
  if (kind === "stopped") forgetEnd(run.directory);
  else if (kind !== "finished") clear(run);
  return true;
}

/** Hands in an array of jobs, and returns its number. Throws a usage error with the words of `sbatch`. */
async function submit(
  folder: string,
  name: string,
  runs: readonly PlannedRun[],
  config: SlurmSettings,
): Promise<string> {
  const cwd = Deno.cwd();
  const script = slurmScript(runs, { cwd, deno: Deno.execPath(), setup: config.slurmSetup });
  const options = [
    ...["--parsable", `--job-name=${name}`, `--array=${arrayOf(runs.length, config.slurmThrottle)}`],
    // SLURM replaces what follows a percent sign.
    `--output=${slurmFolder(folder).replaceAll("%", "%%")}/%A_%a.log`,
    ...["--open-mode=append", "--requeue", `--signal=B:USR1@${config.slurmSignalDelay}`],
    ...optionsOf(config),
  ];
  const submission = {
    name,
    submitted: new Date().toISOString(),
    runs: runs.map((run) => run.name),
    command: ["sbatch", ...options, join(slurmFolder(folder), `${name}.sh`)],
  };
  const said = await tryProgram("sbatch", [...options, keepSubmission(folder, submission, script)]);
  if (said?.code === 0) return said.stdout.split(";")[0]!;
  // A controller that is slow to answer may have taken it all the same.
  const taken = said && await inQueue([name]).catch(() => undefined);
  if (taken === undefined || taken.size === 0) dropSubmission(folder, submission);
  else return name;
  if (said === undefined) {
    throw usageError(
      "There is no program sbatch on this machine; type this on one that hands jobs to SLURM.",
    );
  }
  throw usageError(`sbatch refused the jobs: ${lastWords(said)}`);
}

const arrayOf = (count: number, throttle: number | undefined): string =>
  `0-${count - 1}${throttle === undefined ? "" : `%${throttle}`}`;

/** The settings as options of `sbatch`. */
function optionsOf(config: SlurmSettings): string[] {
  const named = {
    partition: config.slurmPartition,
    account: config.slurmAccount,
    qos: config.slurmQos,
    time: config.slurmTime,
    "cpus-per-task": config.slurmCpus,
    "gpus-per-node": config.slurmGpus,
    mem: config.slurmMemory,
    constraint: config.slurmConstraint,
  };
  const given = Object.entries(named).filter(([, value]) => value !== undefined);
  const further = config.slurmExtra?.split(/\s+/).filter(Boolean) ?? [];
  return [
    ...given.map(([name, value]) => `--${name}=${value}`),
    ...further.map((word) => word.startsWith("-") ? word : `--${word}`),
  ];
}
