/** Searches and trainings that are stopped again and again end with the same bits as those that are not. */
import { assertEquals } from "deno-std/assert";
import { trainingOf } from "../../src/config/schema.ts";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { tensorsOf } from "../../src/gpu/mod.ts";
import type { Gradient, MethodSettings } from "../../src/methods/mod.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";
import type { SearchNumber } from "../../pipelines/algorithm/record.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import type { Hooks } from "../../pipelines/run/hooks.ts";
import type { Epoch } from "../../pipelines/stages/epoch.ts";
import { networkOf } from "../../pipelines/training/network.ts";
import { trainLoop } from "../../pipelines/training/train.ts";
import { type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
import { sharedRunner } from "../kernels/harness.ts";
import { noiseData } from "./noise_data.ts";
import { type Fate, inSessions, untimed } from "./sessions.ts";

const sizes = { space: "s3", batch: "8", channels: "2", layers: "2", epochs: "4", archLr: "0.1", lr: "0.01" };
const configOf = (flags: Record<string, string>) => resolve(searchCommand, { flags: { ...sizes, ...flags } });

type Watch = NonNullable<Gradient<MethodSettings>["watch"]>;

/** All that a search comes to. */
const searchOf = (problem: SearchProblem) => async (hooks: Hooks) => {
  const epochs: { epoch: unknown; part: SearchNumber }[] = [];
  const found = await findCell(
    sharedRunner(),
    problem,
    hooks,
    (epoch, part) => epochs.push({ epoch: untimed(epoch), part }),
  );
  // What is undefined has no key in a file.
  return JSON.parse(JSON.stringify({ epochs, found: { ...found, supernet: found.supernet?.vectors } }));
};

const cases: Record<string, Record<string, string>> = {
  "ms-darts": { hessian: "every=1", logEvery: "3", ramps: "step" },
  "darts, second order": { method: "darts", order: "2", searchDropPath: "0.2" },
  "r-darts-l2, which searches several times": { method: "r-darts-l2", epochs: "2", selectEpochs: "1" },
  "p-darts, which has stages": { method: "p-darts" },
  "drnas-progressive, whose stages go on": { method: "drnas-progressive", stageParts: "2,1" },
  "sgas, which decides": { method: "sgas" },
  "gdas": { method: "gdas" },
  "is-darts, which drops operations after both epochs": { method: "is-darts", epochs: "2", batch: "4" },
  "random-ws, which scores candidates": {
    method: "random-ws",
    ...{ candidates: "6", candidateBatches: "2", finalists: "3" },
  },
};

// Two steps an epoch: the third ends with an epoch, whose evaluation the signal stops.
const fates: readonly Fate[] = [
  { steps: 1, kind: "signal" },
  { steps: 2, kind: "death" },
  { steps: 2, kind: "signal" },
  { steps: 1, kind: "signal" },
  { steps: 3, kind: "death" },
];

/** Of several searches two will do. */
function withFewSearches(problem: SearchProblem): SearchProblem {
  const { strategy } = problem.method;
  if (strategy.kind !== "best of") return problem;
  const searches: typeof strategy.searches = (settings) => strategy.searches(settings).slice(0, 2);
  return { ...problem, method: { ...problem.method, strategy: { ...strategy, searches } } };
}

for (const [name, flags] of Object.entries(cases)) {
  Deno.test(`a stopped search goes on to the same bits: ${name}`, async () => {
    const config = configOf(flags);
    const problem = withFewSearches(searchProblem(config, noiseData));
    const search = searchOf(problem);
    assertEquals(await inSessions(problem, fates, search), await inSessions(problem, [], search));
  });
}

Deno.test("a stopped search goes on to the same bits where its method turns it back", async () => {
  const config = configOf({ method: "darts", epochs: "4", stopEvery: "1" });
  const problem = searchProblem(config, noiseData);
  const watch: Watch = (_, series, { weightDecay }) =>
    series.at(-1)!.epoch === 2 && weightDecay !== 0.5
      ? { kind: "rollback", epoch: 0, weightDecay: 0.5 }
      : { kind: "continue" };
  const search = searchOf({
    ...problem,
    method: { ...problem.method, strategy: { kind: "gradient", watch } },
  });
  const whole = await inSessions(problem, [], search);
  const numbers = whole.epochs.map(({ epoch }: { epoch: Epoch }) => epoch.epoch);
  assertEquals(numbers, [0, 1, 2, 1, 2, 3]);
  const often = Array.from({ length: 8 }, (_, i): Fate => ({
    steps: 1 + i % 3,
    kind: i % 2 === 0 ? "death" : "signal",
  }));
  assertEquals(await inSessions(problem, often, search), whole);
});

Deno.test("a death costs what came after the last checkpoint, and a signal nothing", async () => {
  const problem = searchProblem(configOf({ epochs: "2" }), noiseData);
  let steps = 0;
  const counted = (hooks: Hooks) =>
    searchOf(problem)({
      ...hooks,
      onStep: (report) => {
        steps++;
        hooks.onStep(report);
      },
    });
  // Two steps an epoch; a checkpoint at its end.
  await inSessions(problem, [{ steps: 3, kind: "signal" }], counted, Infinity);
  assertEquals(steps, 4);
  steps = 0;
  await inSessions(problem, [{ steps: 4, kind: "death" }], counted, Infinity);
  assertEquals(steps, 4 + 2);
});

Deno.test("a stopped training goes on to the same bits", async () => {
  const config = configOf({
    evalEpochs: "3",
    evalBatch: "8",
    evalChannels: "2",
    evalLayers: "2",
    evalHoldout: "4",
  });
  const training = { ...trainingOf(config), schedule: "one-cycle" as const, dropPath: 0.2 };
  const genotype = resolveGenotype("DARTS_V2");
  const net = networkOf(genotype, training, noiseData);
  const run = async (hooks: Hooks) => {
    const epochs: unknown[] = [];
    const { state, test } = await trainLoop(
      sharedRunner(),
      { config: training, data: noiseData, net },
      0,
      hooks,
      (epoch) => epochs.push(untimed(epoch)),
    );
    const tensors = await sharedRunner().tensors.read([state.weights, state.velocity, state.statistics]);
    sharedRunner().tensors.release(...tensorsOf(state));
    return { epochs, test, tensors };
  };
  const about = { config, data: noiseData };
  assertEquals(await inSessions(about, fates, run), await inSessions(about, [], run));
});
