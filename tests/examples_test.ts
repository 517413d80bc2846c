/** The examples, as their page says to run them: each is one short file, says what it shows, and prints that. */
import { assert, assertEquals, assertMatch } from "deno-std/assert";
import { asUser, checkout, isThere } from "./cli/as_user.ts";
import { twoClasses, writeTree } from "./data/image_files.ts";

const examples = `${checkout}/examples`;
const page = Deno.readTextFileSync(`${examples}/README.md`);
/** The commands of the page that run an example, by its file. */
const commands = new Map(
  [...page.matchAll(/^(?:npx|python3) .*examples\/(\w+\.\w+).*$/gm)].map(([words, file]) => [file!, words]),
);
const files = [...Deno.readDirSync(examples)].map(({ name }) => name).filter((name) => name !== "README.md");

Deno.test("examples: under 60 lines, with a word on what each shows, and a command", () => {
  for (const file of files) {
    const text = Deno.readTextFileSync(`${examples}/${file}`);
    assert(text.split("\n").length <= 60, file);
    assertMatch(text, /^(\/\*\*\n \* |"""|<!DOCTYPE html>\n<!-- )[A-Z]/, file);
    assert(/\bprints\b/i.test(text.slice(0, 500)), `${file} does not say what it prints`);
    assert(page.includes(`[${file}](${file})`), `${file} is not listed`);
  }
  // A page's script comes with the page.
  assertEquals([...commands.keys()].sort(), files.filter((file) => !file.endsWith(".js")).sort());
});

/** Runs the command of an example with other arguments than those of the page, and returns what it prints. */
async function printed(file: string, args?: readonly string[]): Promise<string> {
  const words = commands.get(file)!;
  const typed = args ? `${words.slice(0, words.indexOf(file))}${file} ${args.join(" ")}` : words;
  const { code, stdout, stderr } = await asUser(typed);
  assertEquals(code, 0, `${typed}: ${stdout}${stderr}`);
  return stdout;
}

Deno.test("examples: engine_alone.ts fits the sine", async () => {
  const text = await printed("engine_alone.ts");
  const losses = [...text.matchAll(/loss ([\d.]+)/g)].map(([, loss]) => Number(loss));
  assert(losses.length === 3 && losses.at(-1)! < 0.001, text);
  for (const [, x, y] of text.matchAll(/sin (\S+) ≈ ([-\d.]+)/g)) {
    assert(Math.abs(Math.sin(Number(x)) - Number(y)) < 0.1, text);
  }
});

Deno.test("examples: shader_experiment.ts times both kernels, which are exact", async () => {
  const text = await printed("shader_experiment.ts");
  assertEquals([...text.matchAll(/^(\w+) +[\d.]+ ms, [\d.]+ GB\/s, off by 0$/gm)].map(([, name]) => name), [
    "relu",
    "own_relu",
  ]);
});

Deno.test("examples: own_method.ts decides more than DARTS", async () => {
  const text = await printed("own_method.ts");
  const last = [...text.matchAll(/entropy .*, ([\d.]+)$/gm)].map(([, entropy]) => Number(entropy));
  assert(last.length === 2 && last[1]! < last[0]! - 0.1, text);
});

Deno.test("examples: own_space.ts finds a cell of its space and tests it", async () => {
  const text = await printed("own_space.ts");
  assertMatch(text, /84 alphas/);
  const found = new Set([...text.matchAll(/'(\w+)', \d/g)].map(([, name]) => name!));
  assertEquals([...found].filter((name) => !/^(skip_connect|sep_conv_3x3|dil_conv_5x5)$/.test(name)), []);
  assert(Number(text.match(/test accuracy ([\d.]+) %/)![1]) > 20, text);
});

const python = await isThere("python3", "--version");

Deno.test("examples: own_images.ts and read_run.py take up a run", async (t) => {
  const folder = Deno.makeTempDirSync();
  try {
    writeTree(folder, twoClasses("images/", 24, 32));
    const small =
      "--preset tiny --channels 2 --layers 1 --batch 8 --epochs 1 --eval-channels 2 --eval-layers 1";
    const training = "--eval-epochs 3 --eval-batch 8 --eval-holdout 0";
    const search = `npx -y deno task search --data ${folder}/images --size 32 --out ${folder}/run --quiet`;
    const { code, stderr } = await asUser(`${search} ${small} ${training}`);
    assertEquals(code, 0, stderr);
    const [red, blue] = [`${folder}/images/cats/000.png`, `${folder}/images/dogs/001.JPG`];
    const text = await printed("own_images.ts", [`${folder}/run`, red, blue]);
    assertMatch(text, /cats\/000\.png: cats, [\d.]+ %\n.*dogs\/001\.JPG: dogs, [\d.]+ %\n$/);
    await t.step({
      name: python ? "read_run.py" : "skipped, as there is no python3: read_run.py",
      ignore: !python,
      fn: async () => {
        const table = await printed("read_run.py", [`${folder}/run`]);
        assertMatch(table, /^search +0 +[\d.]+ +[\d.]+ +[\d.]+$/m);
        assertMatch(table, /^train +2 +[\d.]+ +[\d.]+$/m);
        assertMatch(table, /^cell: \{"normal": \[\[/m);
        assertMatch(
          table,
          /classes \["cats","dogs"\]\n(?: {2}.*\n)* {2}stem\.0\.weight \[\d+, 3, 3, 3\]: mean -?[\d.]+\n/,
        );
      },
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
