/** What `compare --launcher slurm` asks of SLURM's programs and makes of their answers, with programs that only answer. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { smallest } from "./smallest.ts";
import { deno, type Finished, isFile } from "./spawn.ts";

const posix = { ignore: Deno.build.os === "windows" };
const settings = ["--methods", "darts", ...smallest, "--seeds", "3", "--launcher", "slurm"];

/** Programs of a cluster that write down what they are called with; each says what is in a file of its name. */
function programs(folder: string, answers: Readonly<Record<string, string>>): Record<string, string> {
  const bin = `${folder}/bin`;
  Deno.mkdirSync(bin, { recursive: true });
  for (const [name, script] of Object.entries(answers)) {
    const text = `#!/bin/sh\nprintf '%s\\n' "$@" > '${folder}/${name}.called'\n${script}\n`;
    Deno.writeTextFileSync(`${bin}/${name}`, text, { mode: 0o755 });
  }
  return { PATH: `${bin}:${Deno.env.get("PATH")}` };
}

const compare = (folder: string, env: Record<string, string>, ...args: string[]): Promise<Finished> =>
  deno(["task", "--quiet", "compare", ...settings, "--out", `${folder}/out`, ...args], env);

const called = (folder: string, name: string): string[] =>
  Deno.readTextFileSync(`${folder}/${name}.called`).trimEnd().split("\n");

const ended = (folder: string, seed: number, words: string) => {
  const run = `${folder}/out/darts-s2-seed${seed}`;
  Deno.writeTextFileSync(`${run}/log.txt`, "error: of another session\nerror: words of its own\n");
  Deno.writeTextFileSync(`${run}/.ended`, words);
};

Deno.test(
  { name: "slurm: what is missing is handed in with the options that were given", ...posix },
  () =>
    inFolder(async (folder) => {
      const env = programs(folder, { sbatch: "echo '77;cluster'", squeue: "exit 1" });
      const { code, stdout, stderr } = await compare(
        ...[
          folder,
          env,
          "--slurm-partition",
          "gpu",
          "--slurm-time",
          "1-12:00:00",
          "--slurm-cpus",
          "4",
        ] as const,
        ...[
          "--slurm-gpus",
          "a100:1",
          "--slurm-memory",
          "16G",
          "--slurm-throttle",
          "2",
          "--slurm-account",
          "me",
        ],
        ...["--slurm-qos", "long", "--slurm-constraint", "a|b", "--slurm-extra", "exclude=n1,n2 nice"],
        ...["--slurm-signal-delay", "60", "--slurm-setup", "module load 'cuda'\nsource env.sh"],
      );
      assertEquals(code, 0, stderr);
      assertStringIncludes(stdout, "3 runs: 3 waiting;");
      const [parsable, name, ...options] = called(folder, "sbatch");
      assertEquals(parsable, "--parsable");
      assert(/^--job-name=out-[0-9a-f]{8}$/.test(name!), name);
      assertEquals(options, [
        "--array=0-2%2",
        `--output=${folder}/out/slurm/%A_%a.log`,
        "--open-mode=append",
        "--requeue",
        "--signal=B:USR1@60",
        "--partition=gpu",
        "--account=me",
        "--qos=long",
        "--time=1-12:00:00",
        "--cpus-per-task=4",
        "--gpus-per-node=a100:1",
        "--mem=16G",
        "--constraint=a|b",
        "--exclude=n1,n2",
        "--nice",
        `${folder}/out/slurm/${name!.replace("--job-name=", "")}.sh`,
      ]);
      const script = Deno.readTextFileSync(options.at(-1)!);
      assertStringIncludes(script, "\nmodule load 'cuda'\nsource env.sh\n");
      const { success } = await new Deno.Command("bash", { args: ["-n", options.at(-1)!] }).output();
      assert(success, "bash reads it");
    }),
);

Deno.test(
  { name: "slurm: a run that failed is only handed in again where that is asked for", ...posix },
  () =>
    inFolder(async (folder) => {
      const env = programs(folder, { sbatch: "echo 77", squeue: "", sacct: "exit 1" });
      assertEquals((await compare(folder, env)).code, 0);
      const record = [...Deno.readDirSync(`${folder}/out/slurm`)].find(({ name }) => name.endsWith(".json"))!;
      const job = record.name.replace(".json", "");

      // One that diverged, one with missing data, one of which nothing is known.
      ended(folder, 0, "5 25\n");
      ended(folder, 1, "4 25\n");
      Deno.removeSync(`${folder}/sbatch.called`);
      const waits = programs(folder, { squeue: `echo '${job}|2|77_2|PENDING||0:00|Resources'` });
      const failed = await compare(folder, waits);
      assertEquals(failed.code, 0, failed.stderr);
      assertStringIncludes(failed.stdout, "darts-s2-seed0  failed    words of its own.");
      assertStringIncludes(failed.stdout, "darts-s2-seed2  waiting   job 77_2 waits for a free machine");
      assert(!isFile(`${folder}/sbatch.called`), "nothing is missing");
      assertEquals(called(folder, "squeue"), [
        ...["--noheader", "--array", `--name=${job}`, "--format=%j|%K|%i|%T|%N|%M|%r"],
      ]);

      const gone = programs(folder, { squeue: "", sacct: `echo '${job}|77_2|OUT_OF_MEMORY'` });
      const over = await compare(folder, gone);
      assertEquals(over.code, 5, over.stderr);
      assertStringIncludes(over.stderr, "3 of 3 runs failed, darts-s2-seed0 with: words of its own.");
      assertStringIncludes(over.stdout, "0 of 3");

      const again = await compare(folder, gone, "--retry-failed");
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stderr, "darts-s2-seed1: words of its own. It is handed in again");
      assertStringIncludes(again.stderr, "darts-s2-seed2: It ran out of memory. It is handed in again");
      assertStringIncludes(again.stderr, "2 of 3 runs were handed in as job 77");
      assertEquals(called(folder, "sbatch")[2], "--array=0-1");

      // What was asked for once is not asked for whenever the comparison goes on; where it runs is.
      ended(folder, 1, "4 25\n");
      const resumed = await deno(["task", "--quiet", "compare", "--resume", `${folder}/out`], gone);
      assertEquals(resumed.code, 0, resumed.stderr);
      assertStringIncludes(resumed.stdout, "3 runs: 2 failed, 1 waiting;");
      assertStringIncludes(resumed.stderr, "darts-s2-seed2: It ended without a word. It is handed in again");
      const printed = await deno(
        ["task", "--quiet", "compare", "--resume", `${folder}/out`, "--print-commands"],
      );
      assertEquals(printed.stdout.match(/ search /g)?.length, 3, printed.stderr);
    }),
);

for (
  const [what, answers, ...parts] of [
    ["there is no sbatch", {}, "error: There is no program sbatch on this machine; type this on one that"],
    [
      "sbatch refuses",
      { sbatch: "echo 'sbatch: error: Invalid partition' >&2; exit 1", squeue: "" },
      "error: sbatch refused the jobs: sbatch: error: Invalid partition\n",
    ],
  ] as const
) {
  Deno.test({ name: `slurm: one sentence where ${what}`, ...posix }, () =>
    inFolder(async (folder) => {
      // Only what a command cannot do without, of the programs that are here.
      Deno.mkdirSync(`${folder}/bin`);
      for (const name of ["sh", "cat", "ps"]) {
        const { stdout } = await new Deno.Command("sh", { args: ["-c", `command -v ${name}`] }).output();
        Deno.symlinkSync(new TextDecoder().decode(stdout).trim(), `${folder}/bin/${name}`);
      }
      programs(folder, answers);
      const { code, stderr } = await compare(folder, { PATH: `${folder}/bin` });
      assertEquals(code, 2, stderr);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      for (const part of parts) assertStringIncludes(stderr, part);
      // What SLURM did not take is as missing as before.
      assertEquals([...Deno.readDirSync(`${folder}/out/slurm`)], []);
    }));
}

Deno.test({ name: "slurm: its settings are refused where no cluster is asked for", ...posix }, async () => {
  const { code, stderr } = await deno([
    ...["task", "--quiet", "compare", "--methods", "darts", "--slurm-time", "60"],
  ]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "--slurm-time is for a cluster: give --launcher slurm too, or leave");
});
