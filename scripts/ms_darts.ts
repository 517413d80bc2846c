/**
 * `ms-darts`: every task of this checkout as a command for any folder; `deno task install` installs it. It starts
 * `deno task` with its arguments unchanged, so that each task runs with the permissions that deno.json gives it. It
 * reads nothing, and may start nothing but Deno. Words that name no task are left to the help.
 */
import project from "../deno.json" with { type: "json" };
import { fromFileUrl } from "../src/io/paths.ts";

/** The task for words that a user typed, with its arguments. */
function taskFor(words: readonly string[]): readonly string[] {
  const [name] = words;
  if (name !== undefined && Object.hasOwn(project.tasks, name)) return words;
  if (name === undefined || name === "--help" || name === "-h") return ["help"];
  return ["help", name];
}

const config = fromFileUrl(new URL("../deno.json", import.meta.url));
const task = new Deno.Command("deno", {
  args: ["task", "--quiet", "--config", config, ...taskFor(Deno.args)],
  // What npm and others left in the variable is not where the user stands.
  env: { INIT_CWD: Deno.cwd(), MS_DARTS_RUNNER: "ms-darts" },
}).spawn();

// The task saves and stops, and says how that went. A terminal that closes ends this process, unless it began with nohup:
// what is below notices either (see src/setup/starters.ts).
for (const signal of Deno.build.os === "windows" ? ["SIGINT"] as const : ["SIGINT", "SIGTERM"] as const) {
  Deno.addSignalListener(signal, () => {
    try {
      task.kill(signal);
    } catch {
      // It has just ended.
    }
  });
}
Deno.exit((await task.status).code);
