/** Loss and accuracy along directions from the alphas and on a plane through them. */
import type { LandscapeConfig } from "../../src/config/landscape.ts";
import { spread } from "../../src/curvature/mod.ts";
import type { Images } from "../../src/data/dataset.ts";
import { usageError } from "../../src/errors.ts";
import { type Runner, tensorsOf } from "../../src/gpu/mod.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import type { Landscape, LandscapeCurve } from "../../src/report/mod.ts";
import {
  moved,
  orthogonal,
  randomDirection,
  softmaxed,
  symmetricRadii,
  throughSoftmax,
} from "../../src/search/landscape.ts";
import { setting } from "../../src/setting.ts";
import type { SupernetVectors } from "../../src/search/state.ts";
import { evaluate, evaluationBatches } from "../stages/evaluate.ts";
import { landscapeImages, pointEvaluation } from "./graph.ts";
import type { OpenedRun } from "./open_run.ts";
import type { Scored } from "../stages/measures.ts";
import { numbersOf, type SearchProblem } from "../stages/problem.ts";
import { type DominantEigen, dominantEigen, hessianProducts } from "../algorithm/eigenvalue.ts";
import type { Hooks } from "../run/hooks.ts";

interface Direction extends Pick<LandscapeCurve, "name" | "kind"> {
  readonly vector: Float32Array;
}

/**
 * Evaluates the supernet around its alphas.
 *
 * @param validation images of the search; the first batch of them is the eigenvector's
 */
export async function landscapeLoop(
  runner: Runner,
  { problem, supernet, validation }: OpenedRun,
  settings: LandscapeConfig,
  hooks: Pick<Hooks, "signal" | "onStep" | "note">,
): Promise<Landscape> {
  const { layout, config, net } = problem;
  if (settings.around === "mixing") checkSoftmax(problem, supernet);
  const state = {
    weights: runner.tensors.upload(supernet.weights, [net.layout.parameterFloats]),
    statistics: runner.tensors.upload(supernet.statistics, [net.layout.statisticsFloats]),
    alphas: runner.tensors.upload(supernet.alphas, [layout.floats]),
    decisions: supernet.decisions ?? {},
    step: supernet.step,
    key: fold(keyFromSeed(config.seed), "search"),
  };
  const numbers = numbersOf(problem, config.epochs - 1);
  const eigen = settings.eigenvector
    ? await topEigen(runner, problem, { state, numbers }, validation, hooks)
    : undefined;
  const directions = [
    ...eigenDirection(problem, supernet, settings, eigen),
    ...randomOnes(problem, settings),
  ];
  const radii = symmetricRadii(settings.radius, settings.steps);
  const mapRadii = settings.mapSteps > 0 ? symmetricRadii(settings.radius, settings.mapSteps) : [];

  const seen = landscapeImages(validation, config.batch, settings);
  const evaluation = pointEvaluation(problem, settings);
  const { program } = await runner.prepare({ program: evaluation.graph() }, hooks);
  const score = evaluation.on(program);
  const report = reporter(hooks, {
    points: 1 + directions.length * (radii.length - 1) + mapRadii.length ** 2,
    images: seen.count,
  });
  const at = async (point: Float32Array): Promise<Scored> =>
    report(
      await evaluate(runner, score, () => ({ state, numbers, point }), seen, {
        batch: config.batch,
        signal: hooks.signal,
        advice: `lower ${setting("radius")}`,
      }),
    );

  const base = settings.around === "alphas" ? supernet.alphas : softmaxed(supernet.alphas, layout);
  const center = await at(base);
  const curves: LandscapeCurve[] = [];
  for (const { name, kind, vector } of directions) {
    hooks.note(`Evaluating along the ${name}`);
    const scores: Scored[] = [];
    for (const r of radii) scores.push(r === 0 ? center : await at(moved(base, [r, vector])));
    curves.push({ name, kind, ...split(scores) });
  }
  const [x, y] = directions.length > 1 ? directions : [directions[0]!, spare(problem, settings)];
  const map = await mapOf(at, { base, x: x!, y: y!, radii: mapRadii }, hooks);
  program.destroy();
  runner.tensors.release(...tensorsOf(state));
  return {
    title: `${config.method} on ${config.space}, ${problem.data.name}`,
    around: settings.around,
    statistics: settings.statistics,
    images: seen.count,
    seed: settings.seed,
    radii,
    center,
    curves,
    map,
    eigenvalue: eigen ? { value: eigen.value, error: eigen.error, products: eigen.products } : null,
  };
}

/** Throws a usage error where the supernet is evaluated at other mixing weights than the softmax of its alphas. */
function checkSoftmax({ method }: SearchProblem, { decisions = {} }: SupernetVectors): void {
  const sum = method.relaxation.row([0, 1]).reduce((total, weight) => total + weight, 0);
  const why = method.sample
    ? "draws its mixing weights"
    : Math.abs(sum - 1) > 1e-6
    ? "has mixing weights that do not sum to one"
    : Object.keys(decisions).length > 0
    ? "has decided on operations whose mixing weights do not move"
    : undefined;
  if (why === undefined) return;
  throw usageError(
    `${
      setting("around")
    } mixing is for searches by the softmax of the alphas, and ${method.name} ${why}; leave it out.`,
  );
}

/** Reports each of so many points. */
function reporter(
  { onStep }: Pick<Hooks, "onStep">,
  { points, images }: { readonly points: number; readonly images: number },
): (scored: Scored) => Scored {
  const began = performance.now();
  let done = 0;
  return (scored) => {
    done++;
    const seconds = (performance.now() - began) / 1000;
    onStep({
      stage: "landscape",
      epoch: 0,
      epochs: 1,
      step: done,
      steps: points,
      ...scored,
      imagesPerSecond: (done * images) / seconds,
      secondsLeft: (seconds / done) * (points - done),
    });
    return scored;
  };
}

/** The plane of two directions through the base; null where it is not asked for. */
async function mapOf(
  at: (point: Float32Array) => Promise<Scored>,
  { base, x, y, radii }: {
    readonly base: Float32Array;
    readonly x: Direction;
    readonly y: Direction;
    readonly radii: readonly number[];
  },
  { note }: Pick<Hooks, "note">,
): Promise<Landscape["map"]> {
  if (radii.length === 0) return null;
  note(`Evaluating on the plane of the ${x.name} and the ${y.name}`);
  const across = orthogonal(y.vector, x.vector);
  const rows: ReturnType<typeof split>[] = [];
  for (const up of radii) {
    const row: Scored[] = [];
    for (const right of radii) row.push(await at(moved(base, [right, x.vector], [up, across])));
    rows.push(split(row));
  }
  return {
    axes: [x.name, y.name],
    radii,
    loss: rows.map((row) => row.loss),
    accuracy: rows.map((row) => row.accuracy),
  };
}

const split = (scores: readonly Scored[]): Pick<LandscapeCurve, "loss" | "accuracy"> => ({
  loss: scores.map(({ loss }) => loss),
  accuracy: scores.map(({ accuracy }) => accuracy),
});

/** The dominant eigenvector on the first batch of the validation images, as they are. */
async function topEigen(
  runner: Runner,
  problem: SearchProblem,
  at: Pick<Parameters<typeof dominantEigen>[3], "state" | "numbers">,
  validation: Images,
  hooks: Pick<Hooks, "note" | "signal">,
): Promise<DominantEigen> {
  hooks.note("Finding the dominant eigenvector of the alpha-Hessian");
  const { program } = await runner.prepare({ program: hessianProducts(problem).graph() }, hooks);
  const [batch] = evaluationBatches(validation, problem.config.batch);
  const eigen = await dominantEigen(runner, problem, program, { ...at, batch: batch!, signal: hooks.signal });
  program.destroy();
  return eigen;
}

/** The eigenvector as a direction of the space that is drawn. */
function eigenDirection(
  { layout }: SearchProblem,
  { alphas }: SupernetVectors,
  { around }: LandscapeConfig,
  eigen: DominantEigen | undefined,
): Direction[] {
  if (eigen === undefined) return [];
  const vector = spread(eigen.vector, layout);
  const kind = "eigenvector";
  const name = "dominant eigenvector";
  return [{ name, kind, vector: around === "alphas" ? vector : throughSoftmax(vector, alphas, layout) }];
}

const randomOne = ({ layout }: SearchProblem, { seed }: LandscapeConfig, n: number): Direction => ({
  name: `random direction ${n}`,
  kind: "random",
  vector: randomDirection(fold(fold(keyFromSeed(seed), "landscape"), n), layout),
});

const randomOnes = (problem: SearchProblem, settings: LandscapeConfig): Direction[] =>
  Array.from({ length: settings.directions }, (_, i) => randomOne(problem, settings, i + 1));

/** The map's second direction where one curve is all. */
const spare = (problem: SearchProblem, settings: LandscapeConfig): Direction =>
  randomOne(problem, settings, settings.directions + 1);
