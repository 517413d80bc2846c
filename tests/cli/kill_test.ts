/** A real run is killed again and again, at any moment, and goes on to the same bits. */
import { assert, assertEquals } from "@std/assert";
import { uniform } from "../../src/random.ts";
import { assertSameRun } from "./same_run.ts";
import denoJson from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);
const runs = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(runs, { recursive: true }));

const settings = ["--preset", "tiny", "--search-limit", "192", "--train-limit", "512", "--test-limit", "128"];
/** A checkpoint after every step, so that many deaths fall into the writing of one. */
const often = ["--checkpoint-every", "0", "--quiet"];

/** A search as its task starts it, but without the shell of the task between: a kill must reach it. */
function search(args: readonly string[]): Deno.ChildProcess {
  const [, ...flags] = denoJson.tasks.search.split(" ");
  return new Deno.Command(Deno.execPath(), {
    args: [...flags, ...args],
    cwd: root,
    stdout: "null",
    stderr: "piped",
  })
    .spawn();
}

async function ended(child: Deno.ChildProcess): Promise<{ code: number; said: string }> {
  const { code, stderr } = await child.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

/** Numbers of the checkpoints of a run, and whether one is being written. */
function checkpoints(run: string): { newest: number; writing: boolean } {
  try {
    const names = [...Deno.readDirSync(`${run}/checkpoints`)].map(({ name }) => name);
    const numbers = names.flatMap((name) => /^(\d+)\.safetensors$/.exec(name)?.[1] ?? []).map(Number);
    return { newest: Math.max(0, ...numbers), writing: names.some((name) => name.endsWith(".tmp")) };
  } catch {
    return { newest: 0, writing: false };
  }
}

Deno.test("a run that is killed 20 times, also while it writes a checkpoint, ends like one that is not", async () => {
  const whole = `${runs}/whole`;
  assertEquals(await ended(search([...settings, ...often, "--out", whole])), { code: 0, said: "" });
  const total = checkpoints(whole).newest;

  const run = `${runs}/killed`;
  let deaths = 0;
  let inWrites = 0;
  while (deaths < 20) {
    const before = checkpoints(run).newest;
    const child = search(before === 0 ? [...settings, ...often, "--out", run] : [...often, "--resume", run]);
    let gone = false;
    child.status.then(() => gone = true);
    const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
    if (deaths % 4 === 1) await pause(3000 * uniform([8, 8], deaths));
    else {
      // A few steps further, so that all deaths come before the end; then at any moment, or in the next write.
      const goal = before + 1 + Math.floor(uniform([7, 7], deaths) * Math.max(1, total / 20));
      while (!gone && checkpoints(run).newest < goal) await pause(5);
      if (deaths % 3 === 0) { while (!gone && !checkpoints(run).writing); }
      else await pause(200 * uniform([8, 8], deaths));
    }
    inWrites += Number(checkpoints(run).writing);
    if (!gone) child.kill("SIGKILL");
    const { code, said } = await ended(child);
    if (code === 0) break;
    assertEquals(code, 137, said);
    deaths++;
  }
  assertEquals(deaths, 20, `the run ended after ${deaths} deaths`);
  assert(inWrites > 0, "no death fell into a write");
  assertEquals((await ended(search([...often, "--resume", run]))).code, 0);
  assertSameRun(run, whole);
  console.log(`${total} checkpoints; ${deaths} deaths, ${inWrites} of them while a checkpoint was written`);
});
