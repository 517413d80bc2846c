/** Whole selections on a trained supernet, as darts-pt has them: run by run in float64, and stopped on the way. */
import { assert, assertAlmostEquals, assertEquals } from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import type { DeviceTensor, Runner } from "../../src/gpu/mod.ts";
import { rowsOf } from "../../src/network/alphas.ts";
import { genotypeText } from "../../src/network/genotype.ts";
import { type Hooks, silent } from "../../pipelines/run/hooks.ts";
import type { AnySearchEpoch } from "../../pipelines/stages/epoch.ts";
import { evaluationBatches } from "../../pipelines/stages/evaluate.ts";
import { type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { interpretedRunner, type Ran, valuesOf } from "../reference/interpreted_runner.ts";
import { softmaxed } from "../reference/method_rules.ts";
import { networkLoss } from "../reference/network_loss.ts";
import { noiseImages, noiseOf } from "./noise_data.ts";
import { type Fate, inSessions, untimed } from "./sessions.ts";

const side = 4;
/** Sixteen images in each half. */
const data = noiseOf({ side, train: 32, test: 8, augmentation: { pad: 0, flip: false } });

interface Row {
  readonly round: number;
  readonly steps: number;
  readonly about: string;
  readonly without: readonly { readonly name: string; readonly accuracy: number; readonly loss: number }[];
  readonly outcome: string;
}

const flags = { method: "darts-pt", batch: "8", channels: "2", archLr: "0.1", lr: "0.05", lrMin: "0.001" };
const problemOf = (more: Record<string, string | boolean>): SearchProblem =>
  searchProblem(resolve(searchCommand, { flags: { ...flags, warmup: "0", ...more } }), data);

/** All that a search comes to, as files have it. */
const searchOn = (runner: Runner, problem: SearchProblem) => async (hooks: Hooks) => {
  const epochs: AnySearchEpoch[] = [];
  const { supernet, ...found } = await findCell(runner, problem, hooks, (epoch) => epochs.push(epoch));
  const rows = found.files["selection.json"] as readonly Row[];
  return {
    epochs: epochs.map(untimed),
    rows,
    vectors: supernet!.vectors,
    genotype: genotypeText(found.genotype),
  };
};

/** A tensor of the state among the feeds of a run. */
const fedTensor = (feeds: Ran["feeds"], name: string): Float64Array => valuesOf(feeds[name] as DeviceTensor);

/** The mixing weights of alphas by hand: softmaxes, decided rows in their places, zero where a part is left out. */
function mixingOf({ layout }: SearchProblem, { feeds }: Ran, about: string, part: string): Float64Array {
  const alphas = fedTensor(feeds, "alphas");
  const [free, fixed] = ["free", "fixed"].map((name) => feeds[name] as Float32Array);
  const rows = rowsOf(Float32Array.from(alphas), layout);
  const mixing = new Float64Array(layout.floats);
  for (const { name, title, offset, rows: edges, shape: [, columns] } of layout.matrices) {
    edges.forEach(({ name: edge, choices }, r) => {
      const gone = (k: number): boolean =>
        about.includes("inputs")
          ? about.startsWith(title) && edge === part
          : about === `${title}, ${edge}` && choices[k] === part;
      softmaxed(rows[name]![r]!).forEach((weight, k) => {
        const at = offset + r * columns + k;
        if (!gone(k)) mixing[at] = free![at] === 1 ? weight : fixed![at]!;
      });
    });
  }
  return mixing;
}

const oracles = {
  nasbench201: { space: "nasbench201", layers: "3", epochs: "2", projectionEpochs: "3" },
  s2: { space: "s2", layers: "3", epochs: "1", projectionEpochs: "9" },
};
for (const [space, settings] of Object.entries(oracles)) {
  Deno.test(`darts-pt: a whole selection on ${space} in float64, run by run`, async () => {
    const problem = problemOf(settings);
    const ran: Ran[] = [];
    const { epochs, rows, vectors } = await searchOn(interpretedRunner((run) => ran.push(run)), problem)(
      silent,
    );
    // Two batches a half: two steps an epoch, and two runs for each part that is left out.
    const [searched, between] = [2 * problem.config.epochs, 2 * Number(settings.projectionEpochs)];
    const names = ran.map(({ name }) => name);
    assertEquals(names.filter((name) => name === "weightStep").length, searched + between);
    assertEquals(
      epochs.map(({ epoch }) => epoch),
      Array.from({ length: (searched + between) / 2 }, (_, e) => e),
    );

    const loss = networkLoss(problem);
    const network = { noiseKey: [0, 0] as const, numbers: {} };
    const runs = ran.flatMap((run, i) => (run.name === "without" ? [{ run, i }] : []));
    const asked = rows.flatMap((row) => row.without.map((part) => ({ row, part })));
    assertEquals(runs.length, 2 * asked.length);
    asked.forEach(({ row, part }, a) => {
      const pair = runs.slice(2 * a, 2 * a + 2);
      const done = names.slice(0, pair[0]!.i).filter((name) => name === "weightStep").length;
      assertEquals(done, searched + row.steps, row.about);
      const sums = (name: string) => pair.reduce((sum, { run }) => sum + valuesOf(run.outputs[name]!)[0]!, 0);
      assertEquals(part.accuracy, sums("correct") / 16);
      assertAlmostEquals(part.loss, sums("loss") / 16, 1e-6);
      if (a % 9 > 0) return;
      // Batches are normalised by their own statistics; weights that stay keep their size.
      const { feeds, outputs } = pair[1]!.run;
      const batch = {
        pixels: feeds["test_pixels"] as Uint32Array,
        labels: feeds["test_labels"] as Uint32Array,
        plan: new Uint32Array(8 * 6),
      };
      const want = loss.loss("train", {
        ...network,
        ...{ weights: fedTensor(feeds, "weights"), statistics: fedTensor(feeds, "statistics"), batch },
        mixing: mixingOf(problem, pair[1]!.run, row.about, part.name),
      });
      assertAlmostEquals(valuesOf(outputs["loss"]!)[0]! / 8, want, 1e-6);
    });

    // The rounds lie evenly over the steps.
    const rounds = 1 + Math.max(...rows.map(({ round }) => round));
    assertEquals(rounds, space === "s2" ? 17 : 6);
    for (const { round, steps } of rows) assertEquals(steps, Math.floor((round * between) / (rounds - 1)));
    // Each answer is by its scores, and the cell is made of the answers.
    for (const { about, without, outcome } of rows) {
      const accuracies = without.map(({ accuracy }) => accuracy);
      const [verb, extreme] = about.includes("inputs")
        ? ["does without", Math.max(...accuracies)]
        : ["keeps", Math.min(...accuracies)];
      assertEquals(outcome, `${verb} ${without[accuracies.indexOf(extreme)]!.name}`, about);
    }
    const { space: { matrices } } = problem.net;
    const open = matrices.map(({ name, title, rows: edges }) => [
      name,
      edges.map(({ name: edge, choices }) => {
        const of = (words: string) =>
          rows.find(({ about, outcome }) => about.startsWith(title) && outcome === words);
        if (of(`does without ${edge}`)) return "empty";
        const { outcome } = rows.find(({ about }) => about === `${title}, ${edge}`)!;
        return choices.indexOf(outcome.slice("keeps ".length));
      }),
    ]);
    assertEquals(vectors.decisions, Object.fromEntries(open));

    // SGD begins anew at a tenth of the rate; Adam does not, and moves what is open.
    const first = ran.filter(({ name }) => name === "weightStep")[searched]!;
    assert(fedTensor(first.feeds, "velocity").every((v) => v === 0));
    assertAlmostEquals((first.feeds["lr"] as Float32Array)[0]!, 0.005, 1e-6);
    const moved = ran.filter(({ name }) => name === "architectureStep");
    assertEquals(moved.length, searched + between);
    const { feeds: { alphas, free }, outputs } = moved[searched]!;
    const [before, after] = [alphas, outputs["alphas"]].map((vector) => valuesOf(vector as DeviceTensor));
    const places = (free as Float32Array).reduce((count, f, i) => {
      if (f === 0) assertEquals(after![i], before![i]);
      return count + Number(f === 0);
    }, 0);
    assertEquals(places, matrices.reduce((sum, { rows: [row] }) => sum + row!.choices.length, 0));
  });
}

const stopped: Record<string, Record<string, string | boolean>> = {
  "nasbench201": { space: "nasbench201", layers: "3", epochs: "1", logEvery: "1" },
  "s3, by the loss on a few images": {
    ...{ space: "s3", layers: "3", epochs: "1", projectionBy: "loss", projectionImages: "8" },
  },
};
for (const [name, settings] of Object.entries(stopped)) {
  Deno.test(`darts-pt: stopped in the middle of its selection, it ends with the same cell: ${name}`, async () => {
    const problem = problemOf(settings);
    const search = searchOn(sharedRunner(), problem);
    let steps = 0;
    const whole = await search({ ...silent, onStep: ({ stage }) => steps += Number(stage === "select") });
    assertEquals(steps, whole.rows.reduce((sum, { without }) => sum + without.length, 0));
    // The last look at the alphas has all decisions.
    const looks = whole.epochs.flatMap(({ looks = [] }) => looks);
    assertEquals(looks.map(({ step }) => step), settings["logEvery"] ? [1, 2, 3, 4] : []);
    for (const { genotype } of looks.slice(-1)) assertEquals(genotypeText(genotype), whole.genotype);
    // The search has two steps. In the first question, between two scores; after some answers; near the end.
    const fates: Fate[] = [
      { steps: 3, kind: "death" },
      { steps: 1, kind: "signal" },
      { steps: Math.floor(steps / 2), kind: "signal" },
      { steps: Math.floor(steps / 3), kind: "death" },
    ];
    const again = await inSessions(problem, fates, search);
    const written = (value: unknown) => JSON.parse(JSON.stringify(value));
    assertEquals(written(again), written(whole));
  });
}

Deno.test("darts-pt: fixed alphas stay as they start, and the weights are trained at them", async () => {
  const problem = problemOf({ space: "nasbench201", layers: "3", epochs: "2", fixedAlphas: true });
  const ran: Ran[] = [];
  const { epochs, rows, vectors } = await searchOn(interpretedRunner((run) => ran.push(run)), problem)(
    silent,
  );
  assertEquals(rows.length, 6);
  assertEquals(vectors.batches, vectors.step);
  assertEquals(ran.some(({ name }) => name === "architectureStep"), false);
  const [first] = epochs;
  for (const { alphas, architecture } of epochs) {
    assertEquals(alphas, first!.alphas);
    assertEquals(architecture, undefined);
  }
  const [at] = ran.filter(({ name }) => name === "weightStep");
  const mixing = fedTensor(at!.feeds, "mixing");
  const row = softmaxed(first!.alphas!["cell"]![0]!);
  row.forEach((weight, k) => assertAlmostEquals(mixing[k]!, weight, 1e-6));
  assert(row.some((weight) => weight !== row[0]), "they do not start quite equal");
});

Deno.test("what is scored by batches of one size ends with the first images once more, which count as nothing", () => {
  const few = (count: number, batch: number) =>
    [...evaluationBatches(noiseImages("few", count, side), batch)].map(({ pixels, labels }) => {
      const bytes = new Uint8Array(pixels.buffer);
      const all = noiseImages("few", count, side).pixels;
      const size = side * side;
      const numbers = Array.from({ length: batch }, (_, i) => {
        const own = bytes.subarray(i * size, (i + 1) * size).join();
        return Array.from({ length: count }, (_, n) => all.subarray(n * size, (n + 1) * size).join()).indexOf(
          own,
        );
      });
      return { numbers, labels: [...labels] };
    });
  const none = 0xffffffff;
  assertEquals(few(6, 4), [
    { numbers: [0, 1, 2, 3], labels: [0, 1, 2, 0] },
    { numbers: [4, 5, 0, 1], labels: [1, 2, none, none] },
  ]);
  assertEquals(few(2, 5), [{ numbers: [0, 1, 0, 1, 0], labels: [0, 1, none, none, none] }]);
});
