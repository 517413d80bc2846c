/** Runs a command: reads its settings, asks for an adapter, handles Ctrl-C, turns failures into exit codes. */
import { z } from "zod";
import { resolve } from "../config/resolve.ts";
import { readSettingsFile } from "../config/settings_file.ts";
import type { CommandShape, CommandSpec } from "../config/command.ts";
import { readsStream } from "../config/user_paths.ts";
import { runner, variable } from "../environment.ts";
import { dataError, UserError, visible } from "../errors.ts";
import { adapterInUse } from "../gpu/device.ts";
import { reason } from "../io/files.ts";
import { preferVulkan } from "../setup/adapter.ts";
import { askForAdapter } from "../setup/driver.ts";
import { explained } from "./explained.ts";
import { inFlags, readCommandLine } from "./flags.ts";
import { quoted } from "../quoted.ts";
import { listen } from "./stopping.ts";
import { createProgress, type Progress, silent, type Terminal } from "./progress.ts";
import { checkCommand, checkStopped } from "./runs.ts";
import { colours, errorColumns } from "./terminal.ts";
import { type Circumstances, unforeseen } from "./unforeseen.ts";

/** What a command gets besides its settings. */
export interface Context {
  /**
   * Aborted at the first Ctrl-C or signal to stop, or when the command is asked to stop otherwise (see stopping.ts):
   * finish the step, save, throw its reason. Checked between awaits. Never in a command that `endsAtOnce`.
   */
  readonly signal: AbortSignal;
  /** Aborts that signal on behalf of another process, which is given in words. */
  readonly onStop: (by: string) => void;
  readonly progress: Progress;
  /** The command as the user may repeat it, quoted for a shell. */
  readonly commandLine: string;
  /** Writes a line of data to standard output. */
  print(line: string): void;
}

/** Runs the command of this process and ends the process with its exit code. */
export async function runCommand<Config>(
  spec: CommandSpec<Config>,
  handler: (config: Config, context: Context) => void | Promise<void>,
): Promise<never> {
  let progress = silent;
  const { signal, onStop } = listen((line) => {
    progress.clear();
    if (line !== "") errorLine(line);
  }, spec.endsAtOnce);
  const failed = (error: unknown): number => {
    progress.clear();
    return report(error, signal, { command: commandLine(spec.name), adapter: adapterInUse() });
  };
  // A bar that is still there would share its line.
  const shown = (line: string) => {
    progress.clear();
    print(line);
  };
  // What is thrown where nobody waits for it: in the callback of an event or a timer.
  addEventListener("error", (event) => Deno.exit(failed(event.error)));
  addEventListener("unhandledrejection", (event) => Deno.exit(failed(event.reason)));
  let code = 0;
  try {
    const config = readSettings(spec);
    if (config !== undefined) {
      if (!(config as { quiet?: boolean }).quiet) progress = createProgress(standardError());
      preferVulkan();
      await handler(config, { signal, onStop, progress, commandLine: commandLine(spec.name), print: shown });
    }
  } catch (error) {
    code = failed(error);
  }
  progress.clear();
  Deno.exit(signal.aborted && code === 0 ? 130 : code);
}

/** The settings of this command line, or undefined where it asked for words only, which are printed. */
function readSettings<Config>(spec: CommandSpec<Config>): Config | undefined {
  const request = readCommandLine(spec, Deno.args);
  switch (request.kind) {
    case "help":
    case "version":
      return void print(request.text);
    case "schema":
      return void print(inFlags(JSON.stringify(configSchema(spec), null, 2)));
    case "run": {
      const { flags } = request;
      // What a stream gave is gone when the process starts again: it does so before it reads one.
      if (readsStream(flags, request.configPath) && spec.needsAdapter(flags as Config)) askForAdapter();
      const file = readSettingsFile(flags, request.configPath);
      if (file?.ofRun) {
        const run = flags["resume"] ?? request.configPath;
        checkCommand(spec, String(run), file.text, { resumed: flags["resume"] !== undefined });
      }
      const notes: string[] = [];
      try {
        const config = resolve(spec, { flags, file }, (words) => notes.push(inFlags(visible(words))));
        const { out } = config as { out?: string };
        if (flags["resume"] === undefined && out !== undefined) checkStopped(spec, out);
        // Before the notes: where the process starts again, nothing is said twice.
        if (spec.needsAdapter(config)) askForAdapter();
        return config;
      } finally {
        notes.forEach(errorLine);
      }
    }
  }
}

/** One line for a failure a user can act on; for any other one to report too. Returns the exit code. */
function report(error: unknown, signal: AbortSignal, circumstances: Circumstances): number {
  if (signal.aborted && error === signal.reason) return 130;
  // The reader of standard output, such as head, has had enough.
  if (error instanceof Deno.errors.BrokenPipe) return 0;
  const mark = colours() ? "\x1b[1;31merror:\x1b[0m" : "error:";
  if (error instanceof UserError) {
    errorLine(`${mark} ${explained(error)}`);
    return error.exitCode;
  }
  const [what, advice] = unforeseen(error, circumstances);
  errorLine(`${mark} ${what}`);
  errorLine(advice!);
  if (variable("DEBUG")) errorLine(error instanceof Error ? error.stack ?? "" : "");
  return 1;
}

const errorLine = (line: string) => say(`${line}\n`);
/** Throws a data error where standard output takes nothing more, as a file on a full disk. */
const print = (line: string) => {
  try {
    writeAll(Deno.stdout, `${line}\n`);
  } catch (cause) {
    if (cause instanceof Deno.errors.BrokenPipe) throw cause;
    throw dataError(`Cannot write to standard output: ${reason(cause)}.`, { cause });
  }
};

/** Writes all of a text, waiting for a slow reader. */
function writeAll(target: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let bytes = new TextEncoder().encode(text);
  while (bytes.length > 0) bytes = bytes.subarray(target.writeSync(bytes));
}

/** Writes to standard error. A run outlives the terminal or the program that reads it. */
function say(text: string): void {
  try {
    writeAll(Deno.stderr, text);
  } catch {
    // Nobody is left to be told.
  }
}

const standardError = (): Terminal => ({
  write: say,
  get columns() {
    return errorColumns();
  },
  now: () => performance.now(),
});

/** The JSON Schema of a config file: any of the settings, none needed. */
export function configSchema(spec: CommandShape): Record<string, unknown> {
  // Which run to resume stands on the command line only.
  const { resume: _, ...shape } = spec.schema.partial().shape;
  return z.toJSONSchema(z.strictObject(shape), { io: "input" });
}

function commandLine(name: string): string {
  return [runner, name, ...Deno.args.map(quoted)].join(" ");
}
