/**
 * What CONTRIBUTING.md adds, added to a copy of the checkout: its diffs apply, the result passes the checks and the tests
 * that they bring, and the commands know what is new. A diff that no longer applies has to be made again.
 */
import { assert, assertEquals } from "deno-std/assert";
import { checks } from "../scripts/checks.ts";
import { asUser, checkout, copyCheckout } from "./cli/as_user.ts";

const page = Deno.readTextFileSync(`${checkout}/CONTRIBUTING.md`);

/** Headings, diffs and blocks of commands, in the order of the page. */
const parts = [...page.matchAll(/^## (.*)$|^```(diff|sh)\n([^]*?)^```$/gm)];
const diffs = parts.flatMap(([, , kind, text], i) => {
  const heading = parts.slice(0, i).findLast(([, title]) => title !== undefined)?.[1];
  return kind === "diff" ? [{ heading, text: text! }] : [];
});
/** What the changelog says of them. */
const changelogLine = /``(- .*?)``/.exec(page)?.[1];
/** What is typed after the diffs. */
const typed = parts.flatMap(([, , kind, text]) => (kind === "sh" ? text!.trim().split("\n") : []));

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function run(command: string, args: readonly string[], cwd: string, input = ""): Promise<string> {
  const child = new Deno.Command(command, {
    args: [...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const words = decode(stdout) + decode(stderr);
  assert(success, `${command} ${args.join(" ")}:\n${words}`);
  return words;
}

const test = "npx -y deno task test ";

Deno.test({
  name: "CONTRIBUTING: its diffs apply, pass the checks and their own tests, and what is new can be used",
  ignore: Deno.build.os === "windows",
}, async () => {
  const folder = Deno.makeTempDirSync();
  try {
    await copyCheckout(folder);
    assertEquals(diffs.length, 7);
    for (const { heading, text } of diffs) {
      await run("git", ["apply", "--whitespace=error", "-"], folder, text).catch(({ message }) => {
        throw new Error(`The diff of "${heading}" in CONTRIBUTING.md is stale; make it again.\n${message}`);
      });
    }
    const changes = `${folder}/CHANGELOG.md`;
    const news = Deno.readTextFileSync(changes);
    Deno.writeTextFileSync(changes, news.replace(/^(## \[Unreleased\]\n\n)/m, `$1${changelogLine}\n\n`));
    for (const words of typed.filter((line) => line.endsWith("task docs"))) {
      const { code, stderr } = await asUser(words, { cwd: folder });
      assertEquals(code, 0, `${words}: ${stderr}`);
    }
    for (const check of checks.filter(([kind]) => kind !== "publish")) {
      await run(Deno.execPath(), check, folder);
    }
    const tests = ["test", "--allow-all", "--no-check", "--preload=tests/enough_memory.ts"];
    for (const words of typed.filter((line) => line.startsWith(test))) {
      const said = await run(Deno.execPath(), [...tests, ...words.slice(test.length).split(" ")], folder);
      assert(!/\b0 passed/.test(said), said);
    }
    await run(Deno.execPath(), [...tests, "--filter=mutants: each", "tests/mutants/mutants_test.ts"], folder);
    for (const words of typed.filter((line) => /task (inspect|search) /.test(line))) {
      const { code, stderr } = await asUser(words, { cwd: folder });
      assertEquals(code, 0, `${words}: ${stderr}`);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
