/** `landscape` from a search to its files, and what it says of runs that it cannot draw. */
import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "deno-std/assert";
import { lockFolder, occupant } from "../../src/io/lock.ts";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const tiny = [
  ["--preset", "tiny", "--space", "s2", "--channels", "2", "--layers", "1", "--batch", "8", "--epochs", "1"],
  ["--warmup", "0", "--search-limit", "32", "--valid-limit", "12", "--no-train", "--quiet"],
].flat();
const few = ["--steps", "1", "--map-steps", "1", "--directions", "2"];

/** Whether another process came to hold a folder, within a minute. */
async function untilLocked(folder: string): Promise<boolean> {
  for (let look = 0; look < 3000; look++) {
    if (occupant(folder) !== undefined) return true;
    await new Promise((wait) => setTimeout(wait, 20));
  }
  return false;
}

Deno.test("landscape: a search leaves its supernet, and its landscape is drawn from it", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const refuses = async (code: number, ...parts: string[]) => {
      const { stderr, ...rest } = await task("landscape", run, "--quiet", ...few);
      assertEquals(rest, { code, stdout: "" }, stderr);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      for (const part of parts) assertStringIncludes(stderr, part);
    };
    await refuses(2, `There is no run to look at in ${run}`);

    const search = await task("search", ...tiny, "--out", run);
    assertEquals(search.code, 0, search.stderr);
    const metrics = JSON.parse(Deno.readTextFileSync(`${run}/metrics.jsonl`).trim().split("\n").at(-1)!);

    const drawn = await task("landscape", run, "--json", ...few);
    assertEquals(drawn.code, 0, drawn.stderr);
    const found = JSON.parse(drawn.stdout);
    assertEquals(found, JSON.parse(Deno.readTextFileSync(`${run}/landscape.json`)));
    // At the alphas it is the supernet that the last epoch was judged by, on the same images.
    assertEquals(found.images, 12);
    assertAlmostEquals(found.center.loss, metrics.valid_loss, 1e-5);
    assertEquals(found.center.accuracy, metrics.valid_accuracy);
    assertEquals([found.radii, found.map.radii], [[-5, 0, 5], [-5, 0, 5]]);
    assertEquals(found.curves.map(({ kind }: { kind: string }) => kind), ["eigenvector", "random", "random"]);
    for (const { loss } of found.curves) assertEquals(loss[1], found.center.loss);
    // The middle row of the map runs along its first direction.
    assertEquals(found.map.loss[1], found.curves[0].loss);
    assert(found.curves[0].loss[2] !== found.center.loss);
    assert(Number.isFinite(found.eigenvalue.value) && found.eigenvalue.products > 0);
    for (const name of ["landscape.svg", "landscape.html"]) {
      assertStringIncludes(Deno.readTextFileSync(`${run}/${name}`), "dominant eigenvector");
    }

    // On the eigenvector's own batch, with its statistics: the loss bends by the eigenvalue less the alphas' decay.
    const bent = await task(
      ...[
        "landscape",
        run,
        "--statistics",
        "batch",
        "--images",
        "8",
        "--radius",
        "0.4",
        "--steps",
        "1",
      ] as const,
      ...["--map-steps", "0", "--directions", "1", "--json", "--quiet"],
    );
    assertEquals(bent.code, 0, bent.stderr);
    const { eigenvalue, sharpness: [along, random], map } = JSON.parse(bent.stdout);
    assertAlmostEquals(along.curvature / (eigenvalue.value - 1e-3), 1, 0.15);
    assert(random.curvature < along.curvature / 2);
    assertEquals(map, null);

    const mixing = await task(
      ...["landscape", run, "--around", "mixing", "--statistics", "batch", "--no-eigenvector"] as const,
      ...["--map-steps", "0", "--quiet", "--steps", "1", "--directions", "1"],
    );
    assertEquals(mixing.code, 0, mixing.stderr);
    assertStringIncludes(mixing.stdout, "of 8 images");
    assertStringIncludes(mixing.stdout, "random direction 1: loss");
    assert(!mixing.stdout.includes("eigen"));
    // Those from before are kept, the oldest as 1.
    assertEquals(JSON.parse(Deno.readTextFileSync(`${run}/landscape-1.json`)), found);
    assertEquals(
      JSON.parse(Deno.readTextFileSync(`${run}/landscape-2.json`)).settings,
      JSON.parse(bent.stdout).settings,
    );
    for (const name of ["landscape-1.svg", "landscape-2.html"]) {
      assertStringIncludes(Deno.readTextFileSync(`${run}/${name}`), "dominant eigenvector");
    }

    // Nobody else is to be in the run.
    {
      using _claimed = lockFolder(run);
      await refuses(2, `Another process (pid ${Deno.pid}) runs in ${run}; wait for its end.`);
    }
    const both = await Promise.all([task("landscape", run, "--quiet", ...few), untilLocked(run)]);
    assertEquals([both[0].code, both[1]], [0, true], both[0].stderr);
    assert(![...Deno.readDirSync(run)].some(({ name }) => name === ".lock"));

    const supernet = Deno.readFileSync(`${run}/supernet.safetensors`);
    Deno.writeFileSync(`${run}/supernet.safetensors`, supernet.subarray(0, supernet.length - 4));
    await refuses(4, `${run}/supernet.safetensors`, "truncated");
    Deno.removeSync(`${run}/supernet.safetensors`);
    await refuses(2, `The run ${run} has no supernet.safetensors`, "search again with --config");
    Deno.renameSync(`${run}/genotype.json`, `${run}/away`);
    await refuses(
      2,
      `The run ${run} has no supernet.safetensors`,
      `resume it with: npx -y deno task search --resume`,
    );
    Deno.renameSync(`${run}/away`, `${run}/genotype.json`);
    Deno.writeFileSync(`${run}/supernet.safetensors`, supernet);
    const config = Deno.readTextFileSync(`${run}/config.json`);
    Deno.writeTextFileSync(`${run}/config.json`, config.replace('"channels": 2', '"channels": 4'));
    await refuses(4, "holds another supernet", "its metadata channels is 2, not 4");
    for (const method of ["random", "p-darts"]) {
      Deno.writeTextFileSync(
        `${run}/config.json`,
        config.replace('"method": "ms-darts"', `"method": "${method}"`),
      );
      await refuses(2, `The run ${run} is of ${method}`);
    }
    Deno.writeTextFileSync(`${run}/config.json`, JSON.stringify({ genotype: "DARTS_V2", epochs: 1 }));
    await refuses(2, `The run ${run} is one of evaluate, which has no supernet; give a run of search.`);
    Deno.writeTextFileSync(`${run}/config.json`, config.slice(0, -5));
    await refuses(2, `${run}/config.json is not valid JSON`);
  }));

for (const radius of ["0", "-1", "nan"]) {
  Deno.test(`landscape: refuses --radius ${radius}`, async () => {
    const { code, stdout, stderr } = await task("landscape", "runs/none", `--radius=${radius}`);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "--radius");
  });
}

Deno.test("landscape: mixing weights are for searches by the softmax of the alphas", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const search = await task("search", ...tiny, "--method", "fair-darts", "--out", run);
    assertEquals(search.code, 0, search.stderr);
    const { code, stderr } = await task("landscape", run, "--around", "mixing", "--quiet", ...few);
    assertEquals(code, 2, stderr);
    assertStringIncludes(stderr, "fair-darts has mixing weights that do not sum to one; leave it out.");
  }));
