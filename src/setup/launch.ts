/**
 * Starts Deno with the arguments of this process: what each task that may need an adapter begins with. The command runs
 * with the permissions that its own arguments give it, and only those. When it asks for an adapter (see driver.ts), one is
 * made sure of, and the command starts again on it. Signals go through, and so does its exit code.
 */
import { variable } from "../environment.ts";
import { UserError } from "../errors.ts";
import { dirname } from "../io/paths.ts";
import { chooseDriver } from "./choose_driver.ts";
import { driverVariable, ofSystem, unchosen, wantsAdapter } from "./driver.ts";

/** Signals that ask a command to stop. */
const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs a Deno to its end and returns its exit code. Children that it starts by the name of `deno` are the same. */
async function start(deno: string, env: Readonly<Record<string, string>>): Promise<number> {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const child = new Deno.Command(deno, {
    args: Deno.args,
    env: { ...env, PATH: `${dirname(deno)}${separator}${Deno.env.get("PATH") ?? ""}` },
  }).spawn();
  const passOn = signals.map((signal): [Deno.Signal, () => void] => [signal, () => {
    try {
      child.kill(signal);
    } catch {
      // It has just ended.
    }
  }]);
  for (const [signal, listener] of passOn) Deno.addSignalListener(signal, listener);
  const { code } = await child.status;
  for (const [signal, listener] of passOn) Deno.removeSignalListener(signal, listener);
  return code;
}

try {
  const self = Deno.execPath();
  let code = await start(self, { [driverVariable]: variable(driverVariable) ?? unchosen });
  if (code === wantsAdapter) {
    const driver = await chooseDriver(console.error);
    code = driver
      ? await start(driver.deno, { ...driver.env, [driverVariable]: driver.folder })
      : await start(self, { [driverVariable]: ofSystem });
  }
  Deno.exit(code);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(error.exitCode);
}
