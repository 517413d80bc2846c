import { assert, assertEquals, assertRejects, assertThrows } from "deno-std/assert";
import { gunzipSync, gzipSync } from "node:zlib";
import {
  loadNasbench201,
  nasbench201Columns,
  type Nasbench201Dataset,
  nasbench201Datasets,
} from "../../src/benchmarks/nasbench201.ts";
import { UserError } from "../../src/errors.ts";

const published = new URL("../../data/nasbench201.csv.gz", import.meta.url);
const text = new TextDecoder().decode(gunzipSync(Deno.readFileSync(published)));
const lines = text.trimEnd().split("\n");
const table = await loadNasbench201();

const ALL_SKIP =
  "|skip_connect~0|+|skip_connect~0|skip_connect~1|+|skip_connect~0|skip_connect~1|skip_connect~2|";

/** Runs the body with a gzipped file of this text, or of these bytes. */
async function withTable(content: string | Uint8Array, body: (path: string) => Promise<void>): Promise<void> {
  const path = Deno.makeTempFileSync({ suffix: ".csv.gz" });
  try {
    Deno.writeFileSync(path, typeof content === "string" ? gzipSync(content, { level: 1 }) : content);
    await body(path);
  } finally {
    Deno.removeSync(path);
  }
}

async function rejects(content: string | Uint8Array, line: number, what: string): Promise<void> {
  await withTable(content, async (path) => {
    const error = await assertRejects(() => loadNasbench201(path), UserError);
    assertEquals(error.exitCode, 4);
    const expected = `The NAS-Bench-201 table ${path} is damaged at line ${line}: ${what}`;
    assert(error.message.startsWith(expected), `${error.message}\ndoes not begin with\n${expected}`);
  });
}

/** The table with one line (counted from 1) replaced. */
const withLine = (line: number, change: (old: string) => string): string =>
  lines.map((old, i) => i + 1 === line ? change(old) : old).join("\n") + "\n";

Deno.test("nasbench201: all 15,625 rows of the file are found, and rank 1 is 94.3733 on CIFAR-10", () => {
  const rows = lines.slice(1);
  assertEquals(rows.length, 15_625);
  let best = 0;
  for (const [i, row] of rows.entries()) {
    const [architecture, ...numbers] = row.split(",");
    best = Math.max(best, Number(numbers[6]));
    // A lookup ranks among all cells, so only some rows are looked up.
    if (i % 97 !== 0) continue;
    const { accuracies } = table.lookup(architecture!);
    assertEquals(nasbench201Columns.map((name) => accuracies[name]), numbers.map(Number));
  }
  assertEquals(best, 94.3733);
  const top = rows.find((row) => row.split(",")[7] === "94.3733")!.split(",")[0]!;
  const { rank, regret, cells, best: held } = table.lookup(top);
  assertEquals([rank, regret, cells, held], [1, 0, 15_625, 94.3733]);
});

Deno.test("nasbench201: the all-skip cell has 54.2967 and its regret", () => {
  const entry = table.lookup(ALL_SKIP);
  assertEquals(entry.accuracies.cifar10_test_200, 54.2967);
  assertEquals(entry.rankedBy, "cifar10");
  assertEquals(entry.regret, 40.0766);
});

Deno.test("nasbench201: rank on each data set = 1 + the number of better rows, ties sharing", () => {
  const field = { "cifar10": 7, "cifar100": 8, "imagenet16-120": 9 } satisfies Record<
    Nasbench201Dataset,
    number
  >;
  for (const by of nasbench201Datasets) {
    const column = lines.slice(1).map((line) => Number(line.split(",")[field[by]]));
    const tied = column.findIndex((value, i) => column.indexOf(value) < i);
    for (const row of [0, 7_000, 15_624, tied, column.indexOf(column[tied]!)]) {
      const { rank, regret, best } = table.lookup(lines[row + 1]!.split(",")[0]!, by);
      assertEquals(rank, 1 + column.filter((value) => value > column[row]!).length);
      assertEquals(best, Math.max(...column));
      assertEquals(regret, Number((Math.max(...column) - column[row]!).toFixed(4)));
    }
  }
});

Deno.test("nasbench201: a string that is no cell is a data error that shows how cells read", () => {
  const wrong = [
    "",
    ALL_SKIP.slice(1),
    ALL_SKIP + "\n",
    ALL_SKIP.replace("skip_connect~2", "skip_connect~1"),
    ALL_SKIP.replace("skip_connect", "sep_conv_3x3"),
  ];
  for (const architecture of wrong) {
    // Control characters are written out in messages.
    const shown = architecture.replace("\n", "\\u000a");
    const error = assertThrows(() => table.lookup(architecture), UserError, `has no cell "${shown}"`);
    assertEquals(error.exitCode, 4);
    assert(error.message.includes("|op~0|+|op~0|op~1|+|op~0|op~1|op~2|"));
  }
});

Deno.test("nasbench201: a copy of the table at another path is the table", () =>
  withTable(text, async (path) => {
    assertEquals((await loadNasbench201(path)).lookup(ALL_SKIP), table.lookup(ALL_SKIP));
  }));

Deno.test("nasbench201: a damaged table says what and at which line", async () => {
  await rejects(withLine(1, () => "arch,acc"), 1, "the header is not architecture,cifar10_test_12,");
  await rejects("", 1, "the header is not");
  await rejects(withLine(5, () => ""), 5, '"" is not an architecture');
  await rejects(withLine(5, (old) => old.replace("~0", "~1")), 5, '"|');
  await rejects(withLine(9, () => lines[3]!), 9, `${lines[3]!.split(",")[0]} is already on line 4`);
  await rejects(withLine(12, (old) => old + ",1"), 12, "it has 10 numbers, not 9");
  await rejects(withLine(12, (old) => old.slice(0, old.lastIndexOf(","))), 12, "it has 8 numbers, not 9");
  for (const bad of ["abc", "", "nan", "-1", "100.01", "1e1", " 5"]) {
    await rejects(
      withLine(15_626, (old) => old.replace(/[^,]*$/, bad)),
      15_626,
      `imagenet16_120_test_200 is "${bad}", not a percentage from 0 to 100`,
    );
  }
  const [last] = lines.at(-1)!.split(",");
  await rejects(
    lines.slice(0, -1).join("\n"),
    15_625,
    `it ends with 15624 of 15625 cells, ${last} not among them`,
  );
});

Deno.test("nasbench201: a file that is no gzip, truncated, altered, or endless", async () => {
  await rejects(new TextEncoder().encode(text), 1, "its gzip data are truncated or damaged");
  const zipped = gzipSync(text, { level: 1 });
  await withTable(zipped.subarray(0, zipped.length / 2), async (path) => {
    const error = await assertRejects(() => loadNasbench201(path), UserError, "gzip data are truncated");
    const line = Number(/at line (\d+)/.exec(error.message)![1]);
    assert(line > 1_000 && line < 15_000, `line ${line}`);
  });
  zipped[zipped.length - 6]! ^= 1;
  await rejects(zipped, 15_627, "its gzip data are truncated or damaged");
  await withTable(text + "x".repeat(50_000_000), async (path) => {
    await assertRejects(() => loadNasbench201(path), UserError, "it is longer than 8000000 characters");
  });
  const missing = await assertRejects(() => loadNasbench201("no/such.csv.gz"), UserError);
  assertEquals(missing.message, "Cannot read no/such.csv.gz: there is no such file.");
  await assertRejects(() => loadNasbench201("tests"), UserError, "Cannot read tests: it is a folder.");
});
