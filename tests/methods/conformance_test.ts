/**
 * What every method must do, on a problem of seconds: learn, repeat itself bit for bit, also where it is stopped on the
 * way, end with a legal cell.
 */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "deno-std/assert";
import { resolve } from "../../src/config/resolve.ts";
import { searchCommand } from "../../src/config/spec.ts";
import { makeDataset } from "../../src/data/dataset.ts";
import { UserError } from "../../src/errors.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { type Method, methods } from "../../src/methods/mod.ts";
import { genotypeJson, parseGenotype } from "../../src/network/genotype.ts";
import { word } from "../../src/random.ts";
import { type Space, type SpaceKind, spaces } from "../../src/spaces/mod.ts";
import { findCell } from "../../pipelines/strategies/mod.ts";
import type { Hooks } from "../../pipelines/run/hooks.ts";
import type { AnySearchEpoch } from "../../pipelines/stages/epoch.ts";
import { searchGraphs } from "../../pipelines/algorithm/search.ts";
import { type SearchProblem, searchProblem } from "../../pipelines/stages/problem.ts";
import { type Fate, inSessions } from "../pipelines/sessions.ts";
import { interpret } from "../reference/interpreter.ts";
import { silent as hooks } from "../../pipelines/run/hooks.ts";

const side = 8;
const classes = ["dark", "grey", "bright"];
/** Noise about a brightness that tells the class. */
const images = (name: string, count: number) => {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % classes.length);
  return {
    name,
    count,
    channels: 1,
    height: side,
    width: side,
    pixels: Uint8Array.from(
      { length: count * side * side },
      (_, i) => 60 * labels[Math.floor(i / side ** 2)]! + word([3, 3], i) % 100,
    ),
    labels,
  };
};
const data = makeDataset({
  name: "three greys",
  description: "made up",
  classes,
  train: images("train", 48),
  test: images("test", 6),
  augmentation: { pad: 0, flip: false },
});

/** Of 24 steps where a method has nothing to say of its own. */
const small = {
  ...{ batch: "8", channels: "4", layers: "2", epochs: "8", lr: "0.05", archLr: "0.01" },
  ...{ searchSeeds: "1", selectEpochs: "0", stopEvery: "1000", cutout: "2" },
};
function problemOf(method: Method, space: Space): SearchProblem {
  // A penalty may compare cells of one type: four have two normal ones.
  const layers = method.weightPenalty ? { layers: "4" } : {};
  const flags = { ...small, ...layers, method: method.name, space: space.name };
  const problem = searchProblem(resolve(searchCommand, { flags }), data);
  const { strategy } = method;
  if (strategy.kind !== "best of") return problem;
  // Of several searches the first two, whose regularisation is the weakest: eight epochs have to do.
  const searches: typeof strategy.searches = (settings) => strategy.searches(settings).slice(0, 2);
  return { ...problem, method: { ...method, strategy: { ...strategy, searches } } };
}

const fitting = ({ fits }: Method): Space[] =>
  spaces.filter(({ kind }) => fits === undefined || fits.includes(kind));

/** A search: what it found, the training losses of each of its parts, and all that has to repeat itself. */
async function search(runner: Runner, problem: SearchProblem, hooks: Hooks) {
  const parts = new Map<number, AnySearchEpoch[]>();
  const { genotype, supernet } = await findCell(runner, problem, hooks, (epoch, { index }) => {
    parts.set(index, [...parts.get(index) ?? [], epoch]);
  });
  const epochs = [...parts.values()];
  return {
    genotype,
    losses: epochs.map((part) => part.map(({ train }) => train.loss)),
    marks: {
      genotype,
      vectors: supernet?.vectors,
      epochs: epochs.map((part) =>
        part.map(({ alphas, weights, train, valid }) => ({ alphas, weights, train, valid }))
      ),
    },
  };
}

for (const method of methods) {
  Deno.test(`${method.name} learns, repeats itself bit for bit although it is stopped, and ends with a legal cell`, async () => {
    const problem = problemOf(method, fitting(method)[0]!);
    // A device of its own: the software driver dies where one device has compiled the kernels of twenty methods.
    const runner = await Runner.open();
    const first = await search(runner, problem, hooks);
    for (const losses of first.losses) {
      assert(losses.every(Number.isFinite), losses.join());
      assert(
        losses.length === 1 || losses.at(-1)! < 0.9 * losses[0]!,
        `the loss does not fall: ${losses.join(", ")}`,
      );
    }
    assertEquals(first.losses.length === 0, method.strategy.kind === "drawn");
    const json = genotypeJson(first.genotype);
    assertEquals(parseGenotype(JSON.parse(json), "a search"), first.genotype);

    const fates: Fate[] = first.losses.length === 0
      ? []
      : [{ steps: 8, kind: "death" }, { steps: 5, kind: "signal" }];
    const second = await inSessions(problem, fates, (hooks) => search(runner, problem, hooks), 0.01);
    assertEquals(second.marks, first.marks);
    runner.close();
  });
}

Deno.test("a method that does not fit a space says which ones it fits", () => {
  for (const method of methods) {
    const fits = fitting(method);
    for (const space of spaces.filter((other) => !fits.includes(other))) {
      const { message, exitCode } = assertThrows(() => problemOf(method, space), UserError);
      assertEquals(exitCode, 2);
      for (const { name } of [method, space, ...fits]) assertStringIncludes(message, name);
    }
  }
});

/** Methods with alphas, each on one space of every kind that it fits. */
const withAlphas = methods.filter(({ strategy }) => strategy.kind !== "drawn").flatMap((method) => {
  const kinds = new Map<SpaceKind, Space>(fitting(method).map((space) => [space.kind, space]));
  assert(kinds.size > 0, method.name);
  return [...kinds.values()].map((space) => ({ method, space }));
});

Deno.test("a method's steps can be built on every kind of space that it fits", () => {
  for (const { method, space } of withAlphas) searchGraphs(problemOf(method, space));
});

Deno.test("what alphas stand for is the same on the host as in graphs", () => {
  for (const { method, space } of withAlphas) {
    const { alphas: layout } = problemOf(method, space).net;
    // Small, large and equal ones.
    const drawn = Float64Array.from({ length: layout.floats }, (_, i) => 8 * word([7, 7], i) / 2 ** 32 - 4);
    for (const alphas of [drawn, drawn.map((alpha) => 50 * alpha), drawn.map(() => 0.3)]) {
      const relaxed = method.relaxation.graph(input("alphas", [layout.floats]), layout);
      const [mixing] = interpret([relaxed], { alphas });
      for (const { offset, shape: [rows, choices] } of layout.matrices) {
        for (let at = offset; at < offset + rows * choices; at += choices) {
          const row = method.relaxation.row([...alphas.subarray(at, at + choices)]);
          row.forEach((weight, k) => assertAlmostEquals(mixing![at + k]!, weight, 1e-12));
        }
      }
    }
  }
});
