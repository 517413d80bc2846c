/** What shells complete after `ms-darts`: asked in bash itself, and typed with the Tab key in each shell that is here. */
import { assert, assertEquals } from "deno-std/assert";
import project from "../../deno.json" with { type: "json" };
import { everyCommand, wordCommands } from "../../scripts/commands.ts";
import { readCommandLine } from "../../src/cli/flags.ts";
import type { CommandShape } from "../../src/config/command.ts";
import { kebab, settingSchema } from "../../src/config/describe.ts";
import { methodNames, spaceNames } from "../../src/config/names.ts";
import { asUser, isThere, terminals } from "./as_user.ts";
import { loginEnvironment } from "./spawn.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = typeof shells[number];

const folder = Deno.makeTempDirSync();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
for (const path of ["my/images", "my/other", "~/none"]) {
  Deno.mkdirSync(`${folder}/${path}`, { recursive: true });
}
for (const path of ["my/file.json", "my/a file", "ms-da.txt"]) {
  Deno.writeTextFileSync(`${folder}/${path}`, "");
}

const there = new Map<Shell, boolean>();
for (const shell of shells) {
  there.set(shell, Deno.build.os !== "windows" && await isThere(shell, "--version"));
  if (!there.get(shell)) console.log(`skipped: completion in ${shell} (it is not here)`);
  else {
    const { code, stdout, stderr } = await asUser(`npx -y deno task -q completions ${shell}`);
    assertEquals([code, stderr], [0, ""]);
    Deno.writeTextFileSync(`${folder}/${shell}`, stdout);
  }
}

async function output(program: string, ...args: string[]): Promise<string> {
  const command = new Deno.Command(program, { args, cwd: folder, stdin: "null" });
  const { stdout, stderr } = await command.output();
  assertEquals(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout);
}

/** What bash would offer for each of these command lines, whose last word is the one that is completed. */
async function offered(lines: readonly (readonly string[])[]): Promise<string[][]> {
  const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`;
  const ask =
    'ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ms_darts; (IFS="|"; echo "${COMPREPLY[*]}"); }';
  const asked = lines.map((words) => `ask ms-darts ${words.map(quoted).join(" ")}`);
  const text = await output("bash", "-c", [`source ./bash`, ask, ...asked].join("\n"));
  return text.split("\n").slice(0, -1).map((line) => line.split("|").filter((word) => word !== ""));
}

const bash = { ignore: !there.get("bash") };
const specs: readonly CommandShape[] = [...Object.values(everyCommand), ...Object.values(wordCommands)];

Deno.test(
  { name: "completions: bash offers every task, and the flags that the help of each has", ...bash },
  async () => {
    const [tasks, ...flags] = await offered([[""], ...specs.map(({ name }) => [name, "--"])]);
    assertEquals(tasks!.toSorted(), Object.keys(project.tasks).sort());
    for (const [i, spec] of specs.entries()) {
      const help = readCommandLine(spec, ["--help"]);
      assert(help.kind === "help");
      const shown = [...help.text.matchAll(/^ {2}(?:-h, )?(--[\w-]+)/gm)].map(([, flag]) => flag!);
      assertEquals(flags[i]!.toSorted(), shown.sort(), spec.name);
    }
  },
);

Deno.test({ name: "completions: bash offers the names that a flag takes", ...bash }, async () => {
  const named = specs.flatMap((spec) =>
    Object.entries(spec.schema.shape).flatMap(([key, type]) => {
      const { enum: names } = settingSchema(type);
      if (names === undefined) return [];
      const words = spec.positionals.includes(key) ? [spec.name] : [spec.name, `--${kebab(key)}`];
      return [{ words, names }];
    })
  );
  assert(named.length > 40);
  const found = await offered(named.map(({ words }) => [...words, ""]));
  for (const [i, { words, names }] of named.entries()) assertEquals(found[i], names, words.join(" "));
});

Deno.test({
  name: "completions: bash offers names in lists, behind a sign, and paths where these may be",
  ...bash,
}, async () => {
  const cases: readonly (readonly [words: readonly string[], offered: readonly string[]])[] = [
    [["search", "--method", "=", "sd"], ["sdarts-rs", "sdarts-adv"]],
    [["search", "--method", "="], methodNames],
    [["compare", "--methods", "darts,sd"], ["darts,sdarts-rs", "darts,sdarts-adv"]],
    [
      ["compare", "--space", "s1,s2,nasb"],
      spaceNames.filter((name) => name.startsWith("nasb")).map((n) => `s1,s2,${n}`),
    ],
    [["cache", "images,dr"], ["images,drivers"]],
    [["search", "--data", "fashion-mnist-"], ["fashion-mnist-small"]],
    [["search", "--data", "my/"], ["my/a file", "my/file.json", "my/images", "my/other"]],
    [["search", "--data", "=", "my/im"], ["my/images"]],
    [["search", "--out", "my/"], ["my/images", "my/other"]],
    [["stop", "my/"], ["my/images", "my/other"]],
    [["evaluate", "--genotype", "DARTS"], ["DARTS_V1", "DARTS_V2"]],
    [["evaluate", "--genotype", "m"], ["ms-da.txt", "my"]],
    [["step", "my/file.json", "my/a"], ["my/a file"]],
    [["search", "--epochs", ""], []],
    [["search", "--epochs", "m"], []],
    [["search", "--json", "--quie"], ["--quiet"]],
    [["help", "insp"], ["inspect"]],
    [["no-such-command", ""], []],
    [["test", "my/f"], ["my/file.json"]],
  ];
  const found = await offered(cases.map(([words]) => words));
  for (const [i, [words, wanted]] of cases.entries()) {
    assertEquals(found[i]!.toSorted(), wanted.toSorted(), words.join(" "));
  }
});

/** What is typed, Tab among it, and the words that the command is then called with. */
const typed: readonly (readonly [keys: string, words: readonly string[]])[] = [
  ["ms-darts sea\t--method sdarts-r\t", ["search", "--method", "sdarts-rs"]],
  ["ms-darts search --no-tr\t--data my/im\t", ["search", "--no-train", "--data", "my/images"]],
  ["ms-darts search --data=cifar100\t", ["search", "--data=cifar100"]],
  ["ms-darts compare --methods darts,sdarts-r\t", ["compare", "--methods", "darts,sdarts-rs"]],
  ["ms-darts stop my/o\t", ["stop", "my/other"]],
  ["ms-darts step my/fi\tmy/a\t", ["step", "my/file.json", "my/a file"]],
  ["ms-darts completions zs\t", ["completions", "zsh"]],
];

/** Types into a shell in a terminal, each line once the one before has been done, and returns what the command got. */
async function typeInto(shell: Shell, start: string): Promise<string[]> {
  const setup = [
    ...shell === "zsh" ? ["autoload -U compinit; compinit -u -D"] : [],
    Deno.readTextFileSync(`${folder}/${shell}`),
    "ms-darts() { printf '<%s>' \"$@\"; echo '<end>'; }",
    "echo '<end>'",
  ].join("\n");
  Deno.writeTextFileSync(`${folder}/setup`, setup);
  const terminal = new Deno.Command("script", {
    args: ["--quiet", "--command", `stty cols 200; ${start}`, "/dev/null"],
    clearEnv: true,
    env: loginEnvironment(),
    cwd: folder,
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = terminal.stdin.getWriter();
  const reader = terminal.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const got: string[] = [];
  for (const line of ["source ./setup", ...typed.map(([keys]) => keys)]) {
    await writer.write(new TextEncoder().encode(`${line}\n`));
    let text = "";
    while (!text.includes("<end>")) {
      const { value, done } = await reader.read();
      assert(!done, text);
      text += value;
    }
    got.push(/(?:<[^<>\n]*>)*(?=<end>)/.exec(text)![0]);
  }
  await writer.write(new TextEncoder().encode("exit\n"));
  while (!(await reader.read()).done);
  await terminal.status;
  await writer.close().catch(() => {});
  return got.slice(1);
}

for (const [shell, start] of [["bash", "bash --norc --noprofile -i"], ["zsh", "zsh -f -i"]] as const) {
  Deno.test(
    { name: `completions: typed in ${shell} with the Tab key`, ignore: !there.get(shell) || !terminals },
    async () => {
      const got = await typeInto(shell, start);
      for (const [i, [keys, words]] of typed.entries()) {
        // A shell may leave the sign of a folder, or take it away again.
        assertEquals(got[i]!.replaceAll("/>", ">"), words.map((word) => `<${word}>`).join(""), keys);
      }
    },
  );
}

Deno.test({ name: "completions: asked in fish", ignore: !there.get("fish") }, async () => {
  const ask = (line: string) =>
    `echo (complete -C '${line}' | string replace -r '\\t.*' '' | string join '|')`;
  const cases: readonly (readonly [line: string, offered: readonly string[]])[] = [
    ["ms-darts se", ["search", "setup"]],
    ["ms-darts search --meth", ["--method"]],
    ["ms-darts search --method=sd", ["--method=sdarts-adv", "--method=sdarts-rs"]],
    ["ms-darts compare --methods darts,sd", ["darts,sdarts-adv", "darts,sdarts-rs"]],
    ["ms-darts search --data my/", ["my/a file", "my/file.json", "my/images/", "my/other/"]],
    ["ms-darts search --data cifar100", ["cifar100"]],
    ["ms-darts search --epochs m", []],
    ["ms-darts step my/f", ["my/file.json"]],
    ["ms-darts completions ", [...shells].sort()],
    ["ms-darts help insp", ["inspect"]],
  ];
  const script = ["source ./fish", ...cases.map(([line]) => ask(line))].join("\n");
  const found = (await output("fish", "--no-config", "-c", script)).split("\n");
  for (const [i, [line, words]] of cases.entries()) {
    assertEquals(found[i]!.split("|").filter((word) => word !== "").sort(), [...words], line);
  }
});
