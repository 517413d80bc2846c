/** The command line as a process: streams, exit codes, Ctrl-C. */
import { assertEquals, assertStringIncludes } from "deno-std/assert";
import project from "../../deno.json" with { type: "json" };
import { inFolder } from "../data/files.ts";
import { deno, echoCommand, loginEnvironment, root } from "./spawn.ts";

Deno.test("process: data on standard output, notes on standard error, no bar into a pipe", async () => {
  const { code, stdout, stderr } = await deno([...echoCommand, "--seed", "3"]);
  assertEquals([code, stderr], [0, "one note\n"]);
  assertEquals(JSON.parse(stdout).seed, 3);
});

Deno.test("process: --quiet says nothing", async () => {
  assertEquals((await deno([...echoCommand, "--quiet"])).stderr, "");
});

Deno.test("process: --help on standard output, exit 0", async () => {
  const { code, stdout, stderr } = await deno([...echoCommand, "--help"]);
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Usage: npx -y deno task search [options]");
});

Deno.test("process: --print-schema prints a JSON Schema", async () => {
  const { code, stdout } = await deno([...echoCommand, "--print-schema"]);
  assertEquals([code, JSON.parse(stdout).properties.epochs.minimum], [0, 1]);
});

Deno.test("process: a wrong flag is one line and exit 2", async () => {
  const { code, stdout, stderr } = await deno([...echoCommand, "--epochs", "0"]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr, "error: --epochs is 0, but must be a whole number of at least 1.\n");
});

Deno.test("process: a config file that is not there is exit 2", async () => {
  const { code, stderr } = await deno([...echoCommand, "--config", "no/such.json"]);
  assertEquals([code, stderr], [2, "error: There is no config file no/such.json.\n"]);
});

Deno.test("process: a config file may begin with a byte order mark", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/bom.json`, '\ufeff{"seed": 3}');
    const { code, stdout } = await deno([...echoCommand, "--config", `${folder}/bom.json`]);
    assertEquals([code, JSON.parse(stdout).seed], [0, 3]);
  }));

Deno.test("process: a failure in the data is exit 4", async () => {
  const { code, stderr } = await deno(echoCommand, { ECHO_FAIL: "data" });
  assertEquals([code, stderr], [4, "error: The image file x.idx is truncated.\n"]);
});

Deno.test("process: an unforeseen failure is exit 1 and one line to report, its stack only with DEBUG", async () => {
  for (const fail of ["bug", "bug in a timer", "bug in a promise"]) {
    const { code, stderr } = await deno([...echoCommand, "--seed", "3"], { ECHO_FAIL: fail });
    assertEquals(code, 1);
    assertEquals(
      stderr,
      "error: x is not a function\n" +
        "This is a bug of this project (DEBUG=1 shows where). Please open an issue in its repository with this " +
        `line: ${project.name} ${project.version}, Deno ${Deno.version.deno} on ${Deno.build.os} ` +
        `${Deno.build.arch}, adapter none yet, npx -y deno task search --seed 3, TypeError: x is not a function\n`,
    );
    assertStringIncludes(
      (await deno(echoCommand, { ECHO_FAIL: fail, DEBUG: "1" })).stderr,
      "echo_command.ts:",
    );
  }
});

Deno.test("process: a permission that Deno refuses is told as what it is", async () => {
  const { code, stderr } = await deno([...echoCommand], { ECHO_FAIL: "permission" });
  assertEquals(code, 1);
  const [first, second] = stderr.split("\n");
  assertEquals(first, 'error: Deno refused this command env access to "SECRET".');
  assertStringIncludes(
    second!,
    "Started as a task (npx -y deno task search) it has the permissions it needs",
  );
  assertStringIncludes(second!, "NotCapable: Requires env access to");
});

/** Starts the waiting command, sends the signals with a pause between them, returns its exit code and output. */
async function interrupt(mode: string, signals: readonly Deno.Signal[], pause = 400) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...echoCommand],
    clearEnv: true,
    env: loginEnvironment({ ECHO_WAIT: mode }),
    cwd: root,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const patience = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const reader = child.stdout.getReader();
  const decoder = new TextDecoder();
  let stdout = decoder.decode((await reader.read()).value);
  const errors = child.stderr.getReader();
  let stderr = "";
  for (const [i, signal] of signals.entries()) {
    if (i > 0) await new Promise((wait) => setTimeout(wait, pause));
    child.kill(signal);
    if (i === 0) stderr = decoder.decode((await errors.read()).value);
  }
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    stdout += decoder.decode(part.value);
  }
  await errors.cancel();
  const { code } = await child.status;
  clearTimeout(patience);
  return { code, stdout, stderr };
}

Deno.test(
  { name: "process: the first Ctrl-C stops cleanly", ignore: Deno.build.os === "windows" },
  async () => {
    const { code, stdout, stderr } = await interrupt("polite", ["SIGINT"]);
    assertEquals([code, stdout], [130, "waiting\nstopped cleanly\n"]);
    assertStringIncludes(stderr, "Stopping after this step");
  },
);

Deno.test(
  { name: "process: SIGTERM stops as Ctrl-C does", ignore: Deno.build.os === "windows" },
  async () => {
    const { code, stdout } = await interrupt("polite", ["SIGTERM"]);
    assertEquals([code, stdout], [130, "waiting\nstopped cleanly\n"]);
  },
);

Deno.test(
  { name: "process: a Ctrl-C that arrives twice at once is one", ignore: Deno.build.os === "windows" },
  async () => {
    const { code, stdout } = await interrupt("slow", ["SIGINT", "SIGINT"], 20);
    assertEquals([code, stdout], [130, "waiting\nstopped cleanly\n"]);
  },
);

Deno.test(
  { name: "process: a second signal stops at once", ignore: Deno.build.os === "windows" },
  async () => {
    const { code, stdout } = await interrupt("stubborn", ["SIGINT", "SIGTERM"]);
    assertEquals([code, stdout], [130, "waiting\n"]);
  },
);
