/** NAS-Bench-101's file as a lookup of NAS-Bench-1Shot1. */
import { assertEquals, assertRejects, assertThrows } from "deno-std/assert";
import { openTable } from "../../src/benchmarks/mod.ts";
import { UserError } from "../../src/errors.ts";
import { parseGenotype } from "../../src/network/genotype.ts";
import { cells } from "../../src/network/nasbench1shot1/count.ts";
import type { NasBench1Shot1Space } from "../../src/spaces/nasbench1shot1.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import { encodeTfrecords, encodeTraining, type Training } from "./nasbench101_file.ts";

const space = spaceByName("nasbench1shot1-1") as NasBench1Shot1Space;
/** The first cells of the space, and one that is not from it. */
const found = [...cells(space)].slice(0, 3);
const foreign = parseGenotype({ matrix: [[0, 1], [0, 0]], ops: ["input", "output"] }, "a test");

const training = (cell: object, hash: string, test: number, validation: number): Training => ({
  ...cell as Pick<Training, "matrix" | "ops">,
  hash,
  epochs: 108,
  parameters: 1000,
  seconds: 1,
  validation,
  test,
});
const path = Deno.makeTempFileSync({ suffix: ".tfrecord" });
const trainings = [
  training(found[0]!, "a", 0.90, 0.91),
  training(found[0]!, "a", 0.92, 0.93),
  training(found[0]!, "a", 0.94, 0.95),
  training(found[1]!, "b", 0.93, 0.9),
  // The best of the file does not count: the search could not have found it.
  training(foreign, "c", 0.99, 0.99),
];
Deno.writeFileSync(path, encodeTfrecords(trainings.map((one) => encodeTraining(one))));
addEventListener("unload", () => Deno.removeSync(path));

const settings = { data: "cifar10", benchmark: path };

Deno.test("table lookup: a cell of NAS-Bench-1Shot1 by the mean of its repeats, among the cells of its space", async () => {
  const { lookup } = (await openTable(space, settings))!;
  assertEquals(lookup(found[0]!), {
    table: "nasbench101",
    dataset: "cifar10",
    accuracies: { cifar10: 92 },
    validation: 93,
    rank: 2,
    of: 2,
    regret: 1,
  });
  assertEquals(lookup(found[1]!).rank, 1);
});

Deno.test("table lookup: a cell that the file of NAS-Bench-101 lacks", async () => {
  const { lookup } = (await openTable(space, settings))!;
  assertEquals(assertThrows(() => lookup(found[2]!), UserError, path).exitCode, 4);
});

Deno.test("table lookup: NAS-Bench-1Shot1 has no table of its own, and knows CIFAR-10 alone", async () => {
  assertEquals(await openTable(space, { data: "cifar10" }), undefined);
  await assertRejects(
    () => openTable(space, { ...settings, benchmarkDataset: "cifar100" }),
    UserError,
    "NAS-Bench-101 knows cifar10 alone",
  );
  await assertRejects(
    () => openTable(space, { data: "cifar10", benchmarkDataset: "cifar10" }),
    UserError,
    "give ‹benchmark› the path",
  );
});
