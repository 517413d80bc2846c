/** What starts the runs of a comparison, and what a cluster is told of them. */
import { usageError } from "../errors.ts";
import { oneOf, type SettingsOf, text, toggle, whole } from "../fields.ts";
import { setting } from "../setting.ts";

const launcher = {
  launcher: oneOf(["local", "slurm"], "what starts the runs: this machine, or a SLURM cluster")
    .default("local"),
  retryFailed: toggle("hand in again what failed on a cluster, other than by diverging"),
};

/** Options of `sbatch` by the names that submitit and Hydra's launcher give them. */
const slurm = {
  slurmPartition: text("name", "SLURM's partition").optional(),
  slurmAccount: text("name", "SLURM's account").optional(),
  slurmQos: text("name", "SLURM's quality of service").optional(),
  slurmTime: text(
    "time",
    "time limit of each job, in minutes or as 1-12:00:00; a run that needs more goes on",
  )
    .optional(),
  slurmCpus: whole("CPUs of each job").optional(),
  slurmGpus: text("n", "GPUs of each job, as 1 or a100:1").optional(),
  slurmMemory: text("size", "memory of each job, as 16G").optional(),
  slurmConstraint: text("features", "features that a node must have").optional(),
  slurmThrottle: whole("jobs at the same time; as many as there is room for when not given").optional(),
  slurmSignalDelay: whole("seconds before the time limit in which a run saves and goes back to the queue", {
    min: 1,
    max: 65_535,
  }).default(120),
  slurmSetup: text("lines", "lines of bash before each run, as 'module load cuda'").optional(),
  slurmExtra: text("key=value", "further options of sbatch, with spaces between them: 'exclude=n1 nice=100'")
    .optional(),
};

export const launching = { ...launcher, ...slurm };

type Launching = SettingsOf<typeof launching>;
export type SlurmSettings = Pick<Launching, keyof typeof slurm>;

/** The settings of launchers, out of those of a command. */
export const launchingOf = (parsed: Launching): Launching =>
  Object.fromEntries(
    Object.keys(launching).map((key) => [key, parsed[key as keyof Launching]]),
  ) as Launching;

/** Throws a usage error for settings of a launcher that is not chosen. */
export function checkLaunching(given: Readonly<Record<string, unknown>>): void {
  if (given["launcher"] !== undefined) return;
  const key = Object.keys(given).find((key) => key in slurm || key === "retryFailed");
  if (key === undefined) return;
  throw usageError(
    `${setting(key)} is for a cluster: give ${setting("launcher")} slurm too, or leave ${setting(key)} out.`,
  );
}
