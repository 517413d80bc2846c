/** `stop` as a command. */
import { path } from "../fields.ts";
import { define } from "./command.ts";
import { output } from "./schema.ts";

const groups = {
  "What to stop": { run: path("RUN", "run directory that search, evaluate, landscape or compare works in") },
  "Output": output,
};

export const stopCommand = define({
  name: "stop",
  summary: "Ask the process that works in a run directory to save and stop, and wait until it has.",
  examples: ["stop runs/a"],
  positionals: ["run"],
  groups,
  needsAdapter: () => false,
});
