/** `install`: makes `ms-darts` a command for any folder, by `deno install`. */
import { runCommand } from "../src/cli/main.ts";
import { variable } from "../src/environment.ts";
import { dataError, usageError } from "../src/errors.ts";
import { fromFileUrl, join } from "../src/io/paths.ts";
import { statIfThere } from "../src/io/read.ts";
import { setting } from "../src/setting.ts";
import { installCommand } from "./commands.ts";

const windows = Deno.build.os === "windows";

/** Whether a shell finds Deno, without what npx puts on the path for this process alone. */
const onPath = (): boolean =>
  (variable("PATH") ?? "").split(windows ? ";" : ":").some((folder) =>
    !/[/\\]node_modules[/\\]\.bin[/\\]?$/.test(folder) &&
    ["deno", "deno.exe", "deno.cmd"].some((name) => statIfThere(join(folder, name))?.isFile)
  );

await runCommand(installCommand, async ({ root }, { print }) => {
  if (!onPath()) {
    throw usageError("ms-darts starts Deno by its name, which no folder of PATH has: npm install -g deno");
  }
  const script = fromFileUrl(new URL("./ms_darts.ts", import.meta.url));
  const where = root === undefined ? [] : ["--root", root];
  const { success } = await new Deno.Command("deno", {
    args: [
      ...["install", "--global", "--force", "--no-config", "--name", "ms-darts", ...where],
      ...["--no-prompt", "--allow-run=deno", script],
    ],
    stdin: "null",
  }).spawn().status;
  if (!success) {
    throw dataError(
      `deno install could not make the command, as it says above; ${setting("root")} chooses another folder`,
    );
  }
  print(
    "Completion at Tab, in ~/.bashrc (zsh and fish as well): source <(ms-darts completions bash)",
  );
});
