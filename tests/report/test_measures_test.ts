/** What a test of a network measures, against a plain count in float64 and cases made by hand. */
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "deno-std/assert";
import { word } from "../../src/random.ts";
import { measureTest, testCsv, testHtml, testLines } from "../../src/report/mod.ts";
import { sampleTest } from "./test_sample.ts";

const classes = ["a", "b", "c", "d"];
/** Logits whose softmax are these probabilities. */
const logitsOf = (...rows: (readonly number[])[]) =>
  Float32Array.from(rows.flat(), (share) => Math.max(-1e30, Math.log(share)));

Deno.test("test measures: as a plain count over random logits has them", () => {
  const [images, count] = [500, 7];
  const share = (n: number) => word([1, 2], n) / 2 ** 32;
  const logits = Float32Array.from({ length: images * count }, (_, i) => 6 * share(i) - 3);
  const labels = Array.from({ length: images }, (_, n) => Math.floor(count * share(1e6 + n) ** 2));
  const names = Array.from({ length: count }, (_, c) => `class ${c}`);
  const measured = measureTest(logits, labels, names);

  const rows = labels.map((label, n) => {
    const powers = Array.from({ length: count }, (_, c) => Math.exp(logits[n * count + c]!));
    const sum = powers.reduce((a, b) => a + b);
    const shares = powers.map((power) => power / sum);
    const confidence = Math.max(...shares);
    return { label, shares, confidence, taken: shares.indexOf(confidence) };
  });
  const where = (test: (row: typeof rows[number]) => boolean) => rows.filter(test).length;
  assertEquals(measured.images, images);
  assertEquals(measured.accuracy, where(({ label, taken }) => label === taken) / images);
  assertAlmostEquals(
    measured.loss,
    rows.reduce((sum, { label, shares }) => sum - Math.log(shares[label]!), 0) / images,
    1e-12,
  );
  for (let c = 0; c < count; c++) {
    const hits = where(({ label, taken }) => label === c && taken === c);
    const [own, predicted] = [where(({ label }) => label === c), where(({ taken }) => taken === c)];
    assertEquals(measured.classes[c], {
      ...{ name: names[c]!, images: own, predicted, precision: hits / predicted, recall: hits / own },
    });
    for (let k = 0; k < count; k++) {
      assertEquals(measured.confusion[c]![k], where(({ label, taken }) => label === c && taken === k));
    }
  }
  let error = 0;
  for (let b = 0; b < 15; b++) {
    const inside = rows.filter(({ confidence }) => confidence > b / 15 && confidence <= (b + 1) / 15);
    const { images: own, confidence, accuracy } = measured.calibration[b]!;
    assertEquals(own, inside.length);
    if (own === 0) {
      assertEquals([confidence, accuracy], [null, null]);
      continue;
    }
    const mean = inside.reduce((sum, row) => sum + row.confidence, 0) / own;
    const right = inside.filter(({ label, taken }) => label === taken).length / own;
    assertAlmostEquals(confidence!, mean, 1e-12);
    assertEquals(accuracy, right);
    error += own / images * Math.abs(mean - right);
  }
  assertAlmostEquals(measured.calibration_error, error, 1e-12);
});

Deno.test("test measures: a class never predicted has no precision, one without images no recall", () => {
  const measured = measureTest(logitsOf([0.7, 0.1, 0.1, 0.1], [0.6, 0.2, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]), [
    ...[0, 1, 0],
  ], classes);
  assertEquals(measured.classes.map(({ precision, recall }) => [precision, recall]), [
    [1 / 2, 1 / 2],
    [null, 0],
    [null, null],
    [0, null],
  ]);
  assertEquals(measured.confusion, [[1, 0, 0, 1], [1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]);
  assertStringIncludes(testCsv(measured)["classes.csv"]!, "\r\nb,1,0,,0\r\nc,0,0,,\r\nd,0,1,0,\r\n");
});

Deno.test("test measures: of equal logits the first is taken", () => {
  const { confusion, calibration } = measureTest(new Float32Array(8), [0, 2], classes);
  assertEquals(confusion.map((row) => row[0]), [1, 0, 1, 0]);
  // A quarter is above 3/15 and below 4/15.
  assertEquals(calibration.map(({ images }) => images).indexOf(2), 3);
});

Deno.test("test measures: a probability of exactly one is in the last bin, and a hopeless loss is finite", () => {
  const measured = measureTest(Float32Array.of(0, 900, 0, 0, 0, 900, 0, 0), [1, 3], classes);
  assertEquals(measured.calibration.at(-1), {
    ...{ from: 14 / 15, to: 1, images: 2, confidence: 1, accuracy: 0.5 },
  });
  assertEquals([measured.loss, measured.calibration_error, measured.accuracy], [450, 0.5, 0.5]);
});

Deno.test("test measures: a confidence on the edge of two bins is in the lower one", () => {
  // Logits of 0 alike: three classes are a third sure, 5/15.
  const { calibration } = measureTest(new Float32Array(3), [0], classes.slice(0, 3));
  assertEquals(calibration.findIndex(({ images }) => images === 1), 4);
});

Deno.test("test lines: a matrix of few classes, the most frequent confusions of many", () => {
  const few = testLines(sampleTest(3)).join("\n");
  assertStringIncludes(few, "\nclass 0                          43  17   0\n");
  // By hand: 15 of 20 are 0.531 to 0.888.
  assertMatch(
    testLines({ ...sampleTest(3), accuracy: 0.75, images: 20 }).join("\n"),
    /\n95 % interval +53\.1–88\.8 %\n/,
  );
  const many = testLines(sampleTest(20));
  const first = many.indexOf("confused most often");
  const counts = many.slice(first + 2, first + 12).map((line) =>
    Number(line.match(/ (\d+) +[\d.]+\s%$/)![1])
  );
  assertEquals(counts.length, 10);
  assert(counts.every((count, i) => count <= (counts[i - 1] ?? Infinity)), counts.join());
  const right = measureTest(
    logitsOf(...Array.from({ length: 13 }, (_, c) => {
      return Array.from({ length: 13 }, (_, k) => c === k ? 0.52 : 0.04);
    })),
    Array.from({ length: 13 }, (_, c) => c),
    Array.from({ length: 13 }, (_, c) => `${c}`),
  );
  assertStringIncludes(testLines({ ...sampleTest(2), ...right }).join("\n"), "nothing was confused");
});

Deno.test("test page: a cell for each count above zero, its share in its colour; what it shows is escaped", () => {
  const test = sampleTest(10);
  const text = testHtml(test);
  const cells = [...text.matchAll(/<rect class="value heat([mp])(\d+)"[^>]*><title>([^<]*)<\/title>/g)];
  assertEquals(cells.length, test.confusion.flat().filter((count) => count > 0).length);
  assertEquals(cells.filter(([, sign]) => sign === "p").length, 10);
  const [, , step, words] = cells[0]!;
  assertEquals([step, words], ["8", "class 0 taken for class 0: 40 of 60, 66.67\u00a0%"]);
  assert(cells.every(([, , step]) => step !== "0"));
  assert(!/NaN|Infinity|undefined|null|<small>|<a class/.test(text));
  assertStringIncludes(text, "&lt;a class &amp; its long…");
  assert(text.length < 1e5);
});
