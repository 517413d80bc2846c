/** A real run is killed again and again, at any moment, and goes on to the same bits. */
import { assert, assertEquals } from "@std/assert";
import { uniform } from "../../src/random.ts";
import { assertSameRun } from "./same_run.ts";
import denoJson from "../../deno.json" with { type: "json" };

const root = new URL("../../", import.meta.url);
const runs = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(runs, { recursive: true }));

const limits = ["--search-limit", "192", "--train-limit", "512", "--test-limit", "128"];
const settings = ["--preset", "tiny", "--epochs", "6", "--eval-epochs", "3", ...limits];
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

function there(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
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

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** Waits for the moment in which a session is to be killed: at any time, or in the next write after a few steps. */
async function moment(run: string, death: number, total: number, gone: () => boolean): Promise<void> {
  if (death % 4 === 1) return await pause(2500 * uniform([8, 8], death));
  const goal = checkpoints(run).newest + 1 + Math.floor(uniform([7, 7], death) * total / 20);
  while (!gone() && checkpoints(run).newest < goal) await pause(2);
  if (death % 3 !== 0) return await pause(60 * uniform([8, 8], death));
  while (!gone() && !checkpoints(run).writing);
}

Deno.test("a run that is killed 20 times, also while it writes a checkpoint, ends like one that is not", async () => {
  const whole = `${runs}/whole`;
  assertEquals(await ended(search([...settings, ...often, "--out", whole])), { code: 0, said: "" });
  const total = checkpoints(whole).newest;

  // On a fast machine one run may come to its end before its twentieth death: then another one dies the others.
  let [run, number] = [`${runs}/killed`, 1];
  let inWrites = 0;
  const session = () =>
    search(there(`${run}/config.json`) ? [...often, "--resume", run] : [...settings, ...often, "--out", run]);
  for (let deaths = 0; deaths < 20;) {
    const child = session();
    let gone = false;
    child.status.then(() => gone = true);
    await moment(run, deaths, total, () => gone);
    inWrites += Number(checkpoints(run).writing);
    if (!gone) child.kill("SIGKILL");
    const { code, said } = await ended(child);
    if (code === 0) {
      assertSameRun(run, whole);
      run = `${runs}/killed${++number}`;
      continue;
    }
    assertEquals(code, 137, said);
    deaths++;
  }
  assert(inWrites > 0, "no death fell into a write");
  assertEquals((await ended(session())).code, 0);
  assertSameRun(run, whole);
  console.log(
    `${total} checkpoints a run; 20 deaths in ${number} runs, ${inWrites} of them in the writing of one`,
  );
});
