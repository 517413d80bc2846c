/** What starts the runs of a comparison, and what a cluster is told of them. */
import { usageError } from "../errors.ts";
import { oneOf, path, type SettingsOf, text, toggle, whole } from "../fields.ts";
import { setting } from "../setting.ts";

const launcher = {
  launcher: oneOf(
    ["local", "slurm", "kubernetes"],
    "what starts the runs: this machine, SLURM, or Kubernetes by a manifest that is written",
  )
    .default("local"),
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

/** What a pod needs: the project in an image, and the folder of the comparison on a volume. */
const kubernetes = {
  kubernetesImage: text("image", "image of the pods, with bash, Deno and this project").optional(),
  kubernetesProject: text("dir", "folder of the project in the image").default("/ms-darts"),
  kubernetesClaim: text("name", "claim of the volume that the comparison lies on").optional(),
  kubernetesMount: path("dir", "where the pods find that volume, at the same path as here").optional(),
  kubernetesCpus: text("n", "CPUs of each pod, as 4 or 500m").optional(),
  kubernetesMemory: text("size", "memory of each pod, as 16Gi").optional(),
  kubernetesGpus: whole("GPUs of each pod").optional(),
};

/** What holds for one time only. */
export const once = {
  retryFailed: toggle("hand in again what failed on a cluster, other than by diverging"),
};

export const launching = { ...launcher, ...slurm, ...kubernetes };

type Launching = SettingsOf<typeof launching>;
export type SlurmSettings = Pick<Launching, keyof typeof slurm>;
export type KubernetesSettings = Pick<Launching, keyof typeof kubernetes>;

/** The settings of launchers, out of those of a command. */
export const launchingOf = (parsed: Launching): Launching =>
  Object.fromEntries(
    Object.keys(launching).map((key) => [key, parsed[key as keyof Launching]]),
  ) as Launching;

/** The settings of each launcher that has some of its own. */
const own: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { slurm, kubernetes };

/** Throws a usage error for settings of a launcher where none is chosen, and where one lacks what it needs. */
export function checkLaunching(given: Readonly<Record<string, unknown>>): void {
  if (given["launcher"] === undefined) {
    const key = Object.keys(given).find((key) => key in launching || key in once);
    if (key === undefined) return;
    const [name = "slurm"] = Object.keys(own).filter((name) => key in own[name]!);
    throw usageError(
      `${setting(key)} is for a cluster: give ${setting("launcher")} ${name} too, or leave ${
        setting(key)
      } out.`,
    );
  }
  const needed = given["launcher"] === "kubernetes" ? ["kubernetesImage", "kubernetesClaim"] : [];
  const lacking = needed.find((key) => given[key] === undefined);
  if (lacking !== undefined) {
    throw usageError(`${setting("launcher")} ${given["launcher"]} needs ${setting(lacking)}.`);
  }
}
