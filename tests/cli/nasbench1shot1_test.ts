/** NAS-Bench-1Shot1 as a user searches it, with the settings of its supernets and NAS-Bench-101's file as the judge. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { evaluateCommand, searchCommand } from "../../src/config/spec.ts";
import { UserError } from "../../src/errors.ts";
import { cells } from "../../src/network/nasbench1shot1/count.ts";
import type { NasBench1Shot1Space } from "../../src/spaces/nasbench1shot1.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { encodeTfrecords, encodeTraining } from "../benchmarks/nasbench101_file.ts";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

/** A file with all cells of space 1, each trained three times with a mean test error of 8 percent. */
function writeTable(path: string): void {
  const space = spaceByName("nasbench1shot1-1") as NasBench1Shot1Space;
  const records = [...cells(space)].flatMap((cell, i) =>
    [0.01, 0, -0.01].map((off) =>
      encodeTraining({
        ...cell,
        hash: String(i),
        epochs: 108,
        parameters: 1,
        seconds: 1,
        validation: 0.9 + off,
        test: 0.92 + off,
      })
    )
  );
  Deno.writeFileSync(path, encodeTfrecords(records));
}

const tiny = [
  ["--preset", "tiny", "--channels", "2", "--batch", "8", "--epochs", "2"],
  ["--search-limit", "16", "--valid-limit", "8", "--train-limit", "64", "--test-limit", "32"],
  ["--eval-batch", "16", "--eval-epochs", "1"],
].flat();

Deno.test("nasbench1shot1-1: search, judged by NAS-Bench-101; landscape and evaluation of what it found", () =>
  inFolder(async (folder) => {
    const [table, run] = [`${folder}/table.tfrecord`, `${folder}/run`];
    writeTable(table);
    const { code, stdout, stderr } = await task(
      ...["search", ...tiny, "--space", "nasbench1shot1-1", "--benchmark", table] as const,
      ...[
        "--pool-padding",
        "0",
        "--batch-norm-momentum",
        "0.1",
        "--hessian",
        "every=2",
        "--json",
        "--out",
        run,
      ],
    );
    assertEquals(code, 0, stderr);
    const read = (name: string) => Deno.readTextFileSync(`${run}/${name}`);
    const spec = JSON.parse(read("genotype.json"));
    assertEquals(spec.ops.length, 7);
    const { benchmark, genotype } = JSON.parse(stdout);
    assertEquals(JSON.parse(genotype), spec);
    assertEquals(benchmark, {
      table: "nasbench101",
      dataset: "cifar10",
      accuracies: { cifar10: 92 },
      validation: 90,
      rank: 1,
      // Cells that are others with their vertices in another order count once.
      of: 2685,
      regret: 0,
    });
    const { poolPadding, batchNormMomentum, layers } = JSON.parse(read("config.json"));
    assertEquals([poolPadding, batchNormMomentum, layers], [0, 0.1, 3]);
    const [epoch] = read("metrics.jsonl").trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(
      [epoch.benchmark_accuracy, epoch.benchmark_validation_accuracy, epoch.benchmark_rank],
      [92, 90, 1],
    );
    assert(Number.isFinite(epoch.eigenvalue) && Number.isFinite(epoch.discretization_gap));
    assertStringIncludes(stderr, "benchmark 92.00% rank 1");
    const report = read("report.html");
    for (const part of ["among 2,685 trained cells in the table nasbench101", "cifar10, validation images"]) {
      assertStringIncludes(report, part);
    }
    assert(Deno.statSync(`${run}/cell.svg`).isFile);

    const drawn = await task("landscape", run, ...["--steps", "1", "--map-steps", "0", "--directions", "1"]);
    assertEquals(drawn.code, 0, drawn.stderr);
    const again = await task(
      ...["evaluate", "--genotype", `${run}/genotype.json`, "--preset", "tiny", "--channels", "4"] as const,
      ...["--train-limit", "64", "--test-limit", "32", "--batch", "16", "--epochs", "1", "--json"],
      ...["--out", `${folder}/evaluated`],
    );
    assertEquals(again.code, 0, again.stderr);
    assertEquals(JSON.parse(JSON.parse(again.stdout).genotype), spec);
  }));

const genotype =
  '{"matrix": [[0, 1, 0], [0, 0, 1], [0, 0, 0]], "ops": ["input", "conv3x3-bn-relu", "output"]}';

Deno.test("nasbench1shot1: the paper's presets take the benchmarks' own settings", () => {
  const { epochs, batch, layers, warmup, evalChannels, auxiliary, batchNormMomentum, poolPadding } = resolve(
    searchCommand,
    { flags: { preset: "cifar10", space: "nasbench1shot1-3" } },
  );
  assertEquals({ epochs, batch, layers, warmup, evalChannels, auxiliary, batchNormMomentum, poolPadding }, {
    epochs: 80,
    batch: 96,
    layers: 9,
    warmup: 0,
    evalChannels: 128,
    auxiliary: 0,
    batchNormMomentum: 0.997,
    poolPadding: 1,
  });
  const evaluation = resolve(evaluateCommand, { flags: { preset: "cifar10", genotype } });
  assertEquals([evaluation.channels, evaluation.layers, evaluation.auxiliary, evaluation.dropPath], [
    128,
    9,
    0,
    0,
  ]);
});

Deno.test("nasbench1shot1: settings of its supernets out of range", () => {
  for (
    const [flag, message] of [["poolPadding", "‹poolPadding› is 2"], [
      "batchNormMomentum",
      "‹batchNormMomentum› is 2",
    ]]
  ) {
    const flags = { [flag!]: "2", space: "nasbench1shot1-1" };
    assertThrows(() => resolve(searchCommand, { flags }), UserError, message!);
  }
});

Deno.test("nasbench1shot1: inspect counts the supernet and the cells", async () => {
  const { code, stdout } = await task("inspect", "--space", "nasbench1shot1-1", "--json");
  assertEquals([code, JSON.parse(stdout)], [0, {
    space: "nasbench1shot1-1",
    channels: 16,
    layers: 9,
    classes: 10,
    parameters: 1_101_402,
    alphas: 24,
    cells_with_loose_ends: 14_580,
    cells: 3_702,
    published_cells: 2_487,
  }]);
});
