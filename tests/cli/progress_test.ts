import { assert, assertEquals } from "deno-std/assert";
import { barLine, createProgress, duration, epochLine } from "../../src/cli/progress.ts";
import type { EpochReport, StepReport } from "../../src/cli/reports.ts";

const step: StepReport = {
  stage: "search",
  epoch: 2,
  epochs: 40,
  step: 120,
  steps: 391,
  loss: 1.2345,
  accuracy: 0.561,
  learningRate: 0.02468,
  imagesPerSecond: 820.4,
  secondsLeft: 754,
};

const epoch: EpochReport = {
  stage: "search",
  epoch: 2,
  epochs: 40,
  trainLoss: 1.2345,
  trainAccuracy: 0.561,
  validLoss: 1.3,
  validAccuracy: 0.54,
  learningRate: 0.025,
  numbers: { epsilon: 0.03625 },
  skipCount: 3,
  alphaEntropy: 2.0789,
  imagesPerSecond: 820.4,
  secondsLeft: 11100,
};

/** A terminal of a width that remembers what was written. */
function recorder(columns: number | undefined) {
  let [text, time] = ["", 0];
  const terminal = { write: (words: string) => void (text += words), columns, now: () => time };
  return { terminal, text: () => text, wait: (milliseconds: number) => void (time += milliseconds) };
}

Deno.test("progress: the bar says where, how well, how fast and how long", () => {
  assertEquals(
    barLine(step, 110),
    "search 3/40 ━━━━━━━━━───────────────────── 120/391  loss 1.234  12:34 left  acc 56.1%  820 img/s  lr 0.0247",
  );
});

Deno.test("progress: the bar fits a narrow terminal and gives up words first", () => {
  assertEquals(
    barLine(step, 80),
    "search 3/40 ━━━━───────── 120/391  loss 1.234  12:34 left  acc 56.1%  820 img/s",
  );
  for (const columns of [20, 60, 80, 100]) assert(barLine(step, columns).length < columns);
});

Deno.test("progress: one line an epoch", () => {
  assertEquals(
    epochLine(epoch),
    "search  3/40  loss 1.234  acc 56.1%  valid loss 1.300  valid acc 54.0%  lr 0.025  epsilon 0.0362  " +
      "skips 3  entropy 2.079  820 img/s  3:05:00 left",
  );
});

Deno.test("progress: off a terminal no bar and no control characters", () => {
  const { terminal, text } = recorder(undefined);
  const progress = createProgress(terminal);
  progress.step(step);
  progress.epoch(epoch);
  progress.note("done");
  progress.clear();
  assertEquals(text(), `${epochLine(epoch)}\ndone\n`);
});

Deno.test("progress: on a terminal the bar is redrawn ten times a second and gives way to lines", () => {
  const { terminal, text, wait } = recorder(120);
  const progress = createProgress(terminal);
  progress.step(step);
  const once = text();
  progress.step({ ...step, step: 121 });
  assertEquals(text(), once);
  wait(101);
  progress.step({ ...step, step: 122 });
  assert(text().length > once.length);
  progress.note("words");
  assert(text().endsWith("\r\x1b[2Kwords\n"));
});

Deno.test("duration: minutes and hours", () => {
  assertEquals([0, 7.4, 754, 11100].map(duration), ["0:00", "0:07", "12:34", "3:05:00"]);
});
