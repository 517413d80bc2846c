/** A real search whose device fails again and again goes on to the same bits. */
import { assert, assertEquals, assertMatch } from "deno-std/assert";
import { assertSameRun } from "../cli/same_run.ts";
import { loginEnvironment, root } from "../cli/spawn.ts";
import { taskArguments } from "../../src/cli/tasks.ts";
import type { Fault } from "./lost_device.ts";

const runs = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(runs, { recursive: true }));

const limits = ["--search-limit", "128", "--train-limit", "256", "--test-limit", "64"];
const sizes = [
  "--space",
  "s2",
  "--channels",
  "2",
  "--layers",
  "2",
  "--eval-channels",
  "2",
  "--eval-layers",
  "2",
];
const settings = ["--preset", "tiny", ...limits, ...sizes];

/** A search as its task starts it, with faults: see lost_in_command.ts. */
async function search(
  fault: Fault,
  faults: string,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const [run, ...flags] = taskArguments("search");
  const preload = new URL(`lost_in_command.ts?fault=${fault}&${faults}`, import.meta.url);
  const command = new Deno.Command(Deno.execPath(), {
    args: [run!, `--preload=${preload}`, ...flags, ...args],
    cwd: root,
    clearEnv: true,
    env: loginEnvironment(),
  });
  const { code, stderr } = await command.output();
  return { code, said: new TextDecoder().decode(stderr) };
}

const rebuilt = (said: string): string[] =>
  said.match(/The device (was lost|failed|left out) .*: rebuilding it.*/g) ?? [];
const whole = `${runs}/whole`;
let submits = 0;

Deno.test("a search without faults, which the others are compared with", async () => {
  const { code, said } = await search("lost", "", ...settings, "--out", whole);
  assertEquals([code, rebuilt(said)], [0, []], said);
  submits = Number(said.match(/(\d+) submits/)![1]);
});

for (const fault of ["lost", "kernel"] as const) {
  Deno.test(`${fault}: while it compiles, searches and trains, the run ends with the same bits`, async () => {
    const run = `${runs}/${fault}`;
    const at = [0, ...[0.1, 0.7, 0.9].map((part) => Math.floor(part * submits))];
    const faults = at.map((submit) => `at=${submit}`).join("&");
    const { code, said } = await search(fault, faults, ...settings, "--out", run);
    assertEquals(code, 0, said);
    assert(rebuilt(said).length >= 3, said);
    assertEquals(said.match(/search 1\/2/g)!.length, 1, "it goes on from its last state");
    assertSameRun(run, whole);
  });
}

// The worst way to fail: without a word, so that what is read back is of an earlier step.
Deno.test("a device that fails for good ends the run with words and exit 3, and --resume goes on", async () => {
  const run = `${runs}/ended`;
  const ended = await search("left out", `from=${Math.floor(0.7 * submits)}`, ...settings, "--out", run);
  assertEquals(ended.code, 3, ended.said);
  assertEquals(rebuilt(ended.said).map((line) => line.slice(-8)), ["(1 of 3)", "(2 of 3)", "(3 of 3)"]);
  assertMatch(ended.said, new RegExp(`error: The device left out .*--resume ${run} goes on`));
  const { code, said } = await search("lost", "", "--resume", run);
  assertEquals([code, said.includes("search 1/2")], [0, false], said);
  assertSameRun(run, whole);
});
