/** `compare` as a user runs it: its table and files, what it runs again and what not, and what it refuses. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { checkUnused } from "../../src/io/lock.ts";
import { inFolder } from "../data/files.ts";
import { deno, isFile, start as startTask, task } from "./spawn.ts";

const tiny = [
  ["--preset", "tiny", "--space", "s2", "--channels", "2", "--layers", "1", "--batch", "8", "--epochs", "1"],
  ["--warmup", "0", "--search-limit", "32", "--valid-limit", "12", "--no-train"],
].flat();

const read = (path: string) => JSON.parse(Deno.readTextFileSync(path));
/** The process that has a lock, by its file. */
const processIn = (path: string): number => Number(Deno.readTextFileSync(path).split(" ")[0]);
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
async function refuses(args: readonly string[], ...parts: string[]): Promise<void> {
  const { code, stdout, stderr } = await task("compare", ...args);
  assertEquals([code, stdout], [2, ""], stderr);
  assertEquals(stderr.trim().split("\n").length, 1, stderr);
  for (const part of parts) assertStringIncludes(stderr, part);
}

Deno.test("compare: runs each method with each seed, and the next time only what is missing", () =>
  inFolder(async (folder) => {
    const out = `${folder}/compared`;
    const command = ["--methods", "ms-darts,darts", ...tiny, "--out", out];
    const first = await task("compare", ...command, "--seeds", "1", "--jobs", "2", "--json");
    assertEquals(first.code, 0, first.stderr);
    const found = JSON.parse(first.stdout);
    assertEquals(found, read(`${out}/comparison.json`));
    assertEquals(
      found.rows.map((row: Record<string, unknown>) => [row["method"], row["space"], row["done"]]),
      [
        ["ms-darts", "s2", 1],
        ["darts", "s2", 1],
      ],
    );
    assertEquals(found.rule.key, "supernet_accuracy");
    assertEquals(names(out), [
      "comparison.csv",
      "comparison.html",
      "comparison.json",
      "config.json",
      "darts-s2-seed0",
      "ms-darts-s2-seed0",
      "trajectories.svg",
    ]);
    const kept = `${out}/ms-darts-s2-seed0`;
    // A run is an ordinary one: its own command makes it again.
    const { command: own } = read(`${kept}/environment.json`);
    assertEquals(
      own,
      "npx -y deno task search --method ms-darts --space s2 --preset tiny --channels 2 --layers 1 " +
        `--batch 8 --epochs 1 --warmup 0 --search-limit 32 --valid-limit 12 --no-train --seed 0 --out ${kept}`,
    );
    assertStringIncludes(Deno.readTextFileSync(`${kept}/log.txt`), "search 1/1");
    assertStringIncludes(
      Deno.readTextFileSync(`${out}/comparison.html`),
      'href="darts-s2-seed0/report.html"',
    );

    // A run that was cut off before its first checkpoint has no result; here is one, and another seed is wanted.
    const before = Deno.readTextFileSync(`${kept}/result.json`);
    Deno.removeSync(`${out}/darts-s2-seed0/result.json`);
    Deno.removeSync(`${out}/darts-s2-seed0/checkpoints`, { recursive: true });
    Deno.writeTextFileSync(`${out}/darts-s2-seed0/metrics.jsonl`, '{"stage":"search","epoch":0,"cut":1}\n');
    const again = await task("compare", ...command, "--seeds", "2");
    assertEquals(again.code, 0, again.stderr);
    assertStringIncludes(again.stderr, "1 of 4 runs are done already");
    assertEquals(again.stderr.match(/begins/g)?.length, 3);
    assertEquals(Deno.readTextFileSync(`${kept}/result.json`), before);
    assert(!Deno.readTextFileSync(`${out}/darts-s2-seed0/metrics.jsonl`).includes("cut"));
    assertStringIncludes(again.stdout, "2 of 2");
    assertStringIncludes(again.stdout, "chosen by the supernet's validation accuracy");
    const csv = Deno.readTextFileSync(`${out}/comparison.csv`).trimEnd().split("\r\n");
    assertEquals(csv.length, 3);

    await refuses(
      [...command, "--lr", "0.1"],
      "was run with other settings",
      "--lr: not given there, 0.1 here",
    );
    const config = Deno.readTextFileSync(`${kept}/config.json`);
    Deno.writeTextFileSync(`${kept}/config.json`, config.replace('"epochs": 1', '"epochs": 7'));
    await refuses(command, `${kept} holds a run with other settings (--epochs: 7 there, 1 here)`);
    Deno.removeSync(`${kept}/config.json`);
    await refuses(command, `${kept} holds no run`);
    await refuses([...command.slice(0, -1), `${out}/darts-s2-seed0`], "already holds a run");
  }));

Deno.test("compare: a grid, one of whose values fails, leaves the others their table, and the child's exit code", () =>
  inFolder(async (folder) => {
    const [out, file] = [`${folder}/grid`, `${folder}/settings.json`];
    Deno.writeTextFileSync(file, JSON.stringify({ weightDecay: 1e30, gradClip: 0, lrMin: 0 }));
    const { code, stdout, stderr } = await task(
      ...["compare", "--methods", "darts", ...tiny, "--seeds", "1", "--out", out] as const,
      ...["--config", file, "--hessian", "every=1", "--grid", "lr=1e-33,1e30"],
    );
    assertEquals(code, 5, stderr);
    assertStringIncludes(stderr, "error: 1 of 2 runs failed, darts-s2-lr=1e+30-seed0 with: ");
    // The same would only diverge again.
    assert(stderr.endsWith(`Its log is ${out}/darts-s2-lr=1e+30-seed0/log.txt.\n`), stderr);
    assertStringIncludes(stdout, "lr 1e-33");
    assertStringIncludes(stdout, "0 of 1");
    assertEquals(read(`${out}/darts-s2-lr=1e-33-seed0/config.json`).lr, 1e-33);
    const { rows, runs, setting } = read(`${out}/comparison.json`);
    assertEquals([setting, rows.map((row: { value: string }) => row.value)], ["lr", ["1e-33", "1e+30"]]);
    assertEquals(rows[0].eigenvalues.map((part: { n: number }) => part.n), [1]);
    assertEquals(runs.map((run: { state: string }) => run.state), ["done", "failed"]);
    const page = Deno.readTextFileSync(`${out}/comparison.html`);
    assertStringIncludes(page, "Runs that failed");
    assertStringIncludes(page, '<th scope="col">epoch 0</th>');
  }));

/** Starts a comparison in the background, as a process that a signal reaches. */
const start = (args: readonly string[]): Deno.ChildProcess => startTask("compare", args);

/** Waits until there is such a file, while the process runs. */
async function until(path: string, ended: Promise<Deno.CommandOutput>): Promise<void> {
  let over = false;
  ended.finally(() => over = true);
  while (!over && !isFile(path)) await new Promise((wait) => setTimeout(wait, 20));
  if (over) throw new Error(`It ended too early: ${new TextDecoder().decode((await ended).stderr)}`);
}

/** A comparison that does not come to its end by itself. */
const endless = ["--methods", "darts", ...tiny, "--epochs", "500", "--seeds", "1"];

/** A comparison in that folder whose first search, of darts with seed 0, has ended an epoch. */
async function underWay(args: readonly string[], out: string) {
  const child = start([...args, "--out", out]);
  const ended = child.output();
  const run = `${out}/darts-s2-seed0`;
  await until(`${run}/metrics.jsonl`, ended);
  return { child, ended, run };
}

/** Waits until no process runs in a folder. */
async function untilFree(folder: string): Promise<void> {
  for (;;) {
    try {
      return checkUnused(folder);
    } catch {
      await new Promise((wait) => setTimeout(wait, 20));
    }
  }
}

const signals = { ignore: Deno.build.os === "windows" };

Deno.test(
  { name: "compare: Ctrl-C stops the running searches and says how to go on", ...signals },
  () =>
    inFolder(async (folder) => {
      const out = `${folder}/stopped`;
      const wanted = ["--methods", "darts,ms-darts", ...tiny, "--epochs", "500", "--seeds", "1"];
      const { child, ended, run } = await underWay(wanted, out);
      const [pid] = [processIn(`${run}/.lock`)];
      await refuses([...wanted, "--out", run], `Another process (pid ${pid}) runs in ${run}`);
      if (Deno.build.os === "linux") {
        // A process group of its own, which the terminal's Ctrl-C does not reach.
        const group = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ")[2];
        assertEquals(Number(group), pid);
      }
      child.kill("SIGINT");
      const { code, stderr } = await ended;
      const said = new TextDecoder().decode(stderr);
      assertEquals(code, 130, said);
      assertStringIncludes(
        said,
        `0 of 2 runs are done; resume the others with: npx -y deno task compare --resume ${out}`,
      );
      // The search has saved and ended before.
      assertEquals(names(run).filter((name) => [".lock", "result.json"].includes(name)), []);
      assert(names(`${run}/checkpoints`).length > 0);
      assertStringIncludes(Deno.readTextFileSync(`${run}/log.txt`), "Stopping after this step");
      assertEquals(names(out).filter((name) => name.startsWith("ms-darts")), []);
      assert(!names(out).includes(".lock"));
    }),
);

Deno.test("compare: two in one folder do each run once, and each shows them all", () =>
  inFolder(async (folder) => {
    const out = `${folder}/shared`;
    const args = ["--methods", "darts,random", ...tiny, "--seeds", "2", "--out", out];
    const [one, other] = await Promise.all([task("compare", ...args), task("compare", ...args)]);
    const begun = /^\[\d\/4\] (\S+): begins$/gm;
    const did = [one, other].map(({ code, stdout, stderr }) => {
      assertEquals(code, 0, stderr);
      assertEquals(stdout.match(/2 of 2/g)?.length, 2, stdout);
      return [...stderr.matchAll(begun)].map(([, name]) => name);
    });
    assertEquals(
      did.flat().sort(),
      ["darts-s2-seed0", "darts-s2-seed1", "random-s2-seed0", "random-s2-seed1"],
    );
    assert(did.every((runs) => runs.length > 0), "both have done some");
    const { runs } = read(`${out}/comparison.json`);
    assertEquals(runs.map((run: { state: string }) => run.state), ["done", "done", "done", "done"]);
    assertEquals(names(out).filter((name) => name.startsWith(".")), []);
  }));

Deno.test(
  { name: "compare: a second signal ends it and its searches at once", ...signals },
  () =>
    inFolder(async (folder) => {
      const out = `${folder}/aborted`;
      const { child, ended, run } = await underWay(endless, out);
      // A search that does not come to save, for which the first signal waits.
      Deno.kill(processIn(`${run}/.lock`), "SIGSTOP");
      child.kill("SIGTERM");
      await new Promise((wait) => setTimeout(wait, 400));
      child.kill("SIGTERM");
      assertEquals((await ended).code, 130);
      await untilFree(run);
      assert(!isFile(`${run}/result.json`));
    }),
);

Deno.test(
  { name: "compare: killed in the middle, it goes on to what it would have found", ...signals },
  () =>
    inFolder(async (folder) => {
      const wanted = ["--methods", "darts,ms-darts", ...tiny, "--epochs", "3", "--seeds", "1"];
      const [whole, cut] = [`${folder}/whole`, `${folder}/cut`];
      const undisturbed = await task("compare", ...wanted, "--out", whole);
      assertEquals(undisturbed.code, 0, undisturbed.stderr);

      const { child, ended, run } = await underWay([...wanted, "--checkpoint-every", "0"], cut);
      const search = processIn(`${run}/.lock`);
      child.kill("SIGKILL");
      Deno.kill(search, "SIGKILL");
      await ended;
      await untilFree(run);
      assert(!isFile(`${run}/result.json`), "it was not in the middle");

      await refuses(["--resume", cut, "--lr", "0.1"], `--lr 0.1 is not what the run in ${cut} began with`);
      await refuses(["--resume", cut, "--out", whole], "leave --out");
      await refuses(["--resume", run], `${run} holds a run of search, not of compare`);
      const { code, stdout, stderr } = await task("compare", "--resume", cut, "--jobs", "2");
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "darts-s2-seed0: goes on from its checkpoint");
      assertStringIncludes(stderr, "ms-darts-s2-seed0: begins");
      assertStringIncludes(stdout, "ms-darts");
      for (const name of ["darts-s2-seed0", "ms-darts-s2-seed0"]) {
        for (const file of ["genotype.json", "alphas.jsonl", "supernet.safetensors"]) {
          assertEquals(
            Deno.readFileSync(`${cut}/${name}/${file}`),
            Deno.readFileSync(`${whole}/${name}/${file}`),
            file,
          );
        }
      }
      const [ours, theirs] = [cut, whole].map((out) => read(`${out}/comparison.json`));
      const timeless = (rows: Record<string, Record<string, unknown>>[]) =>
        rows.map(({ measures: { seconds: _, ...measures } = {}, ...row }) => ({ ...row, measures }));
      assertEquals(timeless(ours.rows), timeless(theirs.rows));
      assertStringIncludes(ours.command, `--checkpoint-every 0 --out ${cut}`);

      // All is done: the same again finds nothing to do.
      const again = await task("compare", "--resume", cut, "--adapter", "software");
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stderr, "2 of 2 runs are done already");
    }),
);

Deno.test({
  name: "compare: a search that is killed is said to be run again by the same command",
  ...signals,
}, () =>
  inFolder(async (folder) => {
    const out = `${folder}/killed`;
    const { ended, run } = await underWay(endless, out);
    Deno.kill(processIn(`${run}/.lock`), "SIGKILL");
    const { code, stderr } = await ended;
    const said = new TextDecoder().decode(stderr);
    assertEquals(code, 3, said);
    assertStringIncludes(said, "fewer --jobs at a time take less");
    assertStringIncludes(
      said,
      `It was ended by SIGKILL. Its log is ${run}/log.txt; the same command runs it again.`,
    );
  }));

Deno.test(
  {
    name: "compare: killed alone, it waits for the search that it left and does the others meanwhile",
    ...signals,
  },
  () =>
    inFolder(async (folder) => {
      const out = `${folder}/left`;
      const wanted = ["--methods", "darts,ms-darts", ...tiny, "--epochs", "3", "--seeds", "1"];
      const { child, ended, run } = await underWay(wanted, out);
      const search = processIn(`${run}/.lock`);
      Deno.kill(search, "SIGSTOP");
      child.kill("SIGKILL");
      await ended;
      assert(!isFile(`${run}/result.json`), "it was not in the middle");

      const again = start(["--resume", out]);
      const over = again.output();
      await until(`${out}/ms-darts-s2-seed0/result.json`, over);
      await refuses([...tiny, "--methods", "darts", "--out", run], `Another process (pid ${search}) runs in`);
      Deno.kill(search, "SIGCONT");
      const { code, stderr } = await over;
      const said = new TextDecoder().decode(stderr);
      assertEquals(code, 0, said);
      const waits = `darts-s2-seed0: another process (pid ${search}) runs it; it is waited for`;
      assertEquals(said.split(waits).length, 2, said);
      assertStringIncludes(said, "[1/2] ms-darts-s2-seed0: begins");
      // Left alone, it saved and stopped.
      assertStringIncludes(said, "] darts-s2-seed0: goes on from its checkpoint");
      assertEquals(Deno.readTextFileSync(`${run}/metrics.jsonl`).trimEnd().split("\n").length, 3);
      assertEquals(read(`${out}/comparison.json`).runs.map((run: { state: string }) => run.state), [
        "done",
        "done",
      ]);

      // All checkpoints of a run that was stopped are damaged; the one that was not begun has nothing at all.
      Deno.removeSync(`${run}/result.json`);
      for (const name of names(`${run}/checkpoints`)) Deno.truncateSync(`${run}/checkpoints/${name}`, 100);
      const alphas = Deno.readTextFileSync(`${run}/alphas.jsonl`);
      const anew = await task("compare", "--resume", out);
      assertEquals(anew.code, 0, anew.stderr);
      assertStringIncludes(
        anew.stderr,
        "darts-s2-seed0: begins anew, for none of its checkpoints is whole",
      );
      assertEquals(Deno.readTextFileSync(`${run}/alphas.jsonl`), alphas);
    }),
);

for (
  const [flags, ...parts] of [
    [[], "compare needs --methods: search methods"],
    [["--methods", "ms-dart"], 'Unknown method "ms-dart" for --methods; did you mean "ms-darts"?', "Known: "],
    [["--methods", "darts,ms-darts,darts"], "--methods names darts twice"],
    [["--methods", "darts", "--space", "s3,s9"], 'Unknown space "s9" for --space'],
    [["--methods", "darts", "--seeds", "0"], "--seeds is 0, but must be a whole number of at least 1"],
    [["--methods", "darts", "--jobs", "0"], "--jobs is 0, but must be a whole number of at least 1"],
    [
      ["--methods", "darts", "--seed", "4294967295"],
      "--seeds 3 from --seed 4294967295 passes the largest seed",
    ],
    [
      ["--methods", "darts", "--grid", "benchmark=a/x.tfrecord"],
      'Unknown setting "benchmark" for --grid;',
    ],
    [
      ["--methods", "darts", "--grid", "bandwith=1"],
      'Unknown setting "bandwith" for --grid; did you mean "bandwidth"?',
    ],
    [["--methods", "darts", "--grid", "bandwidth"], "--grid bandwidth needs values"],
    [
      ["--methods", "darts", "--grid", "bandwidth=1,0"],
      "--grid bandwidth is 0, but must be a number above 0.",
    ],
    [
      ["--methods", "darts", "--grid", "bandwidth=1,,2"],
      '--grid bandwidth is "", but must be a number above 0.',
    ],
    [["--methods", "darts", "--grid", "bandwidth=1,1.0"], "--grid bandwidth names 1 twice"],
    [["--methods", "darts", "--grid", "variant=papre"], 'did you mean "paper"?'],
    [
      ["--methods", "darts", "--epochs", "3", "--grid", "epochs=2,4"],
      "--epochs and --grid epochs=… both set epochs",
    ],
    [["--methods", "darts", "--grid", "lr=0.1,1e-9"], "--lr-min 0.001 is above --lr 1e-9"],
    [["--methods", "darts", "--warmup", "9", "--epochs", "3"], "--warmup 9 leaves none of the 3 epochs"],
    [["--methods", "darts", "--out", "deno.json"], "Cannot use deno.json as the run directory: it is a file"],
  ] as const
) {
  Deno.test(`compare: refuses ${flags.join(" ") || "no methods"}`, () => refuses(flags, ...parts));
}

Deno.test("compare: --help has the settings of search too, with their defaults", async () => {
  const { code, stdout } = await deno(["run", "-q", "-A", "pipelines/compare.ts", "--help"]);
  assertEquals(code, 0);
  for (const part of ["--grid <key=values>", "--epochs <n>", "--no-train", "(default: 3)"]) {
    assertStringIncludes(stdout, part);
  }
});
