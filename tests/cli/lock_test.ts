/** One process at a time in a run directory; a lock that a dead one left keeps nobody out. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { inFlags } from "../../src/cli/flags.ts";
import { UserError } from "../../src/errors.ts";
import { claimOf, lockFolder } from "../../src/io/lock.ts";
import { createRunDirectory, openRunDirectory, type RunDirectory } from "../../src/io/run_directory.ts";
import { inFolder } from "../data/files.ts";
import { deno } from "./spawn.ts";

const label = "x";
const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const runIn = (path: string): RunDirectory => createRunDirectory(path, { label });

function refused(call: () => unknown, ...parts: string[]): void {
  const error = assertThrows(call, UserError);
  assertEquals(error.exitCode, 2, error.message);
  for (const part of parts) assertStringIncludes(inFlags(error.message), part);
}

/** A process that claims a run directory, says so, and waits for its end. */
async function claimer(path: string) {
  const module = new URL("../../src/io/run_directory.ts", import.meta.url);
  const script = `
    import { createRunDirectory } from "${module}";
    using claim = createRunDirectory(${JSON.stringify(path)}, { label: "x" }).claim();
    console.log("claimed");
    await new Promise(() => setInterval(() => {}, 1000));`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  return {
    pid: child.pid,
    kill: async () => {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

Deno.test("lock: the second process is refused by name, and may go on where the first was killed", () =>
  inFolder(async (folder) => {
    const path = `${folder}/deep/run`;
    const other = await claimer(path);
    const words =
      `Another process (pid ${other.pid}) runs in ${path}; wait for its end or choose another --out.`;
    refused(() => runIn(path).claim(), words);
    // Also where the other has begun to write: "remove it first" would be bad advice.
    Deno.writeTextFileSync(`${path}/config.json`, "{}");
    refused(() => runIn(path), words);
    // Who resumes a run has no other folder to choose.
    refused(
      () => openRunDirectory(path),
      `Another process (pid ${other.pid}) runs in ${path}; wait for its end, or stop it with: npx -y deno task stop ${path}.`,
    );
    const { code, stdout, stderr } = await deno([
      ...["run", "-q", "-A", "pipelines/search.ts", "--preset", "tiny", "--out", path],
    ]);
    assertEquals([code, stdout, stderr], [2, "", `error: ${words}\n`]);
    assertEquals(names(path), [".lock", "config.json"]);

    await other.kill();
    assertEquals(names(path), [".lock", "config.json"]);
    using _claim = openRunDirectory(path).claim();
    const [, memory] = new RegExp(`^${Deno.pid} ${Deno.hostname()} (\\d+) *\n$`).exec(
      Deno.readTextFileSync(`${path}/.lock`),
    )!;
    assert(Number(memory) > 1e6, memory);
  }));

Deno.test("lock: what is no ordinary file is no lock, and what a link leads to is not written", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/target`, "precious");
    for (const target of [`${folder}/target`, `${folder}/none`]) {
      Deno.mkdirSync(`${folder}/run`);
      Deno.symlinkSync(target, `${folder}/run/.lock`);
      const words =
        `Cannot lock the directory ${folder}/run: ${folder}/run/.lock is no ordinary file; remove it.`;
      refused(() => runIn(`${folder}/run`).claim(), words);
      refused(() => lockFolder(`${folder}/run`), words);
      Deno.removeSync(`${folder}/run`, { recursive: true });
    }
    assertEquals(Deno.readTextFileSync(`${folder}/target`), "precious");
    assertEquals(names(folder), ["target"]);
    Deno.mkdirSync(`${folder}/run/.lock`, { recursive: true });
    refused(() => runIn(`${folder}/run`), "is no ordinary file");
  }));

Deno.test("lock: a claim that nothing was written under leaves nothing, one that was leaves the files", () =>
  inFolder((folder) => {
    {
      using _claim = runIn(`${folder}/empty`).claim();
      assertEquals(names(`${folder}/empty`), [".lock"]);
    }
    assertEquals(names(folder), []);
    const run = runIn(`${folder}/run`);
    {
      using _claim = run.claim();
      run.writeText("log.txt", "1");
      refused(() => run.claim(), `Another process (pid ${Deno.pid}) runs in ${folder}/run`);
    }
    assertEquals(names(`${folder}/run`), ["log.txt"]);
    run.claim()[Symbol.dispose]();
  }));

Deno.test("lock: a run that came and ended between the choice of a folder and its claim is not written over", () =>
  inFolder((folder) => {
    const late = runIn(`${folder}/run`);
    const first = runIn(`${folder}/run`);
    {
      using _claim = first.claim();
      first.writeJson("config.json", {});
    }
    refused(() => late.claim(), `The directory ${folder}/run already holds a run (it has config.json)`);
    assertEquals(names(`${folder}/run`), ["config.json"]);
  }));

Deno.test("lock: runs that are started in the same second get folders of their own", () =>
  inFolder((folder) => {
    const options = { root: folder, label, now: new Date("2025-01-02T03:04:05Z") };
    const runs = [0, 1, 2].map(() => createRunDirectory(undefined, options));
    assertEquals(new Set(runs.map(({ path }) => path)).size, 1);
    const claims = runs.map((run) => run.claim());
    const stamp = `${folder}/${label}-20250102-030405`;
    assertEquals(runs.map(({ path }) => path), [stamp, `${stamp}-2`, `${stamp}-3`]);
    runs[1]!.writeText("a", "");
    assertEquals(names(`${stamp}-2`), [".lock", "a"]);
    claims.forEach((claim) => claim[Symbol.dispose]());
  }));

Deno.test("lock: to go on with a run there must be one; what a killed process was writing is removed", () =>
  inFolder((folder) => {
    refused(() => openRunDirectory(`${folder}/none`), `no run to resume in ${folder}/none`, "no such folder");
    refused(() => openRunDirectory(folder), `no run to resume in ${folder}`, "no config.json");
    Deno.writeTextFileSync(`${folder}/file`, "");
    refused(() => openRunDirectory(`${folder}/file`), `no run to resume in ${folder}/file`, "it is a file");
    Deno.writeTextFileSync(`${folder}/config.json`, "{}");
    Deno.writeTextFileSync(`${folder}/.report.html.123.tmp`, "half");
    Deno.mkdirSync(`${folder}/checkpoints`);
    refused(() => runIn(folder), "already holds a run");
    const run = openRunDirectory(folder);
    using _claim = run.claim();
    run.appendRow("metrics.jsonl", {});
    assertEquals(names(folder), [".lock", "checkpoints", "config.json", "file", "metrics.jsonl"]);
  }));

Deno.test("lock: who only looks makes no file, and keeps nobody out, others who look among them", () =>
  inFolder(async (folder) => {
    assertEquals(claimOf(folder), undefined);
    assertEquals(names(folder), []);
    // As a process that was killed leaves it.
    Deno.writeTextFileSync(`${folder}/.lock`, "123\n");
    const looking = Deno.openSync(`${folder}/.lock`);
    assertEquals(looking.tryLockSync(false), true);
    assertEquals(claimOf(folder), { by: "pid 123", held: false });
    setTimeout(() => looking.close(), 0);
    await new Promise((wait) => setTimeout(wait, 5));
    lockFolder(folder)[Symbol.dispose]();
    assertEquals(names(folder), []);
  }));

Deno.test("lock: who looks for a moment is waited for", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/.lock`, "123\n");
    const script = `
      const file = Deno.openSync(${JSON.stringify(`${folder}/.lock`)});
      file.lockSync(false);
      console.log("looks");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);`;
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "piped" }).spawn();
    const reader = child.stdout.getReader();
    await reader.read();
    lockFolder(folder)[Symbol.dispose]();
    await reader.cancel();
    await child.status;
  }));

Deno.test("lock: a process on another machine is believed as long as it gives signs of life", () =>
  inFolder((folder) => {
    const path = `${folder}/.lock`;
    const heard = (seconds: number) => {
      Deno.writeTextFileSync(path, "123 elsewhere\n");
      Deno.utimeSync(path, new Date(), new Date(Date.now() - 1000 * seconds));
    };
    heard(30);
    refused(() => lockFolder(folder), "Another process (pid 123 on elsewhere, heard of 30 s ago) runs in");
    assertEquals(claimOf(folder), { by: "pid 123 on elsewhere, heard of 30 s ago", held: true });
    heard(90);
    assertEquals(claimOf(folder)?.held, false);
    lockFolder(folder)[Symbol.dispose]();
    // Of this machine the lock itself tells, however lately the process was heard of.
    Deno.writeTextFileSync(path, `123 ${Deno.hostname()}\n`);
    assertEquals(claimOf(folder), { by: "pid 123", held: false });
  }));

Deno.test("lock: who has a folder gives signs of life", () =>
  inFolder((folder) => {
    const { setInterval: own } = globalThis;
    let beat = () => {};
    globalThis.setInterval = ((act: () => void, pause: number) => {
      assert(pause <= 20_000, "a third of what is waited for at most");
      beat = act;
      return own(() => {}, pause);
    }) as typeof own;
    try {
      using _claim = lockFolder(folder);
      Deno.utimeSync(`${folder}/.lock`, new Date(0), new Date(0));
      beat();
      assert(Deno.statSync(`${folder}/.lock`).mtime!.getTime() > 0);
    } finally {
      globalThis.setInterval = own;
    }
  }));
