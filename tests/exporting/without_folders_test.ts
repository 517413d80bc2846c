/** What is exported does not tell where things lay. */
import { assertEquals } from "deno-std/assert";
import { withoutFolders } from "../../src/exporting/without_folders.ts";

Deno.test("without folders: however a folder is written, and nothing that only looks like it", () => {
  for (
    const [setting, text, shown] of [
      ["/home/me/runs/a", "--out /home/me/runs/a", "--out path/to/a"],
      ["/home/me//runs/a", "export /home/me//runs/a --out b", "export path/to/a --out b"],
      ["/home/me/runs/a", "file:///home/me/runs/a", "file:path/to/a"],
      ["/home/o'neil/runs/a", "export '/home/o'\\''neil/runs/a'", "export 'path/to/a'"],
      ["/home/o'neil/runs/a", "in /home/o'neil/runs/a.", "in path/to/a."],
      ["/data/pets", "--data /data/pets --out runs/data/pets", "--data path/to/pets --out runs/data/pets"],
      ["/pets", "--data /pets", "--data /pets"],
      ["/größe (1)/pets", "--data '/größe (1)/pets'", "--data 'path/to/pets'"],
    ] as const
  ) assertEquals(withoutFolders<unknown>({ text: [text] }, { setting }), { text: [shown] });
});

Deno.test("without folders: the longest folder first", () => {
  assertEquals(
    withoutFolders("/a/b/c/d and /a/b/x", { one: "/a/b/x", two: ["/a/b/c/d"] }),
    "path/to/d and path/to/x",
  );
});
