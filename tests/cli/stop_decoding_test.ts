/** Ctrl-C, SIGTERM and SIGHUP while the images of a folder are decoded. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inFolder } from "../data/files.ts";
import { jpg, writeTree } from "../data/image_files.ts";
import { start } from "./spawn.ts";

const usualCache = Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`;
const denoDir = Deno.env.get("DENO_DIR") || `${usualCache}/deno`;

/** Exit code and standard error of a search that is sent a signal once it has decoded the first of its images. */
async function stoppedWhileDecoding(folder: string, signal: Deno.Signal) {
  const args = ["--data", `${folder}/images`, "--size", "8", "--out", `${folder}/run`];
  const child = start("search", args, { XDG_CACHE_HOME: folder, DENO_DIR: denoDir });
  let said = "";
  let sent = false;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (sent || !/decoded \d/.test(said)) continue;
    child.kill(signal);
    sent = true;
  }
  return { said, code: (await child.status).code };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name: `stop while decoding: ${signal} ends it, and leaves nothing in the cache`,
    ignore: Deno.build.os === "windows",
    fn: () =>
      inFolder(async (folder) => {
        const large = jpg(900, 900, [1, 200, 3]);
        const files = Array.from({ length: 60 }, (_, i) => [`images/${"ab"[i % 2]}/${i}.jpg`, large]);
        writeTree(folder, Object.fromEntries(files));
        const { code, said } = await stoppedWhileDecoding(folder, signal);
        assertEquals(code, 130, said);
        assertStringIncludes(said, "Stopping after this step; Ctrl-C again stops at once.\n");
        assert(!/decoded (50 of 50|10 of 10)/.test(said), said);
        const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
        assertEquals(names, ["images"]);
      }),
  });
}
