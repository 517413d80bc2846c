/** Runs as an Indexed Job of Kubernetes, in a manifest that its user applies: this process reaches no cluster. */
import { stringify } from "yaml";
import { wholeTask } from "../../src/cli/tasks.ts";
import { quoted } from "../../src/quoted.ts";
import type { KubernetesSettings } from "../../src/config/launcher.ts";
import { usageError } from "../../src/errors.ts";
import { writeFileAtomic } from "../../src/io/files.ts";
import { dirname, isAbsolute, join, relative, resolve } from "../../src/io/paths.ts";
import { setting } from "../../src/setting.ts";
import { plannedAnywhere, type PlannedRun } from "../comparison/runs.ts";
import type { Launcher } from "./launcher.ts";
import { missingRuns } from "./missing.ts";
import { newName } from "./submissions.ts";
import { chooseRun, doRun, endRun, prepareRun, words } from "./task_script.ts";

const manifestName = "kubernetes.yaml";

/** Exit codes that come again by themselves: usage, device, data, diverged. */
const failing = [2, 3, 4, 5];
/** Exit codes of a run that was stopped and goes on. */
const stopping = [75, 130];

/** Attempts of a run that ends otherwise: killed, or by a bug. */
const attempts = 3;

/** Seconds that a pod has to save in. */
const grace = 120;

export const kubernetes: Launcher = (launch) => {
  const { config, tally, note } = launch;
  const folder = resolve(tally.folder);
  const mount = resolve(config.kubernetesMount ?? dirname(folder));
  const below = relative(mount, folder);
  if (below.startsWith("..") || isAbsolute(below)) {
    throw usageError(`${folder} does not lie in ${setting("kubernetesMount")} ${mount}, where the pods are.`);
  }
  const missing = missingRuns(launch, new Map()).map(({ name }) => name);
  if (missing.length === 0) return Promise.resolve();
  // Pods stand in another folder than this process.
  const runs = plannedAnywhere(config, folder).filter(({ name }) => missing.includes(name));
  const path = join(tally.folder, manifestName);
  const name = newName(folder);
  // Not in the manifest: one argument of a program is at most 128 kB long.
  const script = join(folder, `${name}.sh`);
  writeFileAtomic(script, podScript(runs, config.kubernetesProject));
  writeFileAtomic(
    path,
    stringify(manifest(name, runs.length, { ...config, mount, script }), { lineWidth: 0 }),
  );
  for (const run of tally.runs) {
    if (missing.includes(run.name)) {
      tally.underWay.set(run, { state: "waiting", words: `in ${manifestName}` });
    }
  }
  note(`${runs.length} of ${tally.runs.length} runs start with: kubectl apply --filename ${quoted(path)}`);
  return Promise.resolve();
};

interface Pods extends KubernetesSettings {
  readonly jobs: number;
  readonly mount: string;
  /** What a pod runs, on the volume. */
  readonly script: string;
}

/** An Indexed Job, as the API of Kubernetes has it: a pod a run, which failures that would come again do not repeat. */
const manifest = (name: string, runs: number, pods: Pods) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name: name.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-").replace(/^-+/, "") },
  spec: {
    completionMode: "Indexed",
    completions: runs,
    parallelism: Math.min(pods.jobs, runs),
    backoffLimitPerIndex: attempts,
    podFailurePolicy: {
      rules: [
        onExit("FailIndex", failing),
        onExit("Ignore", stopping),
        { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
      ],
    },
    template: {
      spec: {
        restartPolicy: "Never",
        terminationGracePeriodSeconds: grace,
        containers: [{
          name: containerName,
          image: pods.kubernetesImage,
          command: ["bash", pods.script],
          resources: resources(pods),
          volumeMounts: [{ name: volumeName, mountPath: pods.mount }],
        }],
        volumes: [{ name: volumeName, persistentVolumeClaim: { claimName: pods.kubernetesClaim } }],
      },
    },
  },
});

const containerName = "search";
const volumeName = "runs";

const onExit = (action: "FailIndex" | "Ignore", values: readonly number[]) => ({
  action,
  onExitCodes: { containerName, operator: "In", values },
});

/** As much is kept free for a pod as it may use. */
function resources({ kubernetesCpus, kubernetesMemory, kubernetesGpus }: Pods) {
  const limits = {
    ...kubernetesCpus !== undefined && { cpu: kubernetesCpus },
    ...kubernetesMemory !== undefined && { memory: kubernetesMemory },
    ...kubernetesGpus !== undefined && { "nvidia.com/gpu": kubernetesGpus },
  };
  return { limits, requests: { ...limits } };
}

/** Begins or resumes the run of the pod's index; a pod that is to go is sent SIGTERM, and the run saves. */
const podScript = (runs: readonly PlannedRun[], project: string): string =>
  `${chooseRun(runs, "JOB_COMPLETION_INDEX")}
cd ${quoted(project)} || exit 2
command -v deno > /dev/null && deno=(deno) || deno=(npx -y deno)
${prepareRun}
${doRun(`"\${deno[@]}" ${words(wholeTask("search"))}`)}
${endRun}
`;
