/** Ctrl-C, SIGTERM, SIGHUP and the command `stop` while the images of a folder are decoded. */
import { assert, assertEquals } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { jpg, writeTree } from "../data/image_files.ts";
import { start, task } from "./spawn.ts";

const usualCache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;
const denoDir = Deno.env.get("DENO_DIR") || `${usualCache}/deno`;

/** Exit code and standard error of a search that is stopped once it has decoded the first of its images. */
async function stoppedWhileDecoding(
  folder: string,
  stop: (child: Deno.ChildProcess, run: string) => unknown,
) {
  const run = `${folder}/runs/of mine/one`;
  const args = ["--data", `${folder}/images`, "--size", "8", "--out", run];
  const child = start("search", args, { XDG_CACHE_HOME: folder, DENO_DIR: denoDir });
  let said = "";
  let sent = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (sent || !/decoded \d/.test(said)) continue;
    sent = true;
    await stop(child, run);
  }
  return { said, code: (await child.status).code };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const ways: Readonly<Record<string, Parameters<typeof stoppedWhileDecoding>[1]>> = {
  ...Object.fromEntries(signals.map((signal) => [signal, (child: Deno.ChildProcess) => child.kill(signal)])),
  "the command stop": async (_, run) => {
    const { code, stderr } = await task("stop", run);
    assertEquals(code, 0, stderr);
  },
};
for (const [way, stop] of Object.entries(ways)) {
  Deno.test({
    name: `stop while decoding: ${way} ends it, and leaves nothing behind`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inFolder(async (folder) => {
        const large = jpg(2000, 2000, [1, 200, 3]);
        const files = Array.from({ length: 200 }, (_, i) => [`images/${"ab"[i % 2]}/${i}.jpg`, large]);
        writeTree(folder, Object.fromEntries(files));
        const { code, said } = await stoppedWhileDecoding(folder, stop);
        assertEquals(code, 130, said);
        assert(
          /Stopping after this step(, as process \d+ asked)?; Ctrl-C again stops at once\.\n/.test(said),
          said,
        );
        assert(!/decoded (166 of 166|167 of 167)/.test(said), said);
        const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
        assertEquals(names, ["images"]);
      }),
  });
}
