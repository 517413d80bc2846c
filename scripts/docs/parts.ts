/** The table of the library's parts, from the exports of deno.json and what each door says of itself. */
import project from "../../deno.json" with { type: "json" };
import { code, link, table } from "./markdown.ts";

const root = new URL("../../", import.meta.url);

/** The first sentence of a file's docstring, without links in it. */
function firstSentence(path: string): string {
  const text = Deno.readTextFileSync(new URL(path, root));
  const words = /^\/\*\*([^]*?)\*\//.exec(text)![1]!.replaceAll(/\n \* ?/g, " ").trim();
  return /^[^]*?\.(?= |$)/.exec(words)![0].replaceAll(/\{@link (\w+)\}/g, "`$1`");
}

const parts = (): string =>
  table(
    ["part", "what it has"],
    Object.entries(project.exports).filter(([part]) => part !== ".").map(([part, path]) => [
      link(code(part), `../${path.slice(2)}`),
      firstSentence(path),
    ]),
  );

export const partTables: readonly (readonly [string, () => string])[] = [["parts", parts]];
