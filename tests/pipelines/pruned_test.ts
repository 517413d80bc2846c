/** A search that drops operations: what it runs, in which order and on what, on interpreted programs. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { type Feed, isTensor } from "../../src/gpu/mod.ts";
import { type AlphaRows, flatOf, rowsOf } from "../../src/network/alphas.ts";
import { choicesOf } from "../../src/network/discretize.ts";
import type { AnySearchEpoch } from "../../pipelines/stages/epoch.ts";
import { searchProblem } from "../../pipelines/stages/problem.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { interpretedRunner, type Ran, valuesOf } from "../reference/interpreted_runner.ts";
import { noiseOf } from "./noise_data.ts";
import { type Fate, inSessions } from "./sessions.ts";

const [side, batch, epochs, steps] = [4, 4, 2, 3];
/** Images that do not fill a batch are left out of each epoch, and of each measurement. */
const count = batch * steps + 1;
const size = side * side;
const data = noiseOf({ side, train: count, test: 4, augmentation: { pad: 2, flip: true } });

const problemOf = (space: string) => {
  const flags = {
    ...{ method: "is-darts", space, batch: String(batch), channels: "3", layers: "1" },
    ...{ epochs: String(epochs), lr: "0.1", lrMin: "0.01", logEvery: "1" },
  };
  return searchProblem(resolve(searchCommand, { flags }), data);
};

/** Runs of a whole search and what it found, in as many sessions as there are fates and one more. */
async function search(problem: ReturnType<typeof problemOf>, fates: readonly Fate[] = []) {
  const ran: Ran[] = [];
  const found: AnySearchEpoch[] = [];
  const runner = interpretedRunner((run) => ran.push(run));
  const { genotype } = await inSessions(problem, fates, (hooks) => {
    found.length = 0;
    return findCell(runner, problem, hooks, (epoch) => found.push(epoch));
  }, 1e6);
  return { ran, genotype, found };
}

const floats = (feed: Feed): Float32Array =>
  Float32Array.from(isTensor(feed) ? valuesOf(feed) : feed as Float32Array);

/** Which training images a batch has. */
function imagesIn({ feeds }: Ran, prefix: "train" | "test"): number[] {
  const bytes = new Uint8Array((feeds[`${prefix}_pixels`] as Uint32Array).buffer);
  const { pixels } = data.train;
  const same = (image: number, at: number): boolean =>
    pixels.subarray(image * size, (image + 1) * size).every((byte, i) => byte === bytes[at * size + i]);
  return Array.from(
    { length: batch },
    (_, at) => Array.from({ length: count }, (_, image) => image).findIndex((image) => same(image, at)),
  );
}

for (const space of ["nasbench201", "s2"]) {
  const problem = problemOf(space);
  const { layout, method, net } = problem;
  const { strategy } = method;
  assert(strategy.kind === "pruned");
  const whole = search(problem);

  Deno.test(`is-darts on ${space}: trains on all images at what is left, then measures and cuts`, async () => {
    const { ran, genotype, found } = await whole;
    const names = ["weightStep", "importance"].flatMap((name) => Array.from({ length: steps }, () => name));
    assertEquals(ran.map(({ name }) => name), Array.from({ length: epochs }, () => names).flat());
    let mask: AlphaRows = Object.fromEntries(
      layout.matrices.map(({ name, rows }) => [name, rows.map(({ choices }) => choices.map(() => 1))]),
    );
    for (let epoch = 0; epoch < epochs; epoch++) {
      const own = ran.slice(2 * epoch * steps, 2 * (epoch + 1) * steps);
      const [trained, measured] = [own.slice(0, steps), own.slice(steps)];
      const shared = Object.entries(mask).map(([name, rows]) =>
        [name, rows.map((row) => row.map((left) => left / row.length))] as const
      );
      const mixing = flatOf(Object.fromEntries(shared), layout);
      for (const run of own) assertEquals(floats(run.feeds["mixing"]!), mixing, `mixing in epoch ${epoch}`);

      const seen = trained.flatMap((run) => imagesIn(run, "train"));
      assertEquals(new Set(seen).size, batch * steps, "an epoch takes each image once");
      assert(seen.every((image) => image >= 0));
      const inOrder = Array.from({ length: batch * steps }, (_, i) => i);
      assertEquals(measured.flatMap((run) => imagesIn(run, "test")), inOrder);
      for (const { feeds } of measured) {
        assert((feeds["test_plan"] as Uint32Array).every((word) => word === 0), "images are as they are");
        assertEquals(floats(feeds["weights"]!), floats(trained.at(-1)!.outputs["weights"]!));
      }

      const total = new Float64Array(layout.floats);
      for (const { outputs } of measured) {
        floats(outputs["importance"]!).forEach((value, i) => total[i]! += value / steps);
      }
      const importance = rowsOf(total, layout);
      mask = strategy.cut(problem.config, { mask, importance, space: net.space, epoch, epochs });
      assertEquals(found[epoch]!.alphas, mask);
    }
    const left = choicesOf(genotype, net.space);
    for (const { matrix, row, column } of left) assertEquals(mask[matrix]![row]![column], 1);
    assertEquals(left.length, Object.values(mask).flat(2).reduce((sum, x) => sum + x, 0));
    assertEquals(found.map(({ valid }) => valid), [undefined, undefined]);
    assertAlmostEquals(found.at(-1)!.entropy!, 0);
    assertEquals(found.map(({ looks }) => looks!.map(({ step }) => step)), [[steps], [2 * steps]]);
  });

  Deno.test(`is-darts on ${space}: so does one that is stopped while it measures, and after a cut`, async () => {
    const fates: readonly Fate[] = [
      { steps: steps, kind: "signal" },
      { steps: 1, kind: "signal" },
      { steps: 1, kind: "signal" },
    ];
    const { ran, genotype } = await search(problem, fates);
    const once = await whole;
    assertEquals(genotype, once.genotype);
    // Checkpoints round the weights to float32, which the interpreter does not.
    const marks = ({ name, feeds }: Ran) => ({
      name,
      mixing: floats(feeds["mixing"]!),
      pixels: feeds[name === "importance" ? "test_pixels" : "train_pixels"],
    });
    assertEquals(ran.map(marks), once.ran.map(marks));
  });
}
