/**
 * Ctrl-C, SIGTERM, SIGHUP and SIGUSR1: the first saves and stops, the second stops at once, and the run goes on as if
 * undisturbed.
 */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { untimed } from "./same_run.ts";
import project from "../../deno.json" with { type: "json" };
import { terminals } from "./as_user.ts";
import { isFile, root, start, startProgram } from "./spawn.ts";

const posix = { ignore: Deno.build.os === "windows" };

const small = [
  ["--preset", "tiny", "--channels", "2", "--layers", "1", "--batch", "8", "--train-limit", "128"],
  // No checkpoint but those of the epochs' ends and of the stop.
  ["--checkpoint-every", "100000"],
].flat();
const commands: Record<string, readonly string[]> = {
  search: [...small, "--space", "s2", "--warmup", "0", "--no-train"],
  evaluate: [...small, "--genotype", "DARTS_V2"],
};

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const lines = (path: string): number => {
  try {
    return Deno.readTextFileSync(path).trimEnd().split("\n").length;
  } catch {
    return 0;
  }
};

/** The output of a process that is sent each signal once the run has so many epochs, or ended. */
async function stopped(child: Deno.ChildProcess, run: string, ...signals: [number, Deno.Signal][]) {
  const ended = child.output();
  let over = false;
  ended.finally(() => over = true);
  for (const [epochs, signal] of signals) {
    while (!over && lines(`${run}/metrics.jsonl`) < epochs) await new Promise((wait) => setTimeout(wait, 5));
    if (!over) child.kill(signal);
  }
  const { code, stderr } = await ended;
  return { code, said: new TextDecoder().decode(stderr) };
}

for (const [task, args] of Object.entries(commands)) {
  Deno.test(
    { name: `signals: ${task}, stopped by each signal, ends like one that is not`, ...posix },
    () =>
      inFolder(async (folder) => {
        const [whole, cut] = [`${folder}/whole`, `${folder}/cut`];
        const settings = [...args, "--epochs", "6"];
        const undisturbed = await stopped(start(task, [...settings, "--out", whole]), whole);
        assertEquals(undisturbed.code, 0, undisturbed.said);
        for (const [i, signal] of (["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"] as const).entries()) {
          const child = start(task, i === 0 ? [...settings, "--out", cut] : ["--resume", cut]);
          const { code, said } = await stopped(child, cut, [i + 1, signal]);
          assertEquals(code, 130, said);
          assertStringIncludes(said, "Stopping after this step; Ctrl-C again stops at once.\n");
          assert(names(`${cut}/checkpoints`).length > 0);
          assert(!names(cut).includes(".lock") && !names(cut).includes("result.json"), `${names(cut)}`);
        }
        const last = await stopped(start(task, ["--resume", cut]), cut);
        assertEquals(last.code, 0, last.said);
        const [ours, theirs] = [cut, whole].map((run) =>
          untimed(Deno.readTextFileSync(`${run}/metrics.jsonl`))
        );
        assertEquals(ours, theirs);
        for (const name of names(whole).filter((name) => /safetensors|genotype|alphas/.test(name))) {
          assertEquals(Deno.readFileSync(`${cut}/${name}`), Deno.readFileSync(`${whole}/${name}`), name);
        }
        assertEquals(names(cut), names(whole));
      }),
  );
}

Deno.test(
  { name: "signals: one before there is anything to save leaves nothing behind", ...posix },
  () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      const child = start("search", [...commands["search"]!, "--out", run]);
      let over = false;
      child.status.finally(() => over = true);
      // The lock is there before the first kernel is compiled.
      while (!over && !isFile(`${run}/.lock`)) await new Promise((wait) => setTimeout(wait, 5));
      const { code, said } = await stopped(child, "", [0, "SIGTERM"]);
      assertEquals(code, 130, said);
      if (names(folder).length > 0) {
        assert(names(run).includes("checkpoints"), `${names(run)}`);
      }
    }),
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(
    { name: `signals: bench-step ends at the first ${signal}, whatever it measures`, ...posix },
    async () => {
      const size = ["--channels", "2", "--layers", "1", "--batch", "2", "--size", "8", "--space", "s2"];
      // Such a measurement would take hours.
      const child = start("bench-step", [...size, "--repeats", "1000000"]);
      const timers: ReturnType<typeof setTimeout>[] = [];
      let said = "";
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        said += text;
        if (!text.includes("Timing forward")) continue;
        timers.push(
          setTimeout(() => child.kill(signal), 1000),
          setTimeout(() => child.kill("SIGKILL"), 20_000),
        );
      }
      timers.forEach(clearTimeout);
      assertEquals((await child.status).code, 130, said);
    },
  );
}

Deno.test(
  { name: "signals: one to what a task starts reaches the run behind it", ...posix },
  () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      const task = project.tasks.search.split(" ").slice(1);
      const args = [...task, ...commands["search"]!, "--epochs", "500", "--out", run];
      const child = startProgram(Deno.execPath(), args);
      const { code, said } = await stopped(child, run, [1, "SIGTERM"]);
      assertEquals(code, 130, said);
      assertEquals(said.match(/Stopping after this step/g)?.length, 1, said);
      assert(!names(run).includes(".lock") && names(`${run}/checkpoints`).length > 0, said);
    }),
);

Deno.test({
  name: "signals: one Ctrl-C in a terminal, which deno task passes on too, is one",
  ignore: !terminals,
}, () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const words = [
      Deno.execPath(),
      "task",
      "search",
      ...commands["search"]!,
      "--epochs",
      "500",
      "--out",
      run,
    ];
    const child = new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", words.join(" "), "/dev/null"],
      cwd: root,
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const output = new Response(child.stdout).text();
    const keys = child.stdin.getWriter();
    while (lines(`${run}/metrics.jsonl`) < 1) await new Promise((wait) => setTimeout(wait, 20));
    await keys.write(Uint8Array.of(3));
    const said = await output;
    assertEquals((await child.status).code, 130, said);
    await keys.close().catch(() => {});
    assertEquals(said.match(/Stopping after this step/g)?.length, 1, said);
    assert(!names(run).includes(".lock"), said);
    assert(names(`${run}/checkpoints`).length > 0);
  }));

Deno.test(
  { name: "signals: a terminal or a reader that is gone does not end a run", ...posix },
  () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      const child = start("search", [...commands["search"]!, "--epochs", "3", "--out", run]);
      await child.stderr.cancel();
      assertEquals((await child.status).code, 0);
      assertEquals([lines(`${run}/metrics.jsonl`), isFile(`${run}/result.json`)], [3, true]);
    }),
);
