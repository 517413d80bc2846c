/** `ms-darts`, installed and typed in a folder outside the checkout: it does what the tasks do, from where one stands. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import project from "../../deno.json" with { type: "json" };
import { headings, wordCommands } from "../../scripts/commands.ts";
import { dirname } from "../../src/io/paths.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { asUser, type Seen, type Surroundings } from "./as_user.ts";
import { smallest } from "./smallest.ts";
import { isFile } from "./spawn.ts";

const posix = { ignore: Deno.build.os === "windows" };
const folder = Deno.realPathSync(Deno.makeTempDirSync());
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const cwd = `${folder}/some where`;
writeTree(`${cwd}/my/images`, twoClasses("", 6));

/** Of a shell that finds Deno, and what is installed here. */
const PATH = `${folder}/bin:${dirname(Deno.execPath())}:${Deno.env.get("PATH")}`;
const typed = (words: string, at: Surroundings = {}): Promise<Seen> =>
  asUser(words, { cwd, ...at, env: { PATH, ...at.env } });

const installed = posix.ignore
  ? undefined
  : await asUser(`npx -y deno task --quiet install --root '${folder}'`, { env: { PATH } });

Deno.test({ name: "ms-darts: installed, it may start Deno and nothing else", ...posix }, () => {
  assertEquals(installed!.code, 0, installed!.stderr);
  const shim = Deno.readTextFileSync(`${folder}/bin/ms-darts`);
  assertEquals(shim.match(/--(allow|deny|no-prompt)\S*/g), ["--allow-run=deno", "--no-prompt"]);
});

Deno.test({ name: "ms-darts: not installed where a shell would not find Deno", ...posix }, async () => {
  const { code, stderr } = await asUser("npx -y deno task --quiet install --root '/nowhere'", {
    env: { PATH: `${folder}/node_modules/.bin:/usr/bin:/bin` },
  });
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "npm install -g deno");
});

Deno.test(
  { name: "ms-darts: alone, and with --help, it lists every task in a sentence", ...posix },
  async () => {
    const tasks = Object.keys(project.tasks).sort();
    assertEquals(Object.values(headings).flat().map(({ name }) => name).sort(), tasks);
    const { code, stdout, stderr } = await typed("ms-darts");
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "Usage: ms-darts COMMAND [options]\n");
    for (const [heading, listed] of Object.entries(headings)) {
      assertStringIncludes(stdout, `\n${heading}:\n`);
      for (const { name, summary } of listed) {
        assertMatch(summary, /^[A-Z].*[.?)]$/);
        assertMatch(stdout, new RegExp(`^  ${name} +${summary.slice(0, 20).replaceAll(/\W/g, "\\$&")}`, "m"));
      }
    }
    for (const same of ["--help", "-h", "help"]) {
      assertEquals((await typed(`ms-darts ${same}`)).stdout, stdout, same);
    }
  },
);

Deno.test({ name: "ms-darts: its words are its own, as are the task's of a task", ...posix }, async () => {
  const version = `ms-darts ${project.version}, Deno ${Deno.version.deno}\n`;
  const help = (await typed("ms-darts inspect --help")).stdout;
  assertStringIncludes(help, "Usage: ms-darts inspect [options]");
  assertStringIncludes(help, "\n  ms-darts inspect --space s5 --channels 16 --layers 8\n");
  assert(!help.includes("npx"), help);
  assertEquals((await typed("ms-darts help inspect")).stdout, help);
  assertEquals((await typed("ms-darts --version")).stdout, version);
  assertStringIncludes((await typed("ms-darts help mutate")).stdout, `It runs: ${project.tasks.mutate}\n`);
  const refused: readonly (readonly [words: string, sentence: string])[] = [
    ["ms-darts serach --seed 3", 'There is no command "serach"; did you mean search? See ms-darts help.'],
    ["ms-darts toString", 'There is no command "toString"; did you mean '],
    ["ms-darts --data x", "Unknown flag --data; did you mean "],
    ["ms-darts search --epoch 3", "Unknown flag --epoch; did you mean --epochs? See ms-darts search --help."],
    ["ms-darts search --resume none", "There is no run to resume in "],
  ];
  for (const [words, sentence] of refused) {
    const { code, stdout, stderr } = await typed(words);
    assertEquals([code, stdout], [2, ""], words);
    assertStringIncludes(stderr, `error: ${sentence}`);
  }
});

Deno.test(
  { name: "ms-darts: paths, runs and standard input are those of where one stands", ...posix },
  async () => {
    const tiny = `${smallest.join(" ")} --epochs 1 --no-train --quiet`;
    // What npm left for a program of its own.
    const env = { INIT_CWD: "/usr" };
    const own = await typed(`ms-darts search --data my/images --out 'my run' ${tiny}`, { env });
    assertEquals(own.code, 0, own.stderr);
    const machine = JSON.parse(Deno.readTextFileSync(`${cwd}/my run/environment.json`));
    assertStringIncludes(machine.command, "ms-darts search --data my/images --out 'my run' ");
    assertEquals(machine.version, project.version);
    const unnamed = await typed(`ms-darts search --data my/images ${tiny}`, { env });
    const place = /^run +(.*)$/m.exec(unnamed.stdout)![1]!;
    assert(place.startsWith(`${cwd}/runs/`) && isFile(`${place}/result.json`), place);
    const piped = await typed("cat 'my run/genotype.json' | ms-darts inspect --json --genotype -", { env });
    assertEquals([piped.code, JSON.parse(piped.stdout).genotype], [0, "-"], piped.stderr);
  },
);

Deno.test(
  { name: "ms-darts: help and completions as tasks say how tasks are started", ...posix },
  async () => {
    const { stdout } = await asUser("npx -y deno task -q help search");
    assertStringIncludes(stdout, "Usage: npx -y deno task search [options]");
    for (const { name } of Object.values(wordCommands)) {
      const { code, stdout, stderr } = await asUser(`npx -y deno task -q ${name} --version`);
      assertEquals([code, stdout], [0, `ms-darts ${project.version}, Deno ${Deno.version.deno}\n`], stderr);
    }
  },
);

Deno.test({ name: "ms-darts: a program of one's own has its paths and words", ...posix }, async () => {
  Deno.writeTextFileSync(`${cwd}/own.ts`, "console.log(JSON.stringify([Deno.cwd(), ...Deno.args]));");
  const { code, stdout, stderr } = await typed("ms-darts run own.ts 'a b' --json");
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), [cwd, "a b", "--json"]);
});

Deno.test({ name: "tasks that are no commands answer --help and do nothing", ...posix }, async () => {
  for (const name of ["setup", "ok", "docs"] as const) {
    const { code, stdout } = await asUser(`npx -y deno task ${name} --help`);
    assertEquals(code, 0);
    assertStringIncludes(stdout, `npx -y deno task ${name}\n\n`);
    assert(stdout.endsWith(`\n\nIt runs: ${project.tasks[name]}\n`), stdout);
  }
});
