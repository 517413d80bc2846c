/** Event files for TensorBoard: what they hold of a run's logs, and what becomes of them when a run is resumed. */
import { assert, assertEquals, assertNotEquals } from "deno-std/assert";
import { type RunLogs, runLogs } from "../../src/io/run_logs.ts";
import { TensorboardFollower } from "../../src/tensorboard/follower.ts";
import { inFolder } from "../data/files.ts";
import { eventsIn, type Picture, recordsIn, shown } from "./event_reader.ts";

const name = "events.out.tfevents.ms-darts";
const picture = { tag: "cell/normal", width: 3, height: 2 };

const followerOf = (folder: string): TensorboardFollower =>
  new TensorboardFollower(
    `${folder}/tensorboard`,
    (text) => [{ ...picture, png: new TextEncoder().encode(text) }],
  );

/** The logs of a session of a run, which event files follow. */
function session(folder: string): RunLogs {
  const logs = runLogs((name) => `${folder}/${name}`);
  logs.follow(followerOf(folder));
  return logs;
}

const file = (folder: string, part: string): string => `${folder}/tensorboard/${part}/${name}`;
const bytes = (folder: string, part: string): Uint8Array => Deno.readFileSync(file(folder, part));
const parts = (folder: string): string[] =>
  [...Deno.readDirSync(`${folder}/tensorboard`)].map(({ name }) => name).sort();

/** All events but for their wall times. */
const untimed = (folder: string, part: string): unknown[] =>
  eventsIn(file(folder, part)).map(({ wallTime: _, ...event }) => event);

const search = (epoch: number, more: Record<string, unknown> = {}) => ({
  ...{ stage: "search", epoch, train_loss: 2 - epoch / 8, lr: 0.1, genotype: `cell ${epoch}` },
  ...more,
});
const train = (epoch: number) => ({ stage: "train", epoch, train_loss: 1 / (1 + epoch) });
const look = (step: number) => ({ epoch: 0, genotype: "x", step, skip_count: step });

/** A run of three epochs with looks, a second log of its epochs, and two epochs of training. */
function run(logs: RunLogs, { epochs = 3, trained = 2 } = {}): void {
  const rows = Array.from({ length: epochs }, (_, epoch) => search(epoch));
  for (const row of rows) {
    logs.appendRow("metrics.jsonl", row);
    logs.appendRow("steps.jsonl", look(10 * row.epoch));
    logs.appendRow("alphas.jsonl", { epoch: row.epoch, normal: [[0, 1]] });
  }
  if (trained === 0) return;
  logs.replaceRows("metrics.jsonl", rows.map((row) => ({ ...row, alpha_distance: epochs - row.epoch })));
  for (let epoch = 0; epoch < trained; epoch++) logs.appendRow("metrics.jsonl", train(epoch));
}

Deno.test("event files: every number of a row under its tag, and nothing else", () =>
  inFolder((folder) => {
    const before = Date.now() / 1000;
    session(folder).appendRow("metrics.jsonl", {
      ...{ stage: "search", search_stage: 1, epoch: 4, train_loss: 0.1, valid_accuracy: null, lr: 0.025 },
      ...{ skip_weight: NaN, eigenvalue: -Infinity, benchmark_accuracy: 1e300, epsilon: 0, step: 7 },
      genotype: "Größe",
    });
    assertEquals(parts(folder), ["search-stage-1"]);
    const [version, event, ...others] = eventsIn(file(folder, "search-stage-1"));
    assertEquals([version!.version, version!.values, others], ["brain.Event:2", [], []]);
    assertEquals([event!.step, event!.restart], [4, false]);
    for (const { wallTime } of [version!, event!]) {
      assert(wallTime >= before && wallTime <= Date.now() / 1000, `${wallTime}`);
    }
    const { png, ...size } = event!.values.at(-1)!.value as Picture;
    assertEquals([size, new TextDecoder().decode(png)], [{ width: 3, height: 2, colours: 4 }, "Größe"]);
    assertEquals(event!.values.map(({ tag, value }) => typeof value === "number" ? [tag, value] : [tag]), [
      ["loss/train_loss", Math.fround(0.1)],
      ["run/lr", Math.fround(0.025)],
      ["alphas/skip_weight", NaN],
      ["curvature/eigenvalue", -Infinity],
      ["benchmark/benchmark_accuracy", Infinity],
      ["method/epsilon", 0],
      ["run/step", 7],
      ["cell/normal"],
    ]);
  }));

Deno.test("event files: searches, their looks and the training apart; measures that come later are added", () =>
  inFolder((folder) => {
    const logs = session(folder);
    run(logs);
    logs.appendRow("metrics.jsonl", { ...search(0), search: 2 });
    logs.appendRow("steps.jsonl", { ...look(3), search: 2 });
    logs.appendRow("steps.jsonl", { epoch: 1, genotype: "of a log without steps" });
    assertEquals(parts(folder), ["search", "search-2", "search-2-steps", "search-steps", "train"]);
    const steps = (part: string, tag: string) => [...shown(file(folder, part)).get(tag)!];
    assertEquals(steps("search", "loss/train_loss"), [[0, 2], [1, 1.875], [2, 1.75]]);
    assertEquals(steps("search", "alphas/alpha_distance"), [[0, 3], [1, 2], [2, 1]]);
    assertEquals(steps("search-steps", "steps/skip_count"), [[0, 0], [10, 10], [20, 20]]);
    assertEquals(steps("train", "loss/train_loss"), [[0, 1], [1, 0.5]]);
    assertEquals([...shown(file(folder, "train")).keys()], ["loss/train_loss"]);
    assertEquals(steps("search-2-steps", "steps/skip_count"), [[3, 3]]);
  }));

Deno.test("event files: a run that is resumed from the beginning leaves every byte as it is", async () => {
  await inFolder(async (folder) => {
    run(session(folder));
    const before = parts(folder).map((part) => bytes(folder, part));
    await new Promise((wait) => setTimeout(wait, 20));
    const logs = session(folder);
    run(logs);
    assertEquals(parts(folder).map((part) => bytes(folder, part)), before);
    // As after a lost device.
    logs.rewindRows();
    run(logs);
    assertEquals(parts(folder).map((part) => bytes(folder, part)), before);
  });
});

/** A short run, without its logs: what is read and written again very often. */
function shortRun(folder: string): void {
  const follower = followerOf(folder);
  follower.added("metrics.jsonl", search(0));
  follower.added("metrics.jsonl", { stage: "search", epoch: 1, lr: 0.5 });
  follower.replaced("metrics.jsonl", [{ stage: "search", epoch: 1, lr: 0.5, alpha_distance: 2 }]);
}

Deno.test("event files: cut at any byte, a resumed run completes them, and no more than the rest is new", () =>
  inFolder((folder) => {
    shortRun(folder);
    const wanted = untimed(folder, "search");
    const whole = bytes(folder, "search");
    const ends = [0];
    for (const { length } of recordsIn(whole)) ends.push(ends.at(-1)! + length + 16);
    for (let size = 0; size < whole.length; size++) {
      Deno.writeFileSync(file(folder, "search"), whole.subarray(0, size));
      shortRun(folder);
      assertEquals(untimed(folder, "search"), wanted, `cut at ${size}`);
      const kept = ends.findLast((end) => end <= size)!;
      assertEquals(bytes(folder, "search").subarray(0, kept), whole.subarray(0, kept));
    }
  }));

Deno.test("event files: a changed byte costs what comes after it, and that is written again", () =>
  inFolder((folder) => {
    shortRun(folder);
    const wanted = untimed(folder, "search");
    const whole = bytes(folder, "search");
    for (let at = 0; at < whole.length; at++) {
      const changed = whole.slice();
      changed[at]! ^= 0x10;
      Deno.writeFileSync(file(folder, "search"), changed);
      shortRun(folder);
      assertEquals(untimed(folder, "search"), wanted, `changed at ${at}`);
    }
  }));

Deno.test("event files: with the first row that is new, all files lose what is of a later time", () =>
  inFolder((folder) => {
    run(session(folder));
    const before = eventsIn(file(folder, "search"));
    // The same search is given another epoch: what was trained of the shorter one is gone at once.
    const logs = session(folder);
    run(logs, { trained: 0 });
    assertEquals(shown(file(folder, "train")).size, 1);
    logs.appendRow("metrics.jsonl", search(3));
    assertEquals(bytes(folder, "train").length, 0);
    assertEquals([...shown(file(folder, "search")).get("loss/train_loss")!.keys()], [0, 1, 2, 3]);
    assertEquals(shown(file(folder, "search")).get("alphas/alpha_distance"), undefined);
    const after = eventsIn(file(folder, "search"));
    assertEquals(after.slice(0, 4), before.slice(0, 4));
    logs.appendRow("metrics.jsonl", train(0));
    assertEquals(shown(file(folder, "train")).get("loss/train_loss")!.size, 1);
  }));

Deno.test("event files: asked for in the middle of a run, they have it from its beginning", () =>
  inFolder((folder) => {
    const without = runLogs((name) => `${folder}/${name}`);
    run(without, { trained: 0 });
    run(session(folder));
    assertEquals([...shown(file(folder, "search")).get("loss/train_loss")!.keys()], [0, 1, 2]);
  }));

Deno.test("event files: a search that went back shows the way it took in the end, its distances too", () =>
  inFolder((folder) => {
    const logs = session(folder);
    const rows = [search(0), search(1), search(2, { lr: 9 }), search(1, { lr: 0.2 }), search(2, { lr: 0.3 })];
    for (const row of rows) logs.appendRow("metrics.jsonl", row);
    logs.replaceRows("metrics.jsonl", rows.map((row, i) => ({ ...row, alpha_distance: i })));
    const tags = shown(file(folder, "search"));
    assertEquals([...tags.get("run/lr")!], [
      [0, Math.fround(0.1)],
      [1, Math.fround(0.2)],
      [2, Math.fround(0.3)],
    ]);
    assertEquals([...tags.get("alphas/alpha_distance")!], [[0, 0], [1, 3], [2, 4]]);
    assertEquals(eventsIn(file(folder, "search")).filter(({ restart }) => restart).map(({ step }) => step), [
      1,
    ]);
    assertNotEquals(tags.get("cell/normal"), undefined);
  }));
