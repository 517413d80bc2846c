/** `watch` as a command. */
import { paths, whole } from "../fields.ts";
import { define, type Parsed } from "./command.ts";
import { output } from "./schema.ts";

const groups = {
  "What to watch": {
    folders: paths("FOLDER", "folders of runs, of comparisons, or a run itself; by default runs/").optional(),
  },
  "Server": {
    port: whole("port on 127.0.0.1; 0 for any that is free", { min: 0, max: 65535 }).default(7345),
  },
  "Output": output,
};

/** Settings of `watch`, complete. */
export type WatchConfig = Parsed<typeof groups>;

export const watchCommand = define({
  name: "watch",
  summary: "Serve live pages of runs and comparisons to browsers on this machine, until Ctrl-C.",
  examples: ["watch", "watch runs/compared runs/a --port 0"],
  positionals: ["folders"],
  groups,
  needsAdapter: () => false,
  endsAtOnce: 0,
});
