/** A real run is killed again and again, at any moment, and goes on to the same bits. */
import { assert, assertEquals } from "deno-std/assert";
import { uniform } from "../../src/random.ts";
import { assertSameRun } from "./same_run.ts";
import { smallestNetworks } from "./smallest.ts";
import { ended, isFile, start } from "./spawn.ts";

const runs = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(runs, { recursive: true }));

const limits = ["--search-limit", "192", "--train-limit", "512", "--test-limit", "128"];
/** Networks that take little to begin: most of the time goes into twenty beginnings. */
const settings = ["--preset", "tiny", "--epochs", "6", "--eval-epochs", "3", ...limits, ...smallestNetworks];
/** A checkpoint after every step, so that many deaths fall into the writing of one. */
const often = ["--checkpoint-every", "0", "--quiet"];

const search = (args: readonly string[]): Deno.ChildProcess => start("search", args);

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
    search(
      isFile(`${run}/config.json`) ? [...often, "--resume", run] : [...settings, ...often, "--out", run],
    );
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
