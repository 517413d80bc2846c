/** What `deno pack` makes of the library: an npm package, tried as users have it, outside of the repository. */
import { unpackTar } from "modern-tar";
import { assert, assertEquals } from "deno-std/assert";
import project from "../deno.json" with { type: "json" };
import { dirname } from "../src/io/paths.ts";
import { project as known } from "../src/project.ts";
import { loginEnvironment, root } from "./cli/spawn.ts";
import { twoClasses, writeTree } from "./data/image_files.ts";

/** Runs deno in a folder, and returns what it printed. */
async function deno(cwd: string | URL, ...args: readonly string[]): Promise<string> {
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd,
    clearEnv: true,
    env: loginEnvironment(),
    stderr: "inherit",
  }).output();
  assert(success, args.join(" "));
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the project's name and version are those of deno.json", () => {
  const { name, version } = project;
  assertEquals(known, { name, version });
});

Deno.test("a folder that links the checkout: every part and the examples, copied there, pass Deno's checks", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    const page = Deno.readTextFileSync(new URL("docs/library.md", root));
    const written = /```json\n(.*?)```/s.exec(page)![1]!.replace("../ms-darts", Deno.realPathSync(root));
    Deno.writeTextFileSync(`${folder}/deno.json`, written);
    for (const { name } of Deno.readDirSync(new URL("examples", root))) {
      if (name.endsWith(".ts")) Deno.copyFileSync(new URL(`examples/${name}`, root), `${folder}/${name}`);
    }
    const parts = Object.keys(project.exports).map((part, n) =>
      `export * as part${n} from "${project.name}${part.slice(1)}";`
    );
    Deno.writeTextFileSync(`${folder}/parts.ts`, parts.join("\n"));
    await deno(folder, "check", "--quiet", "--no-remote", ".");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("deno pack: a package that holds what users need, and computes", async (t) => {
  const folder = Deno.makeTempDirSync();
  const installed = `${folder}/node_modules/${project.name}`;
  try {
    await t.step("holds the library, its shaders and data, and nothing of who works on it", async () => {
      await deno(root, "pack", "--quiet", "--allow-dirty", "-o", `${folder}/package.tgz`);
      const packed = Deno.readFileSync(`${folder}/package.tgz`);
      const entries = await unpackTar(
        new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")),
      );
      const names = entries.map(({ header }) => header.name.replace("package/", ""));
      const top = new Set(names.map((name) => name.split("/")[0]!));
      const known = ["LICENSE", "README.md", "CHANGELOG.md", "package.json", "mod.js", "mod.d.ts"];
      const folders = ["data", "pipelines", "shaders", "src"];
      assertEquals([...top].filter((name) => ![...known, ...folders].includes(name)), []);
      for (const name of ["LICENSE", "README.md", "data/nasbench201.csv.gz", "shaders/combine.wgsl"]) {
        assert(names.includes(name), name);
      }
      assert(packed.length < 8e6, `${packed.length} bytes`);
      for (const { header, data } of entries) {
        const path = `${installed}/${header.name.replace("package/", "")}`;
        Deno.mkdirSync(dirname(path), { recursive: true });
        Deno.writeFileSync(path, data!);
      }
    });

    await t.step("its engine computes where no other package is installed", async () => {
      Deno.writeTextFileSync(
        `${folder}/package.json`,
        JSON.stringify({ dependencies: { [project.name]: "*" } }),
      );
      Deno.writeTextFileSync(
        `${folder}/engine.js`,
        `import { Runner } from "${project.name}/gpu";
        import { gradient } from "${project.name}/gradient";
        import { input, mul, square, sum } from "${project.name}/graph";
        const x = input("x", [3]);
        const [slope] = gradient(sum(mul(x, square(x))), [x]);
        const runner = await Runner.open();
        const program = await runner.load(runner.compile({ slope }));
        const results = program.run({ x: Float32Array.of(1, 2, 3) });
        console.log([...(await runner.tensors.read([results.slope]))[0]].join());
        runner.close();`,
      );
      assertEquals(await deno(folder, "run", "--no-remote", "--allow-env", "engine.js"), "3,12,27");
    });

    await t.step("its other parts find their data and their workers", async () => {
      writeTree(`${folder}/images`, twoClasses("train/", 20));
      Deno.writeTextFileSync(
        `${installed}/parts.js`,
        `import { load, loadNasbench201, openDataset, searchSettings } from "./mod.js";
        const { train } = await load(searchSettings({ preset: "tiny", trainLimit: 100 }));
        const own = await openDataset(${JSON.stringify(`${folder}/images`)}, { cacheDir: ${
          JSON.stringify(folder)
        } });
        const { cells } = (await loadNasbench201()).lookup("|none~0|+|none~0|none~1|+|none~0|none~1|none~2|");
        console.log(train.count, own.classes.join(), cells);`,
      );
      // The packages that it depends on, as the repository has them.
      const packages = `--config=${new URL("deno.json", root).pathname}`;
      assertEquals(await deno(installed, "run", "--allow-all", packages, "parts.js"), "100 cats,dogs 15625");
    });
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});
