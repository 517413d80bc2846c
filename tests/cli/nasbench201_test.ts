/** NAS-Bench-201 as a user searches it: the table judges every epoch's cell and the one found. */
import { assert, assertEquals, assertStringIncludes } from "deno-std/assert";
import { loadNasbench201 } from "../../src/benchmarks/mod.ts";
import { resolve } from "../../src/config/resolve.ts";
import { evaluateCommand, searchCommand } from "../../src/config/spec.ts";
import { supernetMacs } from "../../src/network/count.ts";
import { supernet } from "../../src/network/supernet.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { inFolder } from "../data/files.ts";
import { task } from "./spawn.ts";

const tiny = [
  ["--preset", "tiny", "--space", "nasbench201", "--channels", "2", "--batch", "8", "--epochs", "2"],
  ["--search-limit", "16", "--valid-limit", "8", "--train-limit", "64", "--test-limit", "32"],
  ["--eval-batch", "16", "--eval-epochs", "1", "--benchmark-dataset", "cifar100"],
].flat();

Deno.test("nasbench201: search, judged by the table; landscape and evaluation of what it found", () =>
  inFolder(async (folder) => {
    const run = `${folder}/run`;
    const { code, stdout, stderr } = await task("search", ...tiny, "--json", "--out", run);
    assertEquals(code, 0, stderr);
    const read = (name: string) => Deno.readTextFileSync(`${run}/${name}`);
    const { arch } = JSON.parse(read("genotype.json"));
    const entry = (await loadNasbench201()).lookup(arch, "cifar100");

    const { benchmark } = JSON.parse(stdout);
    assertEquals(benchmark, JSON.parse(read("result.json")).benchmark);
    assertEquals(benchmark, {
      table: "nasbench201",
      dataset: "cifar100",
      accuracies: {
        "cifar10": entry.accuracies.cifar10_test_200,
        "cifar100": entry.accuracies.cifar100_test_200,
        "imagenet16-120": entry.accuracies.imagenet16_120_test_200,
      },
      rank: entry.rank,
      of: 15625,
      regret: entry.regret,
    });
    const epochs = read("metrics.jsonl").trim().split("\n").map((line) => JSON.parse(line))
      .filter(({ stage }) => stage === "search");
    assertEquals(epochs.length, 2);
    // Each epoch has a step of 8 images, and one of the alphas unless they rest.
    const passes = epochs.reduce((sum, { architecture_loss: loss }) => sum + (loss === null ? 1 : 2), 0);
    const net = supernet(spaceByName("nasbench201"), {
      channels: 2,
      layers: 3,
      classes: 10,
      imageChannels: 1,
    });
    const { baselines } = JSON.parse(stdout);
    assertEquals(baselines, JSON.parse(read("result.json")).baselines);
    assertEquals(
      baselines,
      (await loadNasbench201()).baselines(
        8 * passes * supernetMacs(net, { height: 28, width: 28 }),
        "cifar100",
      ),
    );
    assertEquals(epochs[1].benchmark_accuracy, entry.accuracies.cifar100_test_200);
    assertEquals(epochs[1].benchmark_rank, entry.rank);
    assertStringIncludes(
      stderr,
      `benchmark ${epochs[0].benchmark_accuracy.toFixed(2)}% rank ${epochs[0].benchmark_rank}`,
    );
    const report = read("report.html");
    for (
      const part of [
        "What the table says",
        "Beside what needs no search",
        "Rank in the table",
        "Accuracy in the table, %",
      ]
    ) {
      assertStringIncludes(report, part);
    }
    assert(Deno.statSync(`${run}/cell.svg`).isFile);

    const drawn = await task(
      "landscape",
      run,
      "--steps",
      "1",
      "--map-steps",
      "0",
      "--directions",
      "1",
      "--quiet",
    );
    assertEquals(drawn.code, 0, drawn.stderr);
    const again = await task(
      ...["evaluate", "--genotype", `${run}/genotype.json`, "--preset", "tiny", "--channels", "2"] as const,
      ...["--train-limit", "64", "--test-limit", "32", "--batch", "16", "--epochs", "1", "--json"],
      ...["--out", `${folder}/evaluated`],
    );
    assertEquals(again.code, 0, again.stderr);
    assertEquals(JSON.parse(again.stdout).genotype, arch);
  }));

const genotype = "|nor_conv_3x3~0|+|none~0|none~1|+|skip_connect~0|none~1|none~2|";

Deno.test("nasbench201: the paper's presets take the benchmark's own settings", () => {
  const settings = (method: string) => {
    const flags = { preset: "cifar10", space: "nasbench201", method };
    const { epochs, layers, weightDecay, nesterov, auxiliary } = resolve(searchCommand, { flags });
    return { epochs, layers, weightDecay, nesterov, auxiliary };
  };
  const own = { epochs: 50, layers: 15, weightDecay: 5e-4, nesterov: true, auxiliary: 0 };
  assertEquals(settings("darts"), own);
  // What has its publication's settings for the benchmark has those.
  assertEquals(settings("ms-darts"), { ...own, epochs: 100, weightDecay: 3e-4, nesterov: false });
  const trained = resolve(evaluateCommand, { flags: { preset: "cifar100", genotype, lr: "0.05" } });
  const { data, channels, layers: cells, batch, lr, dropPath } = trained;
  assertEquals([data, channels, cells, batch, lr, trained.epochs, trained.auxiliary, dropPath], [
    ...["cifar100", 16, 15, 256, 0.05, 200, 0, 0],
  ]);
  // A preset of this project stays as it is.
  assertEquals(resolve(evaluateCommand, { flags: { preset: "tiny", genotype } }).layers, 3);
  assertEquals(resolve(evaluateCommand, { flags: { preset: "cifar10", genotype: "DARTS_V2" } }).layers, 20);
});

Deno.test("nasbench201: inspect counts at the sizes of the benchmark", async () => {
  const inspected = JSON.parse((await task("inspect", "--genotype", genotype, "--json")).stdout);
  assertEquals([inspected.channels, inspected.layers, inspected.parameters], [16, 15, 316_346]);
  const counted = JSON.parse((await task("inspect", "--space", "nasbench201", "--json")).stdout);
  assertEquals([counted.layers, counted.parameters, counted.alphas], [15, 1_686_106, 30]);
});

for (
  const [what, message, ...flags] of [
    ["an auxiliary head", "have no auxiliary head", "--auxiliary", "0.4"],
    ["drop-path", "has nothing to drop", "--drop-path", "0.2"],
    ["a table that is not there", "Cannot read /no/table", "--benchmark", "/no/table"],
  ] as const
) {
  Deno.test(`nasbench201: ${what} is refused before the search`, async () => {
    const { code, stderr } = await task("search", ...tiny, ...flags, "--no-train");
    assert([2, 4].includes(code), stderr);
    assertEquals(stderr.trim().split("\n").length, 1, stderr);
    assertStringIncludes(stderr, message);
  });
}
