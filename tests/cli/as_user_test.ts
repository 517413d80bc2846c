/**
 * Each command as a user types it, in a terminal and in a pipe, with a login shell's environment and with others: what
 * reads the environment or the terminal fails here and in no test that calls the code itself.
 */
import project from "../../deno.json" with { type: "json" };
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { kebab, settingSchema } from "../../src/config/describe.ts";
import type { CommandShape } from "../../src/config/command.ts";
import { commands } from "../../src/config/spec.ts";
import { inFolder } from "../data/files.ts";
import { everyCommand, wordCommands } from "../../scripts/commands.ts";
import {
  asUser,
  checkout,
  copyCheckout,
  forAll,
  type Seen,
  type Surroundings,
  terminals,
} from "./as_user.ts";

const posix = { ignore: Deno.build.os === "windows" };

/** What is typed after `npx -y deno task`, and what a user then expects. */
interface Expectation {
  readonly typed: string;
  readonly code: number;
  /** Part of the data on standard output. */
  readonly prints?: string;
  /** Part of the words on standard error. */
  readonly says?: string;
}

/** Wrong values for the commands that have no flag for a number or one of several names, and what is said of them. */
const wrong: Readonly<Record<string, readonly [string, string]>> = {
  stop: ["no-such-run", "There is no run in no-such-run: there is no such folder."],
  cache: ["--empty no-such-part", '"no-such-part" is no part of the cache; did you mean '],
  help: ["no-such-command", 'There is no command "no-such-command"; did you mean '],
  completions: ["tcsh", 'Unknown shell "tcsh" for shell; did you mean "bash"?'],
  install: ["--root ''", '--root is "", but must be '],
};

/** A wrong value for a flag that takes a number or one of several names, and what is said of it. */
function wrongValue({ name, schema }: CommandShape): readonly [string, string] {
  if (wrong[name]) return wrong[name];
  const key = Object.keys(schema.shape).find((key) => {
    const { type, enum: names } = settingSchema(schema.shape[key]!);
    return type === "integer" || type === "number" || names !== undefined;
  });
  return [`--${kebab(key!)} no-such-value`, `--${kebab(key!)}`];
}

/** The four things that a user of a command may try first. */
const firstTries = (spec: CommandShape): Expectation[] => {
  const { name } = spec;
  const [words, says] = wrongValue(spec);
  return [
    { typed: `${name} --help`, code: 0, prints: `Usage: npx -y deno task ${name} ` },
    { typed: `${name} --no-such-flag`, code: 2, says: "Unknown flag --no-such-flag; did you mean --" },
    { typed: `${name} --version`, code: 0, prints: `ms-darts ${project.version}, Deno ${Deno.version.deno}` },
    { typed: `${name} ${words}`, code: 2, says },
  ];
};

/** Each in a pipe, and in a terminal of this width where there are any. */
const places = (columns = 80): Surroundings[] => [{}, ...terminals ? [{ columns }] : []];

function check({ typed, code, prints = "", says = "" }: Expectation, seen: Seen, at: Surroundings): void {
  const about = `${typed} in ${at.columns === undefined ? "a pipe" : "a terminal"}: ${JSON.stringify(seen)}`;
  const everything = seen.stdout + seen.stderr;
  assertEquals(seen.code, code, about);
  assertStringIncludes(seen.stdout, prints, about);
  assertStringIncludes(at.columns === undefined ? seen.stderr : seen.stdout, says, about);
  assert(!/This is a bug|Deno refused|Uncaught|^ {4}at /m.test(everything), about);
  assertEquals(/error:/.test(everything), code !== 0, about);
}

const task = "npx -y deno task";

for (const spec of Object.values({ ...everyCommand, ...wordCommands })) {
  Deno.test({
    name: `as a user: ${spec.name} --help, an unknown flag, a wrong value, in a terminal and in a pipe`,
    ...posix,
  }, () =>
    forAll(
      firstTries(spec).flatMap((expected) => places().map((at) => ({ expected, at }))),
      async ({ expected, at }) => check(expected, await asUser(`${task} ${expected.typed}`, at), at),
    ));
}

/** What is tried in all surroundings: words, a refusal, and data that something was computed for. */
const sample: readonly Expectation[] = [
  ...firstTries(commands.search).slice(0, 2),
  { typed: "inspect --space s3 --channels 4 --layers 3", code: 0, prints: "alphas" },
];

const { PATH = "", HOME = "" } = Deno.env.toObject();

/** Surroundings that a command has to do with, by name. */
const surroundings: Readonly<Record<string, Surroundings>> = {
  "env -i with PATH and HOME": { only: { PATH, HOME } },
  "NO_COLOR=1": { env: { NO_COLOR: "1" } },
  "FORCE_COLOR=1": { env: { FORCE_COLOR: "1" } },
  "CLICOLOR_FORCE=1": { env: { CLICOLOR_FORCE: "1" } },
  "CI=true": { env: { CI: "true" } },
  "TERM=dumb": { env: { TERM: "dumb" } },
  "no TERM": { env: { TERM: undefined } },
  "LANG=C": { env: { LANG: "C", LC_ALL: "C" } },
  "no HOME": { env: { HOME: undefined } },
  "DEBUG=1": { env: { DEBUG: "1" } },
  "an empty XDG_CACHE_HOME": { env: { XDG_CACHE_HOME: "" } },
};

for (const [name, at] of Object.entries(surroundings)) {
  Deno.test({ name: `as a user: with ${name}`, ...posix }, () =>
    forAll(
      sample.flatMap((expected) => places().map((place) => ({ expected, at: { ...at, ...place } }))),
      async ({ expected, at }) => check(expected, await asUser(`${task} ${expected.typed}`, at), at),
    ));
}

Deno.test(
  { name: "as a user: a terminal of 40 columns", ignore: posix.ignore || !terminals },
  () =>
    forAll(sample, async (expected) => {
      const at = { columns: 40 };
      const seen = await asUser(`npx -y deno task -q ${expected.typed}`, at);
      check({ ...expected, says: expected.says?.slice(0, 20) ?? "" }, seen, at);
      if (!expected.typed.includes("--help")) return;
      // deno-lint-ignore no-control-regex
      const lines = seen.stdout.replace(/\x1b\[\d*[A-Z]/g, "\n").split("\n");
      const examples = lines.findIndex((line) => line.startsWith("Examples:"));
      assertEquals(
        lines.slice(lines.indexOf("What to search:"), examples).filter((line) =>
          line.startsWith(" ") && line.length > 40
        ),
        [],
      );
    }),
);

Deno.test(
  { name: "as a user: from another folder, with deno task --cwd", ...posix },
  () =>
    inFolder((folder) =>
      forAll(
        sample.flatMap((expected) => places().map((place) => ({ expected, at: { ...place, cwd: folder } }))),
        async ({ expected, at }) =>
          check(expected, await asUser(`${task} --cwd '${checkout}' ${expected.typed}`, at), at),
      )
    ),
);

Deno.test(
  { name: "as a user: a checkout whose path has spaces and umlauts", ...posix },
  () =>
    inFolder(async (folder) => {
      const cwd = `${folder}/Käfer & Söhne/ms darts`;
      await copyCheckout(cwd);
      const whole: Expectation[] = [
        ...sample,
        { typed: "search --preset tiny --dry-run", code: 0, prints: "MB" },
        { typed: "compare --methods random --preset tiny --seeds 0 --out r", code: 2, says: "--seeds" },
      ];
      await forAll(
        whole.flatMap((expected) => places().map((place) => ({ expected, at: { ...place, cwd } }))),
        async ({ expected, at }) => check(expected, await asUser(`${task} ${expected.typed}`, at), at),
      );
    }),
);

Deno.test({ name: "as a user: whoever reads the output has enough early", ...posix }, () =>
  forAll(
    ["search --help", "search --print-schema", "inspect --space s3 --channels 4 --layers 3", "doctor"],
    async (typed) => {
      const seen = await asUser(`${task} -q ${typed} | head -1`);
      assertEquals(seen.code, 0, typed);
      assertEquals(seen.stdout.split("\n").length, 2, typed);
      assert(!/error|bug|Broken/i.test(seen.stderr), seen.stderr);
    },
  ));

/** An escape sequence that changes colours, or moves the cursor. */
const escapes = "\x1b[";

Deno.test({ name: "as a user: colours where they are wanted", ...posix }, async () => {
  const wrong = "npx -y deno task -q inspect --no-such-flag";
  const red = "\x1b[1;31merror:";
  const wanted: [Surroundings, boolean][] = [
    [{}, false],
    [{ env: { FORCE_COLOR: "1" } }, true],
    [{ env: { CLICOLOR_FORCE: "1" } }, true],
    [{ env: { CLICOLOR_FORCE: "0" } }, false],
    [{ env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, false],
    ...terminals
      ? [
        [{ columns: 80 }, true],
        [{ columns: 80, env: { NO_COLOR: "1" } }, false],
        [{ columns: 80, env: { TERM: "dumb" } }, false],
      ] as [Surroundings, boolean][]
      : [],
  ];
  await forAll(wanted, async ([at, coloured]) => {
    const { stdout, stderr } = await asUser(wrong, at);
    assertEquals((stdout + stderr).includes(red), coloured, JSON.stringify([at, stdout, stderr]));
  });
});

Deno.test(
  { name: "as a user: a bar in a terminal, none in a dumb one or a pipe", ...posix },
  () =>
    inFolder(async (folder) => {
      const small =
        "--preset tiny --channels 2 --layers 1 --batch 8 --epochs 1 --space s2 --search-limit 64 " +
        "--valid-limit 16 --train-limit 64 --test-limit 16 --no-train";
      const places: [Surroundings, boolean][] = [[{}, false]];
      if (terminals) places.push([{ columns: 60 }, true], [{ columns: 60, env: { TERM: "dumb" } }, false]);
      for (const [i, [at, bar]] of places.entries()) {
        const { code, stdout, stderr } = await asUser(
          `npx -y deno task -q search ${small} --out ${folder}/${i}`,
          at,
        );
        assertEquals(code, 0, stdout + stderr);
        assertEquals((stdout + stderr).includes("\x1b[2Ksearch 1/1 ━"), bar, JSON.stringify(stdout + stderr));
        if (at.columns === undefined) assert(!(stdout + stderr).includes(escapes), stdout + stderr);
      }
    }),
);
