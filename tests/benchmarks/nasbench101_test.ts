import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "deno-std/assert";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type Nasbench101, openNasbench101 } from "../../src/benchmarks/nasbench101.ts";
import { UserError } from "../../src/errors.ts";
import { encodeMetrics, encodeTfrecords, encodeTraining, type Training } from "./nasbench101_file.ts";

const CONV1 = "conv1x1-bn-relu";
const CONV3 = "conv3x3-bn-relu";

const chain = {
  hash: "a",
  matrix: [[0, 1, 0], [0, 0, 1], [0, 0, 0]],
  ops: ["input", CONV3, "output"],
  parameters: 1_000,
};
const branches = {
  hash: "b",
  matrix: [[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 1], [0, 0, 0, 0]],
  ops: ["input", CONV1, CONV3, "output"],
  parameters: 2_000,
};
const shortcut = { hash: "c", matrix: [[0, 1], [0, 0]], ops: ["input", "output"], parameters: 3_000 };

const trainings: readonly Training[] = [
  { ...chain, epochs: 108, seconds: 100, validation: 0.91, test: 0.90 },
  { ...branches, epochs: 108, seconds: 300, validation: 0.95, test: 0.94 },
  { ...chain, epochs: 108, seconds: 200, validation: 0.93, test: 0.93 },
  { ...chain, epochs: 108, seconds: 600, validation: 0.95, test: 0.93 },
  { ...chain, epochs: 12, seconds: 10, validation: 0.5, test: 0.5 },
  { ...shortcut, epochs: 108, seconds: 1, validation: 0.1, test: 0.94 },
];

async function withFile<T>(bytes: Uint8Array, body: (path: string) => Promise<T>): Promise<T> {
  const path = Deno.makeTempFileSync({ suffix: ".tfrecord" });
  try {
    Deno.writeFileSync(path, bytes);
    return await body(path);
  } finally {
    Deno.removeSync(path);
  }
}

const open = (records: readonly Uint8Array[]): Promise<Nasbench101> =>
  withFile(encodeTfrecords(records), openNasbench101);

const table = await open(trainings.map((training) => encodeTraining(training)));

Deno.test("nasbench101: means over the repeats, in percent, with rank and regret", () => {
  const { testError, validationError, trainingSeconds, regret, best, ...whole } = table.lookup(chain);
  assertAlmostEquals(testError, 8, 1e-9);
  assertAlmostEquals(validationError, 7, 1e-9);
  assertEquals(trainingSeconds, 300);
  assertAlmostEquals(best, 6, 1e-9);
  assertAlmostEquals(regret, 2, 1e-9);
  assertEquals(whole, { trainableParameters: 1_000, repeats: 3, rank: 3, cells: 3 });
});

Deno.test("nasbench101: equal errors share the better rank", () => {
  assertEquals([table.lookup(branches), table.lookup(shortcut)].map(({ rank, regret }) => [rank, regret]), [
    [1, 0],
    [1, 0],
  ]);
});

Deno.test("nasbench101: another number of epochs has its own values and its own ranking", () => {
  const { testError, repeats, rank, cells } = table.lookup(chain, 12);
  assertEquals([testError, repeats, rank, cells], [50, 1, 1, 1]);
});

Deno.test("nasbench101: a cell is found with its vertices renumbered and loose ends added", () => {
  // As a 1Shot1 cell comes: 7 vertices, of which 2, 3 and 5 hang loose, the branches the other way round.
  const matrix = Array.from({ length: 7 }, () => Array<number>(7).fill(0));
  for (const [from, to] of [[0, 1], [0, 4], [1, 6], [4, 6], [1, 2], [3, 4]]) matrix[from!]![to!] = 1;
  const ops = ["input", CONV3, CONV3, CONV1, CONV1, CONV1, "output"];
  assertEquals(table.lookup({ matrix, ops }), table.lookup(branches));
});

Deno.test("nasbench101: what the table lacks is a data error in one sentence", () => {
  const lacks = (body: () => unknown, message: string) => {
    const error = assertThrows(body, UserError, message);
    assertEquals(error.exitCode, 4);
  };
  lacks(() => table.lookup(chain, 36), "has no cells trained for 36 epochs; it has 12, 108.");
  lacks(() => table.lookup(branches, 12), "it has no such cell trained for 12 epochs.");
  lacks(
    () => table.lookup({ ...chain, ops: ["input", CONV1, "output"] }),
    `Cannot look up the cell [input, ${CONV1}, output] with the edges 010/001/000 in `,
  );
  lacks(() => table.lookup({ ...chain, matrix: [[0, 1, 0], [0, 0, 0], [0, 0, 0]] }), "no path leads");
  lacks(() => table.lookup({ ...chain, ops: ["input", "none", "output"] }), "it has the operation none");
});

Deno.test("nasbench101: a damaged record is named with what is wrong", async () => {
  const good = trainings[0]!;
  const text = (row: unknown) => new TextEncoder().encode(JSON.stringify(row));
  const evaluation = (...values: number[]) => {
    const writer = new BinaryWriter();
    values.forEach((value, i) => writer.tag(i + 1, WireType.Bit64).double(value));
    return writer.finish();
  };
  const metrics = (last: Uint8Array, evaluations = 3) => {
    const writer = new BinaryWriter().tag(2, WireType.Varint).int32(5);
    for (let i = 0; i < evaluations; i++) writer.tag(1, WireType.LengthDelimited).bytes(last);
    return writer.finish();
  };
  const whole = encodeMetrics(good);
  const cases: [Uint8Array, string][] = [
    [new TextEncoder().encode("{"), "record 2: "],
    [Uint8Array.of(0xff), "record 2: "],
    [text({}), "it is not [hash, epochs, adjacency, operations, metrics]"],
    [text(["a", "108", "01", "input,output", ""]), "it is not [hash, epochs"],
    [text(["x", 108, "0100", "input,output", "?"]), "record 2: "],
    [
      encodeTraining({ ...good, hash: "x", ops: ["input", "output"] }),
      "its matrix has 9 entries for 2 operations",
    ],
    [encodeTraining({ ...good, hash: "x", ops: ["input", "conv", "output"] }), "it has the operation conv"],
    [text(["x", 108, "0200", "input,output", whole.toBase64()]), "its matrix is not of 0 and 1"],
    [encodeTraining({ ...good, epochs: 100 }), "it was trained for 100 epochs, not 4, 12, 36, 108"],
    [encodeTraining({ ...good, parameters: 0 }), "it gives 0 trainable parameters"],
    [encodeTraining({ ...good, test: 1.5 }), "its test_accuracy is 1.5"],
    [encodeTraining({ ...good, validation: NaN }), "its validation_accuracy is NaN"],
    [encodeTraining({ ...good, seconds: Infinity }), "its training_time is Infinity"],
    [encodeTraining(good, metrics(evaluation(1, 2, 0.5, 0.5))), "its test_accuracy is missing"],
    [encodeTraining(good, metrics(evaluation(1, 2, 0.5, 0.5, 0.5), 2)), "it has 2 evaluations"],
    [encodeTraining(good, whole.subarray(0, whole.length - 3)), "record 2: "],
    [encodeTraining(good, metrics(evaluation(1, 2, 3).subarray(0, 20))), "record 2: "],
  ];
  for (const [bytes, message] of cases) {
    const error = await assertRejects(() => open([encodeTraining(good), bytes]), UserError, message);
    assertEquals(error.exitCode, 4);
    assertEquals(
      /is damaged or not a file of NAS-Bench-101: record 2: .+; fetch it again\.$/.test(error.message),
      true,
    );
  }
});

Deno.test("nasbench101: an empty, a truncated and a missing file", async () => {
  await assertRejects(() => open([]), UserError, "has no records");
  const whole = encodeTfrecords(trainings.map((training) => encodeTraining(training)));
  await assertRejects(
    () => withFile(whole.subarray(0, whole.length - 1), openNasbench101),
    UserError,
    "record 6, at byte",
  );
  await assertRejects(() => openNasbench101("no/such.tfrecord"), UserError, "there is no such file");
});
