/** Runs as an array of SLURM jobs: what is missing is handed in, what was handed in before is looked for. */
import type { SlurmSettings } from "../../src/config/launcher.ts";
import { usageError } from "../../src/errors.ts";
import { makeFolder } from "../../src/io/files.ts";
import { lockFolder } from "../../src/io/lock.ts";
import { join, resolve } from "../../src/io/paths.ts";
import type { PlannedRun } from "../comparison/runs.ts";
import type { Launch, Launcher } from "./launcher.ts";
import { lastWords, tryProgram } from "./program.ts";
import { missingRuns, openRuns, type Told } from "./missing.ts";
import { accounted, inQueue, taskKey } from "./slurm_queue.ts";
import { slurmScript } from "./slurm_script.ts";
import { dropSubmission, keepSubmission, lastTasks, newName, slurmFolder, type Task } from "./submissions.ts";

/** Exit code of a run that has too little memory. */
const tooLarge = 3;

const keyOf = ({ submission, index }: Task): string => taskKey(submission.name, index);

export const slurm: Launcher = async (launch) => {
  const { config, tally, signal, note } = launch;
  const folder = resolve(tally.folder);
  makeFolder(slurmFolder(folder));
  using _turn = lockFolder(slurmFolder(folder), "it hands in what is missing: type this again in a moment");
  const told = await ask(launch, lastTasks(folder));
  // What has left the queue has written all that it was to write.
  tally.look();
  const missing = missingRuns(launch, told);
  if (missing.length === 0 || signal.aborted) return;
  const name = newName(folder);
  const id = await submit(folder, name, missing, config);
  missing.forEach((run, index) =>
    tally.underWay.set(run, { state: "waiting", words: `job ${id}_${index} was handed in` })
  );
  note(`${missing.length} of ${tally.runs.length} runs were handed in as job ${id}`);
};

/** What SLURM tells of the runs that were handed in. */
async function ask({ tally }: Launch, tasks: ReadonlyMap<string, Task>): Promise<Map<PlannedRun, Told>> {
  const handedIn = openRuns(tally).flatMap((run) => {
    const task = tasks.get(run.name);
    return task ? [[run, task] as const] : [];
  });
  const queue = await inQueue(namesOf(handedIn.map(([, task]) => task)));
  const gone = handedIn.map(([, task]) => task).filter((task) => !queue.has(keyOf(task)));
  const ends = await accounted(namesOf(gone), gone.map(({ submission }) => submission.submitted));
  return new Map(handedIn.map(([run, task]) => {
    const end = ends.get(keyOf(task));
    const failure = end?.again === false ? { code: tooLarge, message: end.message } : undefined;
    return [run, { where: queue.get(keyOf(task)), why: end?.message, failure }];
  }));
}

const namesOf = (tasks: readonly Task[]): string[] => [
  ...new Set(tasks.map(({ submission }) => submission.name)),
];

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
  if (said === undefined) {
    dropSubmission(folder, submission);
    throw usageError(
      "There is no program sbatch on this machine; type this on one that hands jobs to SLURM.",
    );
  }
  // A controller that is slow to answer may have taken it all the same.
  const taken = await inQueue([name]).catch(() => undefined);
  if (taken !== undefined && taken.size > 0) return name;
  // Where the queue cannot be asked either, its record stays: of jobs that are in no queue it does no harm.
  if (taken !== undefined) dropSubmission(folder, submission);
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
