/** `study` as a user runs it: what it runs and what not again, what it keeps and shows, and what it refuses. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { isFile, root, task } from "./spawn.ts";

const read = (path: string) => JSON.parse(Deno.readTextFileSync(path));

const settings = {
  ...{ preset: "tiny", space: "nasbench201", channels: 2, layers: 3, batch: 8, epochs: 1, warmup: 0 },
  ...{ searchLimit: 16, validLimit: 8, logEvery: 1, train: false },
};
const study = {
  title: "A tiny <study>",
  settings,
  seeds: 2,
  arms: [
    { name: "darts", method: "darts" },
    // A learning rate at which the first step diverges.
    { name: "broken", method: "darts", settings: { lr: 1e30 } },
    { name: "drawn", method: "random" },
  ],
  tests: [["darts", "drawn"]],
};
const write = (folder: string, changes: Record<string, unknown> = {}) => {
  const file = `${folder}/tiny.json`;
  Deno.writeTextFileSync(file, JSON.stringify({ ...study, ...changes }));
  return file;
};
const images = ["--data", "fashion-mnist-small"];

async function refuses(args: readonly string[], ...parts: string[]): Promise<void> {
  const { code, stdout, stderr } = await task("study", ...args);
  assertEquals([code, stdout], [2, ""], stderr);
  assertEquals(stderr.trim().split("\n").length, 1, stderr);
  for (const part of parts) assertStringIncludes(stderr, part);
}

Deno.test("study: runs what is missing, keeps a record of each run, and makes the page", () =>
  inFolder(async (folder) => {
    const file = write(folder);
    const args = [file, ...images, "--out", `${folder}/runs`, "--seeds", "1"];
    const first = await task("study", ...args, "--json");
    // One arm fails, and the others go on.
    assertEquals(first.code, 5, first.stderr);
    assertStringIncludes(first.stderr, "1 of 6 runs failed, broken-seed0 with: ");
    assertStringIncludes(first.stderr, "[3/3] drawn-seed0: done");

    const records = ["darts", "broken", "drawn"].map((arm) => read(`${folder}/tiny/${arm}-seed0.json`));
    assertEquals(JSON.parse(first.stdout).records, records);
    const [darts, broken, drawn] = records;
    assertEquals([darts.arm, darts.method, darts.seed, darts.settings], ["darts", "darts", 0, settings]);
    const run = `${folder}/runs/darts-seed0`;
    const { benchmark, baselines, images: seen } = read(`${run}/result.json`);
    assertEquals(
      [darts.result.accuracies, darts.result.rank, darts.result.dataset, darts.result.images],
      [benchmark.accuracies, benchmark.rank, "cifar10", seen],
    );
    assertEquals(darts.looks.map(({ step }: { step: number }) => step), [1]);
    assertEquals(darts.looks[0].genotype, darts.result.genotype);
    // One step of 8 images each for weights and alphas; a drawn cell costs nothing.
    assertEquals([darts.result.cost, drawn.result.cost], [baselines.cost, 0]);
    assert(darts.result.cost > 0);
    assertEquals([drawn.looks, broken.looks, broken.result], [[], [], undefined]);
    assertStringIncludes(broken.failure, "NaN");
    assertEquals(broken.settings.lr, 1e30);

    const page = Deno.readTextFileSync(`${folder}/tiny.html`);
    assertStringIncludes(page, "A tiny &lt;study&gt;");
    assertStringIncludes(page, "<li>broken, seed 0: ");
    assertStringIncludes(page, "study ");
    assertStringIncludes(page, "--data path/to/images");
    assert(isFile(`${folder}/tiny.svg`));

    // A run that is finished but has no record is taken if it is of these images, and only then.
    Deno.removeSync(`${folder}/tiny/darts-seed0.json`);
    writeTree(folder, twoClasses("other/", 12));
    const only = ["--out", `${folder}/runs`, "--seeds", "1", "--arms", "darts"];
    const other = await task("study", file, "--data", `${folder}/other`, ...only);
    assertEquals(other.code, 4, other.stderr);
    assert(!isFile(`${folder}/tiny/darts-seed0.json`));
    const taken = await task("study", file, ...images, ...only);
    assert(!taken.stderr.includes("begins"), taken.stderr);
    assertEquals(read(`${folder}/tiny/darts-seed0.json`), darts);
    await refuses(
      [file, "--data", `${folder}/cifar100`, ...only],
      "are of images that the table ranks by cifar10; --data ",
    );

    // What has a record is not run again, not even where its run is gone; a failure of its own kind neither.
    Deno.removeSync(`${folder}/runs`, { recursive: true });
    const again = await task("study", ...args);
    assertEquals(again.code, 5, again.stderr);
    assertStringIncludes(again.stderr, "3 of 3 runs are done already");
    assert(!again.stderr.includes("begins"), again.stderr);
    assertStringIncludes(again.stdout, "broken  0 of 2, 1 failed");
    assertStringIncludes(again.stdout, "median of each arm against");

    // Other arms and seeds are run on their own.
    const more = await task("study", ...args.slice(0, -1), "2", "--arms", "drawn");
    assertEquals(more.code, 5, more.stderr);
    assertEquals(more.stderr.match(/begins/g)?.length, 1);
    assertStringIncludes(more.stdout, "drawn             2 of 2");

    // The page alone needs neither images nor a device.
    Deno.removeSync(`${folder}/tiny.html`);
    const shown = await task("study", file, "--page");
    assertEquals([shown.code, isFile(`${folder}/tiny.html`)], [5, true], shown.stderr);

    write(folder, { settings: { ...settings, epochs: 2 } });
    await refuses(
      args,
      "darts-seed0.json is of a run with other settings (--epochs: 1 there, 2 in the study)",
    );
  }));

Deno.test("study: bad usage is refused with one sentence, before anything is made", () =>
  inFolder(async (folder) => {
    const file = write(folder);
    await refuses([file], "study needs --data");
    await refuses([`${folder}/tiny.yaml`, ...images], "A study is a .json file");
    await refuses([`${folder}/tin.json`, ...images], `There is no study ${folder}/tin.json.`);
    Deno.mkdirSync(`${folder}/folder.json`);
    await refuses([`${folder}/folder.json`, ...images], `Cannot read the study ${folder}/folder.json: `);
    Deno.removeSync(`${folder}/folder.json`);
    await refuses([file, ...images, "--arms", "darts,dart"], "--arms names dart", "darts, broken, drawn");
    await refuses([file, ...images, "--seeds", "3"], "--seeds 3 is more than the 2 seeds");
    write(folder, { seed: 2 });
    await refuses([file, ...images], 'Unknown key "seed"', 'did you mean "seeds"?');
    write(folder, { settings: { ...settings, epochs: -1 } });
    await refuses([file, ...images], "--epochs", "-1");
    write(folder, { settings: { ...settings, space: "s2" } });
    await refuses([file, ...images], "judged by a table, and s2 has none");
    write(folder, {
      arms: [{ name: "a", method: "darts" }, { name: "b", method: "darts", settings: { space: "s2" } }],
      tests: [],
    });
    await refuses([file, ...images], "differ in --space");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["tiny.json"]);
  }));

Deno.test("study: the pages and figures beside the records are those that --page makes", () =>
  inFolder(async (folder) => {
    const beside = new URL("docs/studies/", root);
    for (const { name } of [...Deno.readDirSync(beside)].filter(({ name }) => name.endsWith(".html"))) {
      const study = name.replace(/\.html$/, "");
      await Deno.mkdir(`${folder}/docs/studies/${study}`, { recursive: true });
      for (const { name } of Deno.readDirSync(new URL(study, beside))) {
        await Deno.copyFile(new URL(`${study}/${name}`, beside), `${folder}/docs/studies/${study}/${name}`);
      }
      const file = `${folder}/docs/studies/${study}.json`;
      await Deno.copyFile(new URL(`${study}.json`, beside), file);
      const { code, stderr } = await task("study", file, "--page");
      assertEquals(code, 0, stderr);
      for (const kind of ["html", "svg"]) {
        const [kept, made] = [new URL(`${study}.${kind}`, beside), file.replace(/json$/, kind)].map((path) =>
          Deno.readTextFileSync(path)
        );
        const again = `npx -y deno task study docs/studies/${study}.json --page`;
        // The page tells its command, with the path of the study.
        assert(
          made!.replaceAll(`${folder}/`, "") === kept,
          `docs/studies/${study}.${kind} is old; run: ${again}`,
        );
      }
    }
  }));
