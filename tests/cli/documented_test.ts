/**
 * Every command that the README and the pages of the docs show, typed in the order they show them in a checkout of its
 * own. What would take long, or wants data that are not here, gets flags that shorten it: they stand in one list. The
 * examples of the help parse.
 */
import { assert, assertEquals } from "deno-std/assert";
import { readCommandLine } from "../../src/cli/flags.ts";
import { resolve } from "../../src/config/resolve.ts";
import type { CommandSpec } from "../../src/config/command.ts";
import { everyCommand } from "../../scripts/commands.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { asUser, checkout, copyCheckout } from "./as_user.ts";

/** Those that others build on come first: they make runs, which later ones take up. */
const beginning = ["README.md", "docs/getting-started.md", "docs/commands.md"];
const pages = [
  ...beginning,
  ...[...Deno.readDirSync(`${checkout}/docs`)].map(({ name }) => `docs/${name}`)
    .filter((path) => path.endsWith(".md") && !beginning.includes(path)).sort(),
  ...["docs/studies/README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md"],
];
const { tasks } = JSON.parse(Deno.readTextFileSync(`${checkout}/deno.json`)) as {
  tasks: Record<string, string>;
};

/** A page's text; what blocks of CONTRIBUTING.md show is tried by its own test, after its diffs. */
function textOf(page: string): string {
  const text = Deno.readTextFileSync(`${checkout}/${page}`);
  return page === "CONTRIBUTING.md" ? text.replaceAll(/^```[^]*?^```$/gm, "") : text;
}

/** What stands behind `npx -y deno `, each once, in the order of the pages. */
const shown = [
  ...new Set(
    pages.flatMap((page) =>
      [...textOf(page).matchAll(/npx -y deno ([^`\n#|]+)/g)]
        .map((match) => match[1]!.trim())
    ),
  ),
];

Deno.test("docs: show the two commands of a first visit first, and every command", () => {
  assertEquals(shown.slice(0, 2), ["task search", "task test"]);
  const names = shown.map((words) => words.split(" ")[1]);
  for (const name of Object.keys(everyCommand)) assert(names.includes(name), `${name} is missing`);
});

Deno.test("docs: every task they name is there", () => {
  for (const words of shown) {
    const [first, name] = words.split(" ");
    if (first === "task" && name !== undefined) assert(name in tasks, `there is no task ${name}`);
  }
});

const small =
  "--channels 2 --layers 1 --batch 8 --search-limit 128 --valid-limit 32 --train-limit 128 --test-limit 32";
const smallSearch = `--preset tiny ${small} --epochs 1`;
const smallTraining = "--eval-channels 2 --eval-layers 1 --eval-epochs 1 --eval-holdout 16";

/** What a command of the docs is shortened by, by how it begins; the first that fits. Others run as they stand. */
const shorter: readonly (readonly [string, string])[] = [
  ["task search --preset tiny --seed 0", `${small} ${smallTraining}`],
  ["task search --preset tiny --seed 3", `${small} ${smallTraining}`],
  ["task search --preset tiny --hessian", `${small} ${smallTraining}`],
  ["task search --preset tiny --log", `${small} ${smallTraining}`],
  ["task search --data path/to/images --size 32 --out", `--preset tiny ${small} ${smallTraining}`],
  ["task search --data path/to/images", "--channels 2 --layers 3 --batch 8 --no-train --dry-run"],
  // The images of this data set would be downloaded first.
  [
    "task search --preset cifar10",
    "--data fashion-mnist-small --size 32 --channels 2 --layers 3 --batch 8 --no-train --dry-run",
  ],
  ["task evaluate --test-only", "--test-limit 32"],
  ["task evaluate", "--preset tiny --channels 2 --layers 1 --train-limit 128 --epochs 1 --holdout 16"],
  // It takes a cluster; slurm_test.ts has one.
  ["task compare --methods ms-darts,darts --seeds 3 --preset tiny --out runs/cluster", "--help"],
  [
    "task compare --methods ms-darts,darts,pc-darts",
    "--methods random --seeds 1 --no-train --search-limit 0",
  ],
  ["task compare --methods ms-darts,darts,random", `${smallSearch} --methods random --seeds 1 --no-train`],
  [
    "task compare --methods ms-darts --grid",
    `${smallSearch} --space s2 --seeds 1 --grid bandwidth=0.2 --no-train`,
  ],
  // Days of searches; study_test.ts runs a study of its own.
  ["task study docs/studies/nasbench201.json --data", "--help"],
  // Nothing runs in that folder, and the cache is the user's.
  ["task stop", "--help"],
  ["task cache --empty", "--help"],
  // Serves until Ctrl-C; watch_test.ts does it.
  ["task watch", "--help"],
  ["task bench-step", "--channels 2 --layers 1 --batch 2 --size 8 --repeats 1"],
  ["task model", "--space nasbench201 --channels 2 --layers 1 --batch 2 --size 8"],
  // What it installs stays on the machine; ms_darts_test.ts does it in a folder of its own.
  ["task install", "--help"],
  // Installs the peers first.
  ["task bench-peers", "--help"],
  ["task test tests/", "--help"],
  // Each runs tests; one of them takes a second.
  ["task mutate kernels", "augment mirrored"],
  ["task mutate", "--help"],
  ["task bench '--filter", ""],
  ["task bench", "--help"],
  ["bench", "--no-run"],
];

/** Run by what runs this test, and the examples by theirs. */
const elsewhere = /^task (search|test|ok|run examples\/.*)$/;

Deno.test({
  name: "docs: every command of them, in a checkout of its own",
  ignore: Deno.build.os === "windows",
}, async (t) => {
  const folder = Deno.makeTempDirSync({ prefix: "a checkout of its own " });
  try {
    await copyCheckout(folder);
    for (const name of ["images", "cifar10"]) writeTree(`${folder}/path/to/${name}`, twoClasses("", 40, 32));
    for (const words of shown.filter((words) => !elsewhere.test(words))) {
      const flags = shorter.find(([start]) => words.startsWith(start))?.[1];
      const typed = `npx -y deno ${words} ${flags ?? ""}`.trimEnd();
      await t.step(typed, async () => {
        const { code, stdout, stderr } = await asUser(typed, { cwd: folder });
        assertEquals(code, 0, stdout + stderr);
        assert(!/This is a bug|Deno refused|Uncaught/.test(stderr), stderr);
      });
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

for (const { name, examples } of Object.values(everyCommand)) {
  for (const example of examples) {
    Deno.test(`help of ${name}: ${example}`, () => {
      const [, ...args] = example.split(" ");
      const spec = everyCommand[name as keyof typeof everyCommand] as CommandSpec<unknown>;
      const request = readCommandLine(spec, args);
      if (request.kind === "run") resolve(spec, { flags: request.flags });
    });
  }
}
