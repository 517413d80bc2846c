/** A SLURM cluster of two nodes on this machine, with its own ports, key and folders: controller, nodes and munge. */
import { isThere } from "./as_user.ts";

const programs = ["slurmctld", "slurmd", "munged"];

const has = async (program: string): Promise<boolean> => await isThere("sh", "-c", `command -v ${program}`);
const missing = async (): Promise<string | undefined> => {
  for (const program of programs) if (!await has(program)) return program;
};

const isThereFile = (path: string): boolean => {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
};

/** Why there can be no cluster here; undefined where there can. In a container of root's own the packages are brought. */
async function reasonAgainst(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "SLURM is for Linux";
  if (Deno.uid() !== 0) return "its nodes need root";
  if (await missing() === undefined) return undefined;
  if (isThereFile("/run/systemd/system") || !await has("apt-get")) {
    return `there is no ${await missing()}: apt-get install slurm-wlm munge`;
  }
  const install = "apt-get install -y --no-install-recommends slurm-wlm munge";
  const { success } = await new Deno.Command("sh", {
    args: ["-c", `${install} || { apt-get update && ${install}; }`],
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdout: "null",
    stderr: "null",
  }).output();
  return success && await missing() === undefined ? undefined : "its packages cannot be had";
}

const against = await reasonAgainst();
if (against !== undefined) console.log(`skipped: jobs of a SLURM cluster (${against})`);

/** Whether there can be a cluster here. */
export const clusters = against === undefined;

export interface Cluster {
  /** What its commands need in their environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What one of its commands prints. Throws where that fails. */
  ask(command: string, ...args: string[]): Promise<string>;
}

/** Two nodes of one processor each: jobs of the partition `urgent` push those of `main` aside. */
const configuration = (folder: string, port: number, host: string): string =>
  `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmctldPort=${port}
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
ReturnToService=2
SchedulerParameters=batch_sched_delay=1,sched_interval=1,bf_interval=1,requeue_delay=0
NodeName=one NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port + 1} CPUs=1
NodeName=two NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port + 2} CPUs=1
PartitionName=main Nodes=one,two Default=YES PriorityTier=1
PartitionName=urgent Nodes=one,two PriorityTier=10 PreemptMode=OFF
`;

/** Milliseconds between two looks at something that is waited for. */
const look = 20;
export const until = async (what: string, is: () => boolean | Promise<boolean>): Promise<void> => {
  for (let tries = 0; !await is(); tries++) {
    if (tries > 4000) throw new Error(`This did not come: ${what}`);
    await new Promise((wait) => setTimeout(wait, look));
  }
};

/** Ends all jobs, those that are held still too; what cannot be asked any more has none. */
async function endJobs(ask: Cluster["ask"]): Promise<void> {
  const left = () => ask("squeue", "--noheader", "--format=%T").catch(() => "");
  const cancel = (...how: string[]) => ask("scancel", "--user=root", ...how).catch(() => {});
  await cancel("--state=PENDING");
  await cancel("--signal=KILL", "--full");
  for (let tries = 0; tries < 500 && await left() !== ""; tries++) {
    await cancel();
    await new Promise((wait) => setTimeout(wait, look));
  }
}

/** Does something with a cluster, which ends after it. */
export async function withCluster(folder: string, body: (cluster: Cluster) => Promise<void>): Promise<void> {
  const host = Deno.hostname();
  const port = 20_000 + Deno.pid % 10_000;
  for (const name of ["state", "spool-one", "spool-two"]) Deno.mkdirSync(`${folder}/${name}`);
  Deno.writeTextFileSync(`${folder}/slurm.conf`, configuration(folder, port, host));
  Deno.writeFileSync(`${folder}/munge.key`, crypto.getRandomValues(new Uint8Array(128)), { mode: 0o400 });
  const env = { SLURM_CONF: `${folder}/slurm.conf` };
  const start = (program: string, ...args: string[]) =>
    new Deno.Command(program, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const ask = async (command: string, ...args: string[]) => {
    const { success, stdout, stderr } = await new Deno.Command(command, { args, env }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (!success) throw new Error(`${command} ${args.join(" ")}: ${text(stderr)}`);
    return text(stdout);
  };
  const file = (name: string) => `${folder}/munge.${name}`;
  const daemons = [
    start(
      "munged",
      ...["--foreground", "--force", `--socket=${file("socket")}`, `--key-file=${file("key")}`],
      ...[`--pid-file=${file("pid")}`, `--seed-file=${file("seed")}`, `--log-file=${file("log")}`],
    ),
  ];
  try {
    await until("munge", () => isThereFile(file("socket")));
    daemons.push(
      start("slurmctld", "-D"),
      start("slurmd", "-D", "-N", "one"),
      start("slurmd", "-D", "-N", "two"),
    );
    const idle = async () =>
      (await ask("sinfo", "--noheader", "--format=%T", "--partition=main").catch(() => "")) === "idle";
    await until("idle nodes", idle);
    await body({ env, ask });
  } finally {
    await endJobs(ask);
    for (const daemon of daemons.reverse()) {
      daemon.kill("SIGKILL");
      await daemon.status;
    }
  }
}
