/** Paths are meant from where the user stands, `~` is home, and a run has a plain name under runs/. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { asUser, copyCheckout, type Surroundings } from "./as_user.ts";
import { smallest } from "./smallest.ts";
import { isFile } from "./spawn.ts";

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const copy = `${folder}/project`;
const home = `${folder}/home`;
await copyCheckout(copy);
for (const place of [`${copy}/docs/mine`, `${home}/mine`, `${folder}/Mes images (été)`]) {
  writeTree(place, twoClasses("", 6));
}

const tiny = `${smallest.join(" ")} --epochs 1 --eval-epochs 1 --quiet`;

async function run(typed: string, surroundings: Surroundings): Promise<string> {
  const { code, stdout, stderr } = await asUser(`npx -y deno task --quiet ${typed}`, surroundings);
  assertEquals(code, 0, stderr);
  return stdout;
}

/** Another home, with what this one has fetched. */
const caches = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
const env = {
  HOME: home,
  DENO_DIR: Deno.env.get("DENO_DIR") ?? `${caches}/deno`,
  XDG_CACHE_HOME: caches,
  npm_config_cache: `${Deno.env.get("HOME")}/.npm`,
};

/** The folder that a run says it lies in. */
const placeOf = (said: string): string => /^run\s+(.*)$/m.exec(said)![1]!;

Deno.test("standing: --data and --out from another folder than the project's", async () => {
  await run(`search --data ./mine --out here ${tiny}`, { cwd: `${copy}/docs`, env });
  assert(isFile(`${copy}/docs/here/result.json`));
  await run("search --resume ../docs/here --quiet", { cwd: `${copy}/docs`, env });
  await run("inspect --genotype here --json", { cwd: `${copy}/docs`, env });
});

Deno.test("standing: ~ is home, also where a shell leaves it", async () => {
  await run(`search --data=~/mine --out=~/run ${tiny}`, { cwd: copy, env });
  assert(isFile(`${home}/run/result.json`));
  assert(![...Deno.readDirSync(copy)].some(({ name }) => name === "~"));
});

Deno.test("standing: a run's own name is plain, whatever the data is called, and lies under runs/", async () => {
  for (const [data, name] of [["../Mes images (été)/", "Mes-images-été"], ["docs/../docs/mine", "mine"]]) {
    const place = placeOf(await run(`search --data '${data}' ${tiny} --no-train`, { cwd: copy, env }));
    assert(new RegExp(`^runs/ms-darts-s2-${name}-\\d{8}-\\d{6}(-\\d+)?$`).test(place), place);
    assert(isFile(`${copy}/${place}/result.json`));
  }
  const place = placeOf(await run(`search --data mine ${tiny} --no-train`, { cwd: `${copy}/docs`, env }));
  assert(place.startsWith(`${Deno.realPathSync(copy)}/runs/`), place);
});

Deno.test("standing: a variable that another program left is not heeded", async () => {
  // As Deno alone starts a task: npx sets the variable anew.
  const typed = `'${Deno.execPath()}' task --quiet inspect --genotype ./docs/here --json`;
  const { code, stderr } = await asUser(typed, { cwd: copy, env: { ...env, INIT_CWD: folder } });
  assertEquals(code, 0, stderr);
});

Deno.test("standing: what is not there is named by where it was looked for", async () => {
  const { code, stderr } = await asUser(`npx -y deno task --quiet search --data ./none ${tiny}`, {
    cwd: `${copy}/docs`,
    env,
  });
  assertEquals(code, 4);
  assertStringIncludes(stderr, `There is no file or folder ${Deno.realPathSync(copy)}/docs/none`);
});

Deno.test("standing: a program of one's own is looked for where one stands, and missed in words", async () => {
  const at = { cwd: `${copy}/docs/mine`, env };
  Deno.writeTextFileSync(`${at.cwd}/own.ts`, "console.log(Deno.args.join(), import.meta.main)");
  assertEquals(await run("run own.ts a --b", at), "a,--b true\n");
  assertStringIncludes(await run("run --help", at), "Usage: npx -y deno task run ");
  for (
    const [typed, said] of [["", "Give the program"], [" none.ts", `There is no program ${at.cwd}/none.ts`]]
  ) {
    const { code, stderr } = await asUser(`npx -y deno task --quiet run${typed}`, at);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, `error: ${said}`);
  }
});
