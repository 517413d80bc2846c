/**
 * What a search runs, in which order and on what: whole searches on interpreted programs, whose every run is looked at.
 * The images of the weight half are dark and those of the alpha half bright, so that a batch says where it is from.
 */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { type DeviceTensor, isTensor } from "../../src/gpu/mod.ts";
import { word } from "../../src/random.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { interpretedRunner, type Ran, valuesOf } from "../reference/interpreted_runner.ts";
import { msDarts, type Rules, rulesOf } from "../reference/method_rules.ts";
import { type Fate, inSessions } from "./sessions.ts";

const [side, batch, epochs, steps] = [4, 4, 3, 2];
/** Images of each half, all of which an epoch takes. */
const half = batch * steps;
const images = (count: number) => ({
  name: "noise",
  count,
  channels: 1,
  height: side,
  width: side,
  pixels: Uint8Array.from(
    { length: count * side * side },
    (_, i) => (word([3, 3], i) & 127) + (i < half * side * side ? 0 : 128),
  ),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
});
const data = makeDataset({
  name: "noise",
  description: "made up",
  classes: ["a", "b", "c"],
  train: images(2 * half),
  test: images(4),
  augmentation: { pad: 0, flip: false },
});
const dark = (bytes: Uint8Array): boolean => bytes.every((byte) => byte < 128);
const bright = (bytes: Uint8Array): boolean => bytes.every((byte) => byte >= 128);

/** Runs of a whole search, in as many sessions as there are fates and one more. */
async function runsOf(method: string, fates: readonly Fate[] = []): Promise<Ran[]> {
  const rates = { archLr: "0.1", lr: "0.1", lrMin: "0.01", warmup: "1" };
  const sizes = { space: "s2", batch: String(batch), channels: "2", layers: "1", epochs: String(epochs) };
  const few = { candidates: "2", candidateBatches: "1", finalists: "1" };
  const config = resolve(searchCommand, { flags: { method, ...sizes, ...rates, ...few } });
  const problem = searchProblem(config, data);
  const ran: Ran[] = [];
  const runner = interpretedRunner((run) => ran.push(run));
  await inSessions(problem, fates, (hooks) => findCell(runner, problem, hooks, () => {}), 1e6);
  return ran;
}

/** Stages of an iteration by the order of its steps, and of one whose alphas rest. */
const stages: Record<Rules["order"], readonly string[]> = {
  "alphas first": ["architectureStep", "perturb", "weightStep"],
  "weights first": ["perturb", "weightStep", "architectureStep"],
  "joint": ["jointStep"],
  "weights only": ["weightStep"],
};
const resting = (order: Rules["order"]) => stages[order].filter((name) => name !== "architectureStep");

/** Every run that a search should take: its stage, and where it is. The alphas rest in the first epoch. */
const expected = (order: Rules["order"]) =>
  Array.from({ length: epochs }, (_, epoch) => {
    const names = epoch < 1 ? resting(order) : stages[order];
    const iterations = Array.from({ length: steps }, (_, i) =>
      names.map((name) => ({ name, epoch, step: epoch * steps + i })));
    const scored = Array.from(
      { length: half / batch },
      () => ({ name: "evaluate", epoch, step: (epoch + 1) * steps }),
    );
    return [...iterations.flat(), ...scored];
  }).flat();

/** Vectors of the state. */
const vectors = ["weights", "velocity", "statistics", "alphas", "alphaMean", "alphaVariance"];
/** As a checkpoint has them. */
const kept = (tensor: DeviceTensor): Float32Array => Float32Array.from(valuesOf(tensor));
const pixels = ({ feeds }: Ran, prefix: string): Uint8Array | undefined =>
  feeds[`${prefix}_pixels`] && new Uint8Array((feeds[`${prefix}_pixels`] as Uint32Array).buffer);

/** Asserts what the runs of a search read: the newest vectors of the state, batches of the halves, the schedule. */
function check(ran: readonly Ran[], { order, numbers }: Rules): void {
  const plan = expected(order);
  assertEquals(ran.slice(0, plan.length).map(({ name }) => name), plan.map(({ name }) => name));
  const newest = new Map<string, DeviceTensor>();
  const batches = new Map<string, Uint8Array>();
  let mixing: DeviceTensor | undefined;
  plan.forEach(({ name, epoch, step }, i) => {
    const run = ran[i]!;
    const { feeds, outputs } = run;
    const what = `of ${name} in epoch ${epoch}, after ${step} iterations`;
    for (const vector of vectors) {
      const feed = feeds[vector];
      if (feed === undefined || !isTensor(feed)) continue;
      if (newest.has(vector)) assertEquals(kept(feed), kept(newest.get(vector)!), `${vector} ${what}`);
      newest.set(vector, feed);
    }
    for (const [prefix, isOwn] of [["train", dark], ["search", bright], ["test", bright]] as const) {
      const bytes = pixels(run, prefix);
      if (bytes === undefined) continue;
      assert(isOwn(bytes), `the ${prefix} batch ${what} is of the other half`);
      // All steps of an iteration have the same batches.
      const own = `${prefix} ${step}`;
      if (prefix !== "test") assertEquals(bytes, batches.get(own) ?? bytes, `the ${prefix} batch ${what}`);
      batches.set(own, bytes);
    }
    const lr = 0.01 + (0.09 * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
    for (const [number, value] of Object.entries({ lr, ...numbers(epoch, epochs) })) {
      const fed = feeds[number] as Float32Array | undefined;
      if (fed) assertAlmostEquals(fed[0]!, value, 1e-6, `${number} ${what}`);
    }
    if (name === "weightStep" && mixing) assert(feeds["mixing"] === mixing, `the mixing vector ${what}`);
    mixing = outputs["mixing"];
    // The joint step moves alphas that rest too, and the state does not take them.
    const moved = name === "jointStep" && epoch < 1 ? vectors.slice(0, 3) : vectors;
    for (const vector of moved) if (outputs[vector]) newest.set(vector, outputs[vector]);
  });
  assertEquals(
    new Set([...batches].filter(([own]) => own.startsWith("train")).map(([, bytes]) => bytes.join())).size,
    epochs * steps,
    "training batches differ",
  );
  const trained = ran.filter(({ name }) => name === "weightStep").map(({ feeds }) => feeds["mixing"]!);
  const places = new Set(trained.map((feed) => (isTensor(feed) ? valuesOf(feed) : feed).join()));
  assertEquals(places.size, trained.length, "no two weight steps are at one mixing vector");
  for (const run of ran.slice(plan.length)) {
    assert(bright(pixels(run, "test")!), "candidates are scored by the alphas'");
  }
}

const cases: Readonly<Record<string, Rules>> = {
  "ms-darts": msDarts("default"),
  "gdas": rulesOf["gdas"]!,
  "snas": rulesOf["snas"]!,
  "random-ws": rulesOf["random-ws"]!,
};
for (const [method, rules] of Object.entries(cases)) {
  Deno.test(`${method}: a search runs its steps in order, each on what it should read`, async () => {
    check(await runsOf(method), rules);
  });

  Deno.test(`${method}: so does one that is stopped and resumed`, async () => {
    check(await runsOf(method, [{ steps: 1, kind: "signal" }, { steps: 2, kind: "signal" }]), rules);
  });
}
