/** `compare --print-commands`: any other program runs what it prints, and the comparison takes it up. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { asUser, checkout } from "./as_user.ts";
import { task } from "./spawn.ts";

const tiny = [
  ["--preset", "tiny", "--space", "s2", "--channels", "2", "--layers", "1", "--batch", "8", "--epochs", "1"],
  ["--warmup", "0", "--search-limit", "32", "--valid-limit", "12", "--no-train", "--seeds", "1"],
].flat();

Deno.test("compare: prints a command a line for each missing run, which xargs runs from any folder", () =>
  inFolder(async (folder) => {
    const out = `${folder}/two words`;
    const args = ["--methods", "darts,random", ...tiny, "--out", out];
    const printed = await task("compare", ...args, "--print-commands");
    assertEquals([printed.code, printed.stderr], [0, ""]);
    assertEquals(printed.stdout.trimEnd().split("\n").length, 2);
    assertEquals([...Deno.readDirSync(folder)], [], "nothing is made");

    Deno.writeTextFileSync(`${folder}/commands.txt`, printed.stdout);
    const run = "xargs -d '\\n' -P 2 -I{} sh -c {} < commands.txt";
    const { code, stderr } = await asUser(run, { cwd: folder });
    assertEquals(code, 0, stderr);

    const again = await task("compare", ...args, "--print-commands");
    assertEquals([again.code, again.stdout], [0, ""]);
    assertStringIncludes(again.stderr, "2 of 2 runs are done already");
    const collected = await task("compare", ...args, "--json");
    assertEquals(collected.code, 0, collected.stderr);
    const { rows } = JSON.parse(collected.stdout);
    assertEquals(rows.map(({ method, done }: Record<string, unknown>) => [method, done]), [
      ["darts", 1],
      ["random", 1],
    ]);
  }));

Deno.test("compare: a run that was killed before its first checkpoint is printed as one to resume", () =>
  inFolder(async (folder) => {
    const args = ["--methods", "darts", ...tiny, "--out", folder, "--print-commands"];
    const run = `${folder}/darts-s2-seed0`;
    const { stdout } = await task("compare", ...args);
    const words = stdout.trim().split(" search ")[1]!.split(" ");
    const search = await task("search", ...words);
    assertEquals(search.code, 0, search.stderr);
    for (const { name } of [...Deno.readDirSync(run)]) {
      if (name !== "config.json") Deno.removeSync(`${run}/${name}`, { recursive: true });
    }
    const again = await task("compare", ...args);
    assertEquals(again.stdout.trim().split(" search ")[1], `--resume ${run}`, again.stderr);
    const resumed = await task("search", "--resume", run);
    assertEquals(resumed.code, 0, resumed.stderr);
  }));

Deno.test("compare: the paths of the commands it prints hold in any folder", async () => {
  const out = ["--out", "runs/never made"];
  const { code, stdout } = await task("compare", "--methods", "darts", ...tiny, ...out, "--print-commands");
  assertEquals(code, 0);
  assertStringIncludes(stdout, ` --out '${checkout}/runs/never made/darts-s2-seed0'`);
});

Deno.test("compare: commands for a folder that is not named are refused", async () => {
  const { code, stderr } = await task("compare", "--methods", "darts", ...tiny, "--print-commands");
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "--print-commands needs --out: the folder that the runs are to lie in.");
});
