/**
 * The whole test run: set-up, formatting, lint, types, tests; closes with `N passed, N failed` (`, N skipped`).
 * Arguments go to `deno test`, which then runs alone.
 */
import { ensureChromium } from "../src/setup/chromium.ts";
import { askForAdapter } from "../src/setup/driver.ts";
import { readTally, tallyLine } from "./tally.ts";

interface Outcome {
  readonly success: boolean;
  /** The signal that ended it, if one did. */
  readonly signal: string | null;
  /** What it printed on standard output. */
  readonly text: string;
}

/** Runs deno with its output shown. */
async function deno(...args: string[]): Promise<Outcome> {
  console.log(`> deno ${args.join(" ")}`);
  const child = new Deno.Command(Deno.execPath(), {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  const { success, signal } = await child.status;
  return { success, signal, text };
}

const selected = Deno.args;
askForAdapter();
// Tests that need a browser skip themselves where there is none.
await ensureChromium(console.log);

const checks = selected.length > 0 ? [] : [["fmt", "--check"], ["lint"], ["check"]];
const tally = { passed: 0, failed: 0, skipped: 0 };
for (const check of checks) (await deno(...check)).success ? tally.passed++ : tally.failed++;

const run = await deno(
  "test",
  "--allow-all",
  "--preload=tests/enough_memory.ts",
  ...(selected.length > 0 ? selected : ["tests"]),
);
const tests = readTally(run.text);
tally.passed += tests.passed;
tally.skipped += tests.skipped;
// A software Vulkan driver can crash while the process takes it down, after the last test and the summary.
const afterwards = run.signal !== null && tests.passed > 0 && tests.failed === 0;
if (afterwards) {
  console.log(`The test process ended by ${run.signal} after all tests had passed: a crash on exit.`);
}
// A run that breaks before or between tests counts one failure of its own.
tally.failed += run.success || afterwards ? tests.failed : Math.max(1, tests.failed);

console.log(tallyLine(tally));
Deno.exit(tally.failed === 0 ? 0 : 1);
