/** `stop`: a run is stopped by its folder, whoever started it; where none runs one sentence says so. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { lockFolder, occupant } from "../../src/io/lock.ts";
import { askToStop, hearRequests, STOP_FILE } from "../../src/io/stop_request.ts";
import { inFolder } from "../data/files.ts";
import { ended, isFile, start, task } from "./spawn.ts";

const small = [
  ["--preset", "tiny", "--channels", "2", "--layers", "1", "--batch", "8", "--train-limit", "128"],
  ["--checkpoint-every", "100000"],
].flat();
const searching = [...small, "--space", "s2", "--warmup", "0", "--no-train"];
const commands: Readonly<Record<string, readonly string[]>> = {
  search: searching,
  evaluate: [...small, "--genotype", "DARTS_V2"],
  compare: [...searching, "--methods", "darts", "--seeds", "1"],
};

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

/** Starts a command that does not come to its end, and waits until it has had an epoch, a comparison in one of its runs. */
async function underWay(name: string, args: readonly string[], out: string, run = out) {
  const child = start(name, [...args, "--out", out]);
  const end = ended(child);
  let over = false;
  void end.finally(() => over = true);
  while (!over && !isFile(`${run}/metrics.jsonl`)) await wait(20);
  return { child, end };
}

for (const [name, args] of Object.entries(commands)) {
  Deno.test(`stop: ${name} saves and stops, says who asked, and goes on`, () =>
    inFolder(async (folder) => {
      const out = `${folder}/a run`;
      const { child, end } = await underWay(
        name,
        [...args, "--epochs", "100000"],
        out,
        name === "compare" ? `${out}/darts-s2-seed0` : out,
      );
      const { code, stdout, stderr } = await task("stop", out);
      const resume = `npx -y deno task ${name} --resume '${out}'`;
      const words =
        `The process (pid ${child.pid}) that ran in ${out} has stopped; resume its run with: ${resume}`;
      assertEquals([code, stdout], [0, `${words}\n`], stderr);
      const { code: own, said } = await end;
      assertEquals(own, 130, said);
      assert(
        /Stopping after this step, as process \d+ asked; Ctrl-C again stops at once\.\n/.test(said),
        said,
      );
      assert(!isFile(`${out}/${STOP_FILE}`) && !isFile(`${out}/.lock`));

      // As a comparison has no other epochs, it only says that it is to go on.
      const again = await task("stop", out);
      const none = `error: No process runs in ${out}; resume its run with: ${resume}\n`;
      assertStringIncludes(again.stderr, none);
      assertEquals(again.code, 2);
      if (name === "compare") return;
      const more = await task(name, "--resume", out, "--epochs", `${lines(`${out}/metrics.jsonl`) + 1}`);
      assertEquals(more.code, 0, more.stderr);
      const last = await task("stop", out);
      assertEquals(last.code, 2);
      assertStringIncludes(last.stderr, `No process runs in ${out}; its run has come to its end.`);
    }));
}

const lines = (path: string): number => Deno.readTextFileSync(path).trimEnd().split("\n").length;

Deno.test("stop: landscape stops too, and its search keeps its result", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const searched = await task("search", ...searching, "--epochs", "1", "--out", out);
    assertEquals(searched.code, 0, searched.stderr);
    const child = start("landscape", [out, "--directions", "100", "--steps", "500", "--images", "0"]);
    const end = ended(child);
    while (occupant(out) === undefined) await wait(20);
    const { code, stdout, stderr } = await task("stop", out, "--json");
    assertEquals([code, JSON.parse(stdout)], [0, {
      run: out,
      process: `pid ${child.pid}`,
      stopped: true,
      resume: null,
    }], stderr);
    assertEquals((await end).code, 130);
    assert(isFile(`${out}/result.json`) && !isFile(`${out}/landscape.json`));
  }));

Deno.test("stop: what is no run, or has nobody in it, is said in one sentence", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    Deno.mkdirSync(`${folder}/empty`);
    // What a process leaves that was killed.
    Deno.mkdirSync(`${folder}/killed`);
    Deno.writeTextFileSync(`${folder}/killed/.lock`, "1\n");
    const said: Readonly<Record<string, string>> = {
      none: `There is no run in ${folder}/none: there is no such folder.`,
      file: `There is no run in ${folder}/file: it is a file.`,
      empty: `No process runs in ${folder}/empty; there is nothing in it to resume.`,
      killed: `No process runs in ${folder}/killed; there is nothing in it to resume.`,
    };
    for (const [name, words] of Object.entries(said)) {
      const { code, stdout, stderr } = await task("stop", `${folder}/${name}`, "--quiet");
      assertEquals([code, stdout, stderr], [2, "", `error: ${words}\n`]);
    }
    assertEquals([...Deno.readDirSync(`${folder}/killed`)].map(({ name }) => name), [".lock"]);
  }));

const asking = (folder: string, patience: number) =>
  askToStop(folder, { signal: new AbortController().signal, patience, onAsked: () => {} });

Deno.test("stop: a request that is not heard in time stays, and one for a process before is not heard", () =>
  inFolder(async (folder) => {
    {
      using _claimed = lockFolder(folder);
      assertEquals(await asking(folder, 300), { by: `pid ${Deno.pid}`, end: "busy" });
    }
    assert(isFile(`${folder}/${STOP_FILE}`));
    using _claimed = lockFolder(folder);
    let heard = "";
    using _hearing = hearRequests(folder, (by) => heard = by);
    assert(!isFile(`${folder}/${STOP_FILE}`));
    await wait(700);
    assertEquals(heard, "");
  }));

Deno.test("stop: one that is given up is withdrawn", () =>
  inFolder(async (folder) => {
    using _claimed = lockFolder(folder);
    const giveUp = new AbortController();
    setTimeout(() => giveUp.abort(), 150);
    const asked = askToStop(folder, { signal: giveUp.signal, patience: 60_000, onAsked: () => {} });
    assertEquals(await asked.catch((reason) => reason), giveUp.signal.reason);
    assert(!isFile(`${folder}/${STOP_FILE}`));
  }));

Deno.test("stop: on a file system without locks, too, and asked by two at a time", () =>
  inFolder(async (folder) => {
    // The file of the lock alone tells there that somebody works in the folder.
    Deno.writeTextFileSync(`${folder}/.lock`, "1\n");
    let times = 0;
    const hearing = hearRequests(folder, () => {
      times++;
      setTimeout(() => {
        hearing[Symbol.dispose]();
        Deno.removeSync(`${folder}/.lock`);
      }, 300);
    });
    // Who does not wait for it keeps the process going.
    const both = await Promise.all([asking(folder, 10_000), asking(folder, 10_000)]);
    assertEquals(both, [{ by: "pid 1", end: "stopped" }, { by: "pid 1", end: "stopped" }]);
    assertEquals(times, 1);
  }));

Deno.test("stop: a process that was killed is not said to be asked", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/.lock`, "99999999\n");
    Deno.writeTextFileSync(`${folder}/config.json`, '{"method": "darts", "preset": "tiny"}');
    const { code, stderr } = await task("stop", folder);
    assertEquals(code, 2, stderr);
    assert(!stderr.includes("Asked"), stderr);
    assertStringIncludes(stderr, "No process runs in");
  }));

Deno.test("stop: one search of a comparison stops by its own folder, and the others are done", () =>
  inFolder(async (folder) => {
    const out = `${folder}/compared`;
    // The first has no end of its own.
    const [endless, other] = ["darts-s2-epochs=100000-seed0", "darts-s2-epochs=1-seed0"];
    const args = [...searching, "--methods", "darts", "--seeds", "1", "--grid", "epochs=100000,1"];
    const { end } = await underWay("compare", args, out, `${out}/${endless}`);
    const { code, stderr } = await task("stop", `${out}/${endless}`);
    assertEquals(code, 0, stderr);
    const { code: own, said } = await end;
    assertEquals(own, 130, said);
    assertStringIncludes(said, `${endless}: stopped`);
    assertStringIncludes(
      said,
      `1 of 2 runs are done; resume the others with: npx -y deno task compare --resume ${out}`,
    );
    assertStringIncludes(said, "error: 1 of 2 runs were stopped.");
    assert(isFile(`${out}/${other}/result.json`));
  }));
