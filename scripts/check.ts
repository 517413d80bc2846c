/**
 * The whole test run: set-up, checks, tests, examples of docstrings; closes with `N passed, N failed` (`, N skipped`).
 * Arguments go to `deno test`, which then runs alone.
 */
import { checks, doors } from "./checks.ts";
import { ensureChromium } from "./chromium.ts";
import { askForAdapter } from "../src/setup/driver.ts";
import { readFailures, readTally, type Tally, tallyLine } from "./tally.ts";

interface Outcome {
  /** What ran. */
  readonly command: string;
  readonly success: boolean;
  /** The signal that ended it, if one did. */
  readonly signal: string | null;
  /** What it printed on standard output. */
  readonly text: string;
}

/** Runs deno and shows its output, as it comes or, where another one's comes meanwhile, at its end. */
async function deno(args: readonly string[], later = false): Promise<Outcome> {
  const command = `deno ${args.join(" ")}`;
  if (!later) console.log(`> ${command}`);
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    stdin: "null",
    stdout: "piped",
    stderr: later ? "piped" : "inherit",
  }).spawn();
  const said = later ? new Response(child.stderr).text() : Promise.resolve("");
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    if (!later) await Deno.stdout.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  const { success, signal } = await child.status;
  if (later) console.log(`> ${command}\n${text}${await said}`);
  return { command, success, signal, text };
}

const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
/** What failed, told again at the end: who sees only the last lines of a long output learns what to mend. */
const failures: string[] = [];

/** Adds what a test process did. */
function count(run: Outcome): void {
  const tests = readTally(run.text);
  tally.passed += tests.passed;
  tally.skipped += tests.skipped;
  // A software Vulkan driver can crash while the process takes it down, after the last test and the summary.
  const afterwards = run.signal !== null && tests.passed > 0 && tests.failed === 0;
  if (afterwards) {
    console.log(`The test process ended by ${run.signal} after all tests had passed: a crash on exit.`);
  }
  // A run that breaks before or between tests counts one failure of its own.
  if (run.success || afterwards) return;
  tally.failed += Math.max(1, tests.failed);
  failures.push(`${run.command}\n${readFailures(run.text) || "It broke outside its tests."}`);
}

/** Adds a check without tests of its own. */
function countCheck({ success, command }: Outcome): void {
  if (success) tally.passed++;
  else {
    tally.failed++;
    failures.push(command);
  }
}

const test = ["test", "--allow-all", "--v8-flags=--expose-gc", "--preload=tests/enough_memory.ts"];
/** The tests that mostly wait for processes of their own: they leave a core to the others. */
const waiting = "tests/cli";
/** Those that search much: in processes of their own, since what a driver has compiled adds up in a process. */
const searching = ["tests/methods", "tests/pipelines"];

askForAdapter();
// Tests that need a browser skip themselves where there is none.
await ensureChromium(console.log);
if (Deno.args.length > 0) count(await deno([...test, ...Deno.args]));
else {
  for (const check of checks) countCheck(await deno(check));
  count(await deno([...test, "--doc", ...doors, "docs/library.md"]));
  const first = deno([...test, "--no-check", waiting]);
  const others = async () => {
    const ignored = [waiting, ...searching].join(",");
    const runs = [await deno([...test, "--no-check", `--ignore=${ignored}`, "tests"], true)];
    for (const folder of searching) runs.push(await deno([...test, "--no-check", folder], true));
    return runs;
  };
  const second = others();
  count(await first);
  (await second).forEach(count);
}
for (const failure of failures) console.log(`\nFailed: ${failure}`);
console.log(tallyLine(tally));
Deno.exit(tally.failed === 0 ? 0 : 1);
