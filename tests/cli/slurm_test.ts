/** `compare --launcher slurm` on a real SLURM: jobs that are disturbed in every way come to the bits of others. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { untimed } from "./same_run.ts";
import { type Cluster, clusters, until, withCluster } from "./slurm_cluster.ts";
import { smallest } from "./smallest.ts";
import { deno, type Finished, isFile } from "./spawn.ts";

const runs = [0, 1, 2, 3].map((seed) => `darts-s2-seed${seed}`);
const settings = [
  ...["--methods", "darts", ...smallest, "--seeds", "4", "--epochs", "12", "--no-train"],
  ...["--search-limit", "16", "--valid-limit", "12", "--checkpoint-every", "0"],
];
const onCluster = ["--launcher", "slurm", "--slurm-throttle", "2", "--slurm-setup", "echo it is set up"];

const compare = (args: readonly string[], env: Record<string, string> = {}): Promise<Finished> =>
  deno(["task", "--quiet", "compare", ...args], env);

/** The process of a search, by the lock of its folder. */
const processOf = (run: string): number => Number(Deno.readTextFileSync(`${run}/.lock`).split(" ")[0]);

/** Waits until a run has had an epoch, and holds it there; returns what lets it go on. */
async function hold(run: string): Promise<() => void> {
  await until(`an epoch of ${run}`, () => isFile(`${run}/metrics.jsonl`));
  const process = processOf(run);
  Deno.kill(process, "SIGSTOP");
  assert(!isFile(`${run}/result.json`), "it was not in the middle");
  return () => Deno.kill(process, "SIGCONT");
}

/** What SLURM shows of a task. */
const shown = ({ ask }: Cluster, job: string, index: number, format: string): Promise<string> =>
  ask("squeue", "--noheader", "--array", `--jobs=${job}_${index}`, `--format=${format}`).catch(() => "");

/** Waits until a task is in the queue again. */
const requeued = (cluster: Cluster, job: string, index: number): Promise<void> =>
  until(`task ${index} in the queue again`, async () => await shown(cluster, job, index, "%T") === "PENDING");

Deno.test({
  name: "slurm: runs that are killed, out of time, preempted or lose their node come to the same bits",
  ignore: !clusters,
}, () =>
  inFolder((folder) =>
    withCluster(folder, async (cluster) => {
      const [out, undisturbed] = [`${folder}/two words`, `${folder}/undisturbed`];
      const { ask, env } = cluster;
      const wanted = compare([...settings, "--out", undisturbed, "--jobs", "2"]);
      const args = [...settings, ...onCluster, "--out", out];
      const first = await compare(args, env);
      assertEquals(first.code, 0, first.stderr);
      const [, job] = /4 of 4 runs were handed in as job (\d+)/.exec(first.stderr) ?? [];
      assert(job !== undefined, first.stderr);
      assertStringIncludes(first.stdout, `darts-s2-seed3  waiting   job ${job}_3 was handed in`);
      const log = (index: number) => Deno.readTextFileSync(`${out}/slurm/${job}_${index}.log`);
      const path = (index: number) => `${out}/${runs[index]}`;

      await hold(path(0));
      const goOn = await hold(path(1));
      // No more than two at once.
      assertStringIncludes(await shown(cluster, job, 3, "%T %r"), "PENDING JobArrayTaskLimit");
      const states = await compare(args, env);
      assertEquals(states.code, 0, states.stderr);
      assertStringIncludes(states.stdout, "4 runs: 2 running, 2 waiting; the same command again says");
      assert(/darts-s2-seed0 {2}running {3}job \d+_0 on (one|two) for/.test(states.stdout), states.stdout);
      assertStringIncludes(states.stdout, `darts-s2-seed2  waiting   job ${job}_2 waits for the others`);
      // Its turn is last: it would be done before it can lose its node.
      await ask("scontrol", "hold", `${job}_3`);

      // Its time is over in a minute, which is less than the time before it that it is warned in.
      await ask("scontrol", "update", `JobId=${job}_1`, "TimeLimit=1");
      Deno.kill(processOf(path(0)), "SIGKILL");

      const goOnToo = await hold(path(2));
      const node = await shown(cluster, job, 2, "%N");
      await ask("sbatch", "--partition=urgent", `--nodelist=${node}`, "--output=/dev/null", "--wrap=true");
      await until("the preemption", () => log(2).includes("DUE TO PREEMPTION"));
      goOnToo();
      await requeued(cluster, job, 2);

      await until("the warning", () => log(1).includes("SIGUSR1 came: the run saves and stops."));
      goOn();
      await requeued(cluster, job, 1);
      await ask("scontrol", "update", `JobId=${job}_1`, "TimeLimit=60");

      await ask("scontrol", "release", `${job}_3`);
      await hold(path(3));
      const lost = await shown(cluster, job, 3, "%N");
      for (const state of ["drain", "down"]) {
        await ask("scontrol", "update", `NodeName=${lost}`, `State=${state}`, "Reason=test");
      }
      await requeued(cluster, job, 3);
      await ask("scontrol", "update", `NodeName=${lost}`, "State=resume");

      const ended = (index: number) => isFile(`${path(index)}/result.json`);
      await until("the end of all but the one that was killed", () => [1, 2, 3].every(ended));
      const again = await compare(args, env);
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(
        again.stderr,
        "darts-s2-seed0: The command was killed (SIGKILL), as the system does where memory runs out.",
      );
      assertStringIncludes(again.stderr, "1 of 4 runs were handed in as job");
      await until("the end of all", () => ended(0));

      // What has come to its end is put together where there is no cluster.
      const last = await compare([...args, "--json"], { SLURM_CONF: "/dev/null" });
      assertEquals(last.code, 0, last.stderr);
      const { rows } = JSON.parse(last.stdout);
      assertEquals(rows.map(({ done }: { done: number }) => done), [4]);
      assertStringIncludes(log(0), "it is set up");
      const local = await wanted;
      assertEquals(local.code, 0, local.stderr);
      for (const run of runs) {
        const read = (folder: string, name: string) => Deno.readFileSync(`${folder}/${run}/${name}`);
        for (const name of ["genotype.json", "alphas.jsonl", "supernet.safetensors"]) {
          assertEquals(read(out, name), read(undisturbed, name), `${run}/${name}`);
        }
        const metrics = (folder: string) => untimed(Deno.readTextFileSync(`${folder}/${run}/metrics.jsonl`));
        assertEquals(metrics(out), metrics(undisturbed), run);
      }
    })
  ));
