/** `evaluate --test-only`, as a user types it: its folder, and what it refuses. */
import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { inFolder } from "../data/files.ts";
import { twoClasses, writeTree } from "../data/image_files.ts";
import { writeNetwork } from "../pipelines/network_sample.ts";
import { task } from "./spawn.ts";

Deno.test("evaluate --test-only: measures what a training measured, in a folder of its own", () =>
  inFolder(async (folder) => {
    writeTree(folder, twoClasses("images/", 24));
    const data = ["--data", `${folder}/images`];
    const [run, out] = [`${folder}/run`, `${folder}/tested`];
    const sizes = ["--channels", "2", "--layers", "1", "--batch", "8", "--epochs", "1", "--holdout", "0"];
    const trained = await task(
      "evaluate",
      "--genotype",
      "DARTS_V2",
      "--preset",
      "tiny",
      ...sizes,
      ...data,
      "--out",
      run,
    );
    assertEquals(trained.code, 0, trained.stderr);
    const before = JSON.parse(Deno.readTextFileSync(`${run}/result.json`));

    const tested = await task(
      "evaluate",
      "--test-only",
      run,
      ...data,
      "--out",
      out,
      "--json",
      "--batch",
      "3",
    );
    assertEquals(tested.code, 0, tested.stderr);
    const { run: path, ...result } = JSON.parse(tested.stdout);
    assertEquals([path, result], [out, JSON.parse(Deno.readTextFileSync(`${out}/result.json`))]);
    assertEquals([result.images, result.accuracy], [before.test_images, before.test_accuracy]);
    assertAlmostEquals(result.loss, before.test_loss, 1e-5);
    assertEquals(result.classes.map(({ name }: { name: string }) => name), ["cats", "dogs"]);
    assertEquals([...Deno.readDirSync(out)].map(({ name }) => name).sort(), [
      ...[
        "calibration.csv",
        "classes.csv",
        "confusion.csv",
        "environment.json",
        "report.html",
        "result.json",
      ],
    ]);
    const [, cats] = Deno.readTextFileSync(`${out}/confusion.csv`).split("\r\n");
    assertEquals(cats, `cats,${result.confusion[0].join(",")}`);
    assertStringIncludes(Deno.readTextFileSync(`${out}/report.html`), "Test on images");

    const all = await task(
      "evaluate",
      `--test-only=${run}`,
      ...data,
      "--out",
      `${folder}/all`,
      "--split",
      "all",
    );
    assertEquals(all.code, 0, all.stderr);
    assertMatch(all.stdout, /^images +48$/m);
    assertStringIncludes(all.stdout, `report: ${folder}/all/report.html\n`);
  }));

Deno.test("evaluate --test-only: refuses settings of training, other classes and folders in use, and leaves nothing", () =>
  inFolder(async (folder) => {
    writeTree(folder, twoClasses("images/", 6));
    const network = `${folder}/a.safetensors`;
    writeNetwork(network, { classes: ["cats", "newts"] });
    const data = ["--data", `${folder}/images`];
    const out = `${folder}/tested`;
    Deno.writeTextFileSync(`${folder}/c.json`, '{"split": "all"}');
    const refused = async (code: number, says: string, ...args: string[]) => {
      const { stdout, stderr, ...seen } = await task("evaluate", ...args, "--quiet");
      assertEquals([seen.code, stdout], [code, ""], stderr);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assertStringIncludes(stderr, says);
    };
    const tests = ["--test-only", network, ...data, "--out", out];
    await Promise.all([
      refused(
        2,
        "--epochs is a setting of training, which a network that is only tested has behind it;",
        ...tests,
        "--epochs",
        "3",
      ),
      refused(2, "--resume is a setting of training", ...tests, "--resume", out),
      refused(
        2,
        "--split goes with --test-only only; leave it out.",
        "--genotype",
        "DARTS_V2",
        "--split",
        "all",
      ),
      refused(
        2,
        `"split" in ${folder}/c.json goes with --test-only, which stands on the command line.`,
        "--config",
        `${folder}/c.json`,
      ),
      refused(2, "evaluate needs --data: ", "--test-only", network),
      refused(2, `There is no file or folder ${folder}/none`, "--test-only", `${folder}/none`, ...data),
    ]);
    await refused(
      4,
      "The network has 2 classes and images has 2, which have to be the same: only the network has newts, only the data have dogs.",
      ...tests,
    );
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
      "a.safetensors",
      "c.json",
      "images",
    ]);
    Deno.mkdirSync(out);
    Deno.writeTextFileSync(`${out}/result.json`, "{}");
    await refused(2, `The directory ${out} already holds a run`, ...tests);
  }));
