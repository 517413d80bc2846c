/**
 * Starts Deno with the arguments of this process: what each task that may need an adapter begins with. The command runs
 * with the permissions that its own arguments give it, and only those. When it asks for an adapter (see driver.ts), one
 * is made sure of, and the command starts again on it. Signals go through, and so does its exit code. A command whose
 * starters are gone is asked to stop (see starters.ts).
 */
import { runner, variable } from "../environment.ts";
import { deviceError, UserError } from "../errors.ts";
import { dirname } from "../io/paths.ts";
import { chooseDriver } from "./choose_driver.ts";
import { driverVariable, ofSystem, unchosen, wantsAdapter } from "./driver.ts";
import type { NewerDriver } from "./newer_driver.ts";
import { usage, withProgram } from "./own_program.ts";
import { starterVariable } from "./parent.ts";
import { brokenLink, startersOf } from "./starters.ts";
import { vectorWidth } from "./vector_width.ts";

/** Signals that ask a command to stop. */
const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1"];

/** The exit code of a command that was asked to stop. */
const stopped = 130;

/** Milliseconds between two looks at the starters. */
const look = 1000;

const starters = await startersOf(Deno.pid, Deno.ppid);

/** The command, while it runs. */
let command: Deno.ChildProcess | undefined;
/** Whether somebody asked the command to stop: it is told once, and not started again. */
let asked = false;

/** Tells the command to stop, or ends this process where none runs. */
function pass(signal: Deno.Signal): void {
  asked = true;
  if (command === undefined) Deno.exit(stopped);
  try {
    command.kill(signal);
  } catch {
    // It has just ended.
  }
}

/** Words for the user's log: nobody may be left to be told. */
function say(words: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(`${words}\n`));
  } catch {
    // The reader is gone as well.
  }
}

let watched = starters.links.length > 0;
setInterval(async () => {
  const broken = watched && !asked ? await brokenLink(starters) : undefined;
  if (broken === undefined || asked || !watched) return;
  say(`What started this command is gone (process ${broken.parent}: ${broken.name}); it stops as well.`);
  pass("SIGTERM");
}, look);

for (const signal of signals) {
  Deno.addSignalListener(signal, () => {
    // npx, which heeds a terminal that closes, may be gone then.
    if (signal === "SIGHUP" && starters.ignoresHangUp) watched = false;
    else pass(signal);
  });
}

/** Runs a Deno to its end and returns its exit code. Children that it starts by the name of `deno` are the same. */
async function start(
  args: readonly string[],
  deno: string,
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  command = new Deno.Command(deno, {
    args: [...args],
    env: {
      ...env,
      [starterVariable]: String(Deno.pid),
      PATH: `${dirname(deno)}${separator}${Deno.env.get("PATH") ?? ""}`,
    },
    // In a session of its own no terminal that closes reaches it.
    detached: starters.ignoresHangUp,
  }).spawn();
  const { code, signal } = await command.status;
  command = undefined;
  if (signal !== null && !asked) say(`error: ${killedWords(signal)}`);
  return code;
}

/** What is known of a command that a signal ended and that could say nothing itself. */
const killedWords = (signal: Deno.Signal): string =>
  (signal === "SIGKILL"
    ? "The command was killed (SIGKILL), as the system does where memory runs out."
    : `The command was ended by ${signal}.`) + " What a run has saved is kept.";

/** Runs the command on the Deno that came with a driver. Throws exit 3 where that cannot be started. */
async function startOn(driver: NewerDriver, args: readonly string[]): Promise<number> {
  const env = { ...driver.env, ...await vectorWidth(), [driverVariable]: driver.folder };
  const broken = (why: string, cause?: unknown) =>
    deviceError(
      `The driver in ${driver.folder} cannot be started (${why}). Remove it with: ${runner} cache --empty drivers`,
      { cause },
    );
  try {
    const code = await start(args, driver.deno, env);
    // As a loader ends that finds not all of a program.
    if (code === 127) throw broken("its loader ends with exit code 127");
    return code;
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw broken(
      cause instanceof Deno.errors.PermissionDenied
        ? "it may not be executed there"
        : (cause as Error).message,
      cause,
    );
  }
}

try {
  const args = withProgram(Deno.args);
  if (args === undefined) {
    console.log(`Usage: ${usage}`);
    Deno.exit(0);
  }
  const self = Deno.execPath();
  let code = await start(args, self, { [driverVariable]: variable(driverVariable) ?? unchosen });
  if (code === wantsAdapter) {
    const driver = asked ? undefined : await chooseDriver(console.error);
    if (asked) code = stopped;
    else if (driver) code = await startOn(driver, args);
    else code = await start(args, self, { [driverVariable]: ofSystem });
  }
  Deno.exit(code);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(error.exitCode);
}
