/** Disks that are full or read-only and folders that vanish: an error in words, and what was there before intact. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { newestCheckpoint } from "../../src/io/checkpoint.ts";
import { appendBytes, jsonLine, writeFileAtomic } from "../../src/io/files.ts";
import { createRunDirectory } from "../../src/io/run_directory.ts";
import { assertDataError, inFolder } from "../data/files.ts";
import { fill, makeReadOnly, mountable, onSmallDisk } from "./small_disk.ts";
import { deno, start } from "./spawn.ts";

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const read = (path: string) => Deno.readTextFileSync(path);
const disk = (name: string, kib: number, body: (folder: string) => unknown) =>
  Deno.test({ name: `disk: ${name}`, ignore: !mountable, fn: () => onSmallDisk(kib, body) });

disk("a full one keeps the file that was there, and no temporary one", 256, (folder) => {
  writeFileAtomic(`${folder}/a`, "old");
  fill(`${folder}/rest`, 8192);
  const chunks = Array.from({ length: 16 }, () => new Uint8Array(4096));
  assertDataError(
    () => writeFileAtomic(`${folder}/a`, chunks),
    `Cannot write ${folder}/a`,
    "the disk is full",
  );
  assertEquals(read(`${folder}/a`), "old");
  assertEquals(names(folder), ["a", "rest"]);
});

disk("a full one leaves no half of a row in a log", 256, (folder) => {
  const log = `${folder}/metrics.jsonl`;
  appendBytes(log, jsonLine({ epoch: 0 }));
  fill(`${folder}/rest`, 8192);
  assertDataError(
    () => appendBytes(log, jsonLine({ long: "x".repeat(50_000) })),
    "metrics.jsonl",
    "the disk is full",
  );
  assertEquals(read(log), '{"epoch":0}\n');
  appendBytes(log, jsonLine({ epoch: 1 }));
  assertEquals(read(log), '{"epoch":0}\n{"epoch":1}\n');
});

disk("a read-only one is named as such, before and during a run", 256, async (folder) => {
  const run = createRunDirectory(`${folder}/run`, { label: "x" });
  run.writeText("a", "old");
  await makeReadOnly(folder);
  assertDataError(() => run.writeText("a", "new"), "the file system is read-only");
  assertDataError(() => run.appendRow("a", {}), "the file system is read-only");
  assertEquals(read(`${folder}/run/a`), "old");
  const { code, stderr } = await deno([
    ...["run", "-q", "-A", "pipelines/search.ts", "--preset", "tiny", "--out", `${folder}/other`],
  ]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(
    stderr,
    `Cannot write the run directory ${folder}/other: the file system is read-only`,
  );
});

Deno.test("disk: a run directory that is removed under a run is not made again", () =>
  inFolder((folder) => {
    const run = createRunDirectory(`${folder}/run`, { label: "x" });
    const claim = run.claim();
    run.writeText("a", "1");
    Deno.removeSync(run.path, { recursive: true });
    assertDataError(
      () => run.writeText("a", "2"),
      `Cannot write ${folder}/run/a`,
      "its folder does not exist",
    );
    assertDataError(
      () => run.appendRow("b", {}),
      `Cannot write ${folder}/run/b`,
      "its folder does not exist",
    );
    claim[Symbol.dispose]();
    assertEquals(names(folder), []);
  }));

/** A write that the system cuts off half-way, on any Linux: files may have so many KiB only. */
Deno.test({
  name: "disk: a write that is cut off keeps the old file and the whole rows",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      Deno.writeTextFileSync(`${folder}/a`, "old");
      Deno.writeTextFileSync(`${folder}/log`, "1\n");
      const script = `
        import { appendBytes, jsonLine, writeFileAtomic } from "${new URL(
        "../../src/io/files.ts",
        import.meta.url,
      )}";
        const [folder] = Deno.args;
        const trying = (write) => { try { write(); } catch (error) { console.log(error.exitCode, error.message); } };
        trying(() => writeFileAtomic(folder + "/a", [new Uint8Array(20000)]));
        trying(() => appendBytes(folder + "/log", jsonLine("x".repeat(20000))));`;
      Deno.writeTextFileSync(`${folder}/script.js`, script);
      const { stdout, stderr, success } = await new Deno.Command("bash", {
        args: [
          "-c",
          `trap "" XFSZ; ulimit -f 8; exec "$@"`,
          "bash",
          ...[Deno.execPath(), "run", "-A", `${folder}/script.js`, folder],
        ],
      }).output();
      const said = new TextDecoder().decode(stdout).trim().split("\n");
      assert(success, new TextDecoder().decode(stderr));
      assertEquals(said.length, 2, said.join("\n"));
      assertStringIncludes(said[0]!, `4 Cannot write ${folder}/a: `);
      assertStringIncludes(said[1]!, `4 Cannot write ${folder}/log: `);
      assertEquals([read(`${folder}/a`), read(`${folder}/log`)], ["old", "1\n"]);
      assertEquals(names(folder), ["a", "log", "script.js"]);
    }),
});

/** A search that goes on for long enough, in its task's permissions. */
const search = (run: string, epochs: number): Deno.ChildProcess =>
  start("search", [
    ...["--preset", "tiny", "--channels", "2", "--layers", "1"],
    ...["--space", "s2", "--batch", "8", "--warmup", "0", "--search-limit", "32", "--no-train"],
    ...["--epochs", String(epochs), "--checkpoint-every", "0", "--out", run],
  ]);

/** Waits until the run has written its first row, does something to it, and returns how it ended. */
async function disturbed(run: string, act: () => void): Promise<{ code: number; said: string }> {
  const child = search(run, 100);
  const ended = child.output();
  let over = false;
  ended.finally(() => over = true);
  const begun = () => {
    try {
      return names(run).includes("metrics.jsonl");
    } catch {
      return false;
    }
  };
  while (!over && !begun()) await new Promise((wait) => setTimeout(wait, 10));
  act();
  const { code, stderr } = await ended;
  return { code, said: new TextDecoder().decode(stderr) };
}

disk("a search whose disk fills up ends in words, its last checkpoint whole", 2048, async (folder) => {
  const run = `${folder}/run`;
  const { code, said } = await disturbed(run, () => fill(`${folder}/rest`));
  assertEquals(code, 4, said);
  assertStringIncludes(said, `error: Cannot write ${run}/`);
  assertStringIncludes(said, "the disk is full; free some space or choose another folder");
  assertEquals(names(`${run}/checkpoints`).filter((name) => name.endsWith(".tmp")), []);
  const { number, damaged } = newestCheckpoint(`${run}/checkpoints`)!;
  assert(number > 0);
  assertEquals(damaged, []);
  for (const line of read(`${run}/metrics.jsonl`).trimEnd().split("\n")) JSON.parse(line);
});

Deno.test("disk: a search whose directory is removed ends in words and does not make it again", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const { code, said } = await disturbed(run, () => Deno.renameSync(run, `${folder}/moved`));
    assertEquals(code, 4, said);
    assertStringIncludes(said, `error: Cannot`);
    assertStringIncludes(said, "its folder does not exist");
    assertEquals(names(folder), ["moved"]);
    assertEquals(newestCheckpoint(`${folder}/moved/checkpoints`)!.damaged, []);
  }));
