/**
 * Other programs hold the machine's memory: what a run on a software driver then says, and that it waits. The system
 * tells the processes here what a file says of its memory, which the driver believes too.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { probeAdapter } from "../../src/setup/adapter.ts";
import { inFolder } from "../data/files.ts";
import { assertSameRun } from "./same_run.ts";
import { isFile, startProgram } from "./spawn.ts";
import { taskArguments } from "../../src/cli/tasks.ts";

/** Programs that give their children a file system of their own, as root and as somebody else. */
const unshare = await (async () => {
  for (const flags of ["-m", "-rm"]) {
    const tried = new Deno.Command("unshare", { args: [flags, "true"], stdout: "null", stderr: "null" })
      .output();
    if (await tried.then(({ success }) => success, () => false)) return flags;
  }
})();
const software = /llvmpipe/.test(await probeAdapter() ?? "");
const usual = { ignore: !unshare || !software };
if (usual.ignore) console.log("skipped: memory that others hold (needs unshare of util-linux and llvmpipe)");

/** The machine's memory as a file that a test may change. */
function memoryFile(path: string) {
  const real = Deno.readTextFileSync("/proc/meminfo");
  const set = (kilobytes?: number) =>
    Deno.writeTextFileSync(
      path,
      kilobytes === undefined
        ? real
        : real.replace(/^(MemFree|MemAvailable):.*$/gm, `$1: ${kilobytes} kB`).replace(
          /^(Cached|Buffers):.*$/gm,
          "$1: 0 kB",
        ),
    );
  return { scarce: () => set(300_000), plenty: () => set() };
}

/** Starts a task as a process that takes its memory from such a file; standard error is kept. */
function start(path: string, name: string, args: readonly string[]) {
  const child = startProgram("unshare", [
    ...[unshare!, "sh", "-c", 'mount --bind "$0" /proc/meminfo && exec "$@"', path, Deno.execPath()],
    ...[...taskArguments(name), ...args],
  ]);
  let said = "";
  const told = child.stderr.pipeThrough(new TextDecoderStream()).pipeTo(
    new WritableStream({ write: (text) => void (said += text) }),
  );
  let over = false;
  const ended = Promise.all([child.status, told]).then(([{ code }]) => {
    over = true;
    return { code, said };
  });
  return {
    kill: () => child.kill("SIGINT"),
    ended,
    /** Until it is so, or the process has ended. */
    until: async (fits: () => boolean) => {
      while (!over && !fits()) await new Promise((wait) => setTimeout(wait, 10));
    },
    said: () => said,
  };
}

const small = [
  ["--preset", "tiny", "--channels", "2", "--layers", "1", "--batch", "8", "--space", "s2", "--warmup", "0"],
  ["--train-limit", "128", "--search-limit", "128", "--valid-limit", "16", "--epochs", "6"],
  ["--eval-channels", "2", "--eval-layers", "1", "--eval-epochs", "1", "--eval-holdout", "16"],
].flat();

const held =
  /finds no memory(?: for the \d+\.\d+ [MG]B it needs)?: the driver computes on the CPU, and of this machine's \d+\.\d+ GB only 307\.2 MB are free\. Other programs hold \d+\.\d+ GB, this one \d+\.\d MB; close some of them or try again later\. Waiting for it up to 2 minutes\n/;

Deno.test({
  name: "memory held by others: a search waits for it, also in its middle, and ends with the same bits",
  ...usual,
}, () =>
  inFolder(async (folder) => {
    const [whole, waited] = [`${folder}/whole`, `${folder}/waited`];
    const memory = memoryFile(`${folder}/meminfo`);
    memory.plenty();
    assertEquals((await start(`${folder}/meminfo`, "search", [...small, "--out", whole]).ended).code, 0);

    memory.scarce();
    const run = start(`${folder}/meminfo`, "search", [...small, "--out", waited]);
    await run.until(() => held.test(run.said()));
    assertMatch(run.said(), held);
    assertStringIncludes(run.said(), "Opening a device of the adapter");
    memory.plenty();
    await run.until(() => isFile(`${waited}/metrics.jsonl`));
    const before = run.said().length;
    memory.scarce();
    await run.until(() => held.test(run.said().slice(before)));
    assertMatch(run.said().slice(before), held);
    memory.plenty();
    const { code, said } = await run.ended;
    assertEquals(code, 0, said);
    assertStringIncludes(said, "There is memory again: going on from the last state");
    assertSameRun(waited, whole);
  }));

Deno.test(
  { name: "memory held by others: a run that waits can be stopped", ...usual },
  () =>
    inFolder(async (folder) => {
      memoryFile(`${folder}/meminfo`).scarce();
      for (
        const [name, args] of [["search", [...small, "--out", `${folder}/run`]], ["doctor", []]] as const
      ) {
        const run = start(`${folder}/meminfo`, name, args);
        await run.until(() => held.test(run.said()));
        run.kill();
        const { code, said } = await run.ended;
        assertEquals(code, 130, said);
      }
      assert(!isFile(`${folder}/run/config.json`));
    }),
);
