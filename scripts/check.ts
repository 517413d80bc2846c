/**
 * The whole test run: set-up, formatting, lint, types, tests; closes with `N passed, N failed` (`, N skipped`).
 * Arguments go to `deno test`, which then runs alone.
 */
import { preferVulkan } from "../src/setup/adapter.ts";
import { ensureChromium } from "../src/setup/chromium.ts";
import { ensureAdapter } from "../src/setup/vulkan.ts";
import { readTally, tallyLine } from "./tally.ts";

/** Runs deno with its output shown; returns whether it succeeded, and what it printed on standard output. */
async function deno(...args: string[]): Promise<{ success: boolean; text: string }> {
  console.log(`> deno ${args.join(" ")}`);
  const child = new Deno.Command(Deno.execPath(), {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    env: { NO_COLOR: "1" },
  }).spawn();
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return { success: (await child.status).success, text };
}

const selected = Deno.args;
preferVulkan();
// Tests that need an adapter or a browser skip themselves where there is none.
await ensureAdapter(console.log).catch((error: Error) => console.log(error.message));
await ensureChromium(console.log);

const checks = selected.length > 0 ? [] : [["fmt", "--check"], ["lint"], ["check"]];
const tally = { passed: 0, failed: 0, skipped: 0 };
for (const check of checks) (await deno(...check)).success ? tally.passed++ : tally.failed++;

const run = await deno("test", "--allow-all", ...(selected.length > 0 ? selected : ["tests"]));
const tests = readTally(run.text);
tally.passed += tests.passed;
tally.skipped += tests.skipped;
// A run that breaks before or between tests counts one failure of its own.
tally.failed += run.success ? tests.failed : Math.max(1, tests.failed);

console.log(tallyLine(tally));
Deno.exit(tally.failed === 0 ? 0 : 1);
