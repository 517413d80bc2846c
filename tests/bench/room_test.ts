/** Benchmarks stand beside the product: it knows nothing of them. */
import { assertEquals } from "deno-std/assert";

const root = new URL("../../", import.meta.url);

function* sources(folder: URL): Generator<URL> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (isDirectory) yield* sources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

Deno.test("no file of src or pipelines imports from bench", () => {
  const files = ["src/", "pipelines/"].flatMap((folder) => [...sources(new URL(folder, root))]);
  const importing = files.filter((file) => /from "[./]+bench\//.test(Deno.readTextFileSync(file)));
  assertEquals(importing.map(({ pathname }) => pathname), []);
});
