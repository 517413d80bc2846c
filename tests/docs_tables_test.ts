/** The tables and pictures of the docs are as the code has them, and whoever forgets to write them is told. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import config from "../deno.json" with { type: "json" };
import { project, sourcesIn } from "../scripts/imports.ts";
import { staleDocs, tables } from "../scripts/docs/pages.ts";
import { rewritten } from "../scripts/docs/regions.ts";
import { runDocs } from "../scripts/docs/run.ts";
import { commands } from "../src/config/spec.ts";
import { variables } from "../src/environment.ts";
import { UserError } from "../src/errors.ts";
import { furtherFiles, runFiles } from "../src/io/run_files.ts";
import { methodByName, methods } from "../src/methods/mod.ts";
import { groupsOf } from "../src/methods/list.ts";
import { spaces } from "../src/spaces/mod.ts";
import { asUser } from "./cli/as_user.ts";

Deno.test("docs: every table and picture is as `deno task docs` writes it", () => {
  const stale = staleDocs(project).map(({ path, parts }) => [path, ...parts].join(": "));
  assertEquals(stale, [], "run: npx -y deno task docs");
});

const page = (table: string, content: string) =>
  `# A page\n\n<!-- made by deno task docs: ${table} -->\n${content}<!-- end -->\n\nand more\n`;

Deno.test("docs: a region gets its table, and what stands around it stays", () => {
  const two = new Map([["a b", () => "new"], ["c", () => "C"]]);
  const first = rewritten(page("a b", "\nold\n\n") + page("c", "\nC\n\n"), "docs/x.md", two);
  assertEquals(first, { page: page("a b", "\nnew\n\n") + page("c", "\nC\n\n"), stale: ["a b"] });
  assertEquals(rewritten(first.page, "docs/x.md", two).stale, []);
  assertEquals(rewritten("no tables\n", "docs/x.md", two), { page: "no tables\n", stale: [] });
  // An empty region is one to fill.
  assertEquals(rewritten(page("c", ""), "docs/x.md", two).stale, ["c"]);
});

Deno.test("docs: a table that does not exist is refused with the nearest name, and one without an end", () => {
  const refused = (text: string) =>
    assertThrows(() => rewritten(text, "docs/x.md", tables), UserError).message;
  assertEquals(
    refused(page("setings search", "")),
    "docs/x.md: there is no table setings search; did you mean settings search?",
  );
  const open = refused(page("methods", "").replace("<!-- end -->", "")) + refused(page("methods -->x", ""));
  assertStringIncludes(open, "docs/x.md: the table methods has no line <!-- end --> behind it.");
});

Deno.test("docs: tables stand as the formatter leaves them", async () => {
  const text = [...tables].map(([name, make]) => page(name, `\n${make()}\n\n`)).join("\n");
  const { lineWidth } = config.fmt;
  const formatter = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "--line-width", String(lineWidth), "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = formatter.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  assertEquals(new TextDecoder().decode((await formatter.output()).stdout), text);
});

Deno.test("docs: tables have all that the code has", () => {
  const has = (table: string, names: readonly string[]) => {
    const made = tables.get(table)!();
    for (const name of names) assertStringIncludes(made, `| \`${name}\` `, table);
  };
  has("methods", methods.map(({ name }) => name));
  has("spaces", spaces.map(({ name }) => name));
  has("commands", Object.keys(commands));
  has("variables", Object.values(config.permissions).flatMap((set) => "env" in set ? set.env : []));
  assertStringIncludes(tables.get("settings compare")!(), "| `--methods` ");
  assertStringIncludes(tables.get("settings stop")!(), "| `RUN` ");
  // 180 ways to take two edges into each node, of two cell types, each with seven operations.
  assertStringIncludes(tables.get("sizes of spaces")!(), "1.1 · 10¹⁸");
});

Deno.test("docs: every method says its own source, and the settings that the help has under its name", () => {
  const darts = methodByName("darts");
  const bringing = new Map<string, string[]>();
  for (const method of methods) {
    const { name, source, deviations } = method;
    if (method !== darts) {
      const spread = source?.title === darts.source?.title || deviations === darts.deviations;
      assert(
        !spread,
        `${name} has the source or the deviations of darts: say its own, if only undefined and []`,
      );
    }
    for (const heading of Object.keys(groupsOf(method))) {
      bringing.set(heading, [...bringing.get(heading) ?? [], name]);
    }
  }
  for (const [heading, names] of bringing) {
    const named = /\((.*)\)$/.exec(heading)?.[1]?.split(", ");
    assertEquals(
      named?.sort(),
      names.sort(),
      `heading "${heading}" ends with the methods that bring it, in brackets`,
    );
  }
});

Deno.test("docs: variables that tasks may read are those that have a meaning", () => {
  const read = new Set(Object.values(config.permissions).flatMap((set) => "env" in set ? set.env : []));
  assertEquals([...read].sort(), Object.keys(variables).sort());
});

Deno.test("docs: the files of a run have the names that the code writes", () => {
  const code = ["src", "pipelines"].flatMap((folder) => [...sourcesIn(folder)])
    .filter(({ path }) => path !== "src/io/run_files.ts").map(({ text }) => text).join("\n");
  for (const name of [...Object.keys(runFiles), ...Object.keys(furtherFiles)]) {
    const [written] = name.replace(/^cell-.*/, "cell-$").replace(/N-epochs$/, "$").split("$");
    assertStringIncludes(code, written!, name);
  }
});

Deno.test("docs: with --check it writes nothing, names what is stale and exits with 1", () => {
  const folder = Deno.makeTempDirSync();
  const root = new URL(`file://${folder}/`);
  const lines: string[] = [];
  const run = (...args: string[]) => runDocs(args, (line) => lines.push(line), root);
  const isStale = (path: string) => staleDocs(root).some((stale) => stale.path === path);
  try {
    Deno.mkdirSync(`${folder}/docs`);
    Deno.writeTextFileSync(`${folder}/docs/a.md`, page("exit codes", ""));
    assertEquals(run("--check"), 1);
    assert(lines.includes("stale: docs/a.md: exit codes"), lines.join());
    assert(isStale("docs/a.md"));
    assertEquals(run(), 0);
    assert(lines.includes("written: docs/a.md: exit codes"), lines.join());
    assert(!isStale("docs/a.md"));
    assertEquals(run("--check"), 0);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("docs: the task needs no more permissions than it has", async () => {
  const seen = await asUser("npx -y deno task docs --check");
  assertEquals(seen.code, 0, seen.stderr);
  assertStringIncludes(seen.stdout, "All tables and pictures of the docs are as the code has them.");
  const wrong = await asUser("npx -y deno task docs --chekc");
  assertEquals(wrong.code, 2);
  assertStringIncludes(wrong.stderr, "error: deno task docs takes --check or nothing");
});
