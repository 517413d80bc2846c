/** Runs that earlier versions began go on to their end. */
import { assertEquals } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const kept = new URL("../kept_runs/", import.meta.url);

for (const { name, isDirectory } of Deno.readDirSync(kept)) {
  if (!isDirectory) continue;
  Deno.test(`kept run ${name}: it goes on from its checkpoint, to its end`, () =>
    inFolder(async (folder) => {
      const run = `${folder}/run`;
      Deno.mkdirSync(`${run}/checkpoints`, { recursive: true });
      for (const file of Deno.readDirSync(new URL(`${name}/`, kept))) {
        if (file.isFile) Deno.copyFileSync(new URL(`${name}/${file.name}`, kept), `${run}/${file.name}`);
      }
      for (const { name: file } of Deno.readDirSync(new URL(`${name}/checkpoints/`, kept))) {
        Deno.copyFileSync(new URL(`${name}/checkpoints/${file}`, kept), `${run}/checkpoints/${file}`);
      }
      const rows = () =>
        Deno.readTextFileSync(`${run}/metrics.jsonl`).trim().split("\n").map((line) => JSON.parse(line));
      const begun = rows();
      const { code, stderr } = await task("search", "--resume", run);
      assertEquals(code, 0, stderr);
      const metrics = rows();
      // A later version may have more columns, which it knows of these epochs too.
      begun.forEach((row, i) => assertEquals(metrics[i], { ...metrics[i], ...row }));
      assertEquals(metrics.map(({ stage }) => stage), ["search", "search", "search", "search", "train"]);
      assertEquals(JSON.parse(Deno.readTextFileSync(`${run}/result.json`)).test_images, 32);
    }));
}
