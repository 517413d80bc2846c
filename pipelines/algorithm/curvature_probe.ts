/** What a search logs about the curvature around its alphas, and how long that takes. */
import { z } from "zod";
import { hessianEvery } from "../../src/config/derive.ts";
import type { Images } from "../../src/data/dataset.ts";
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { SearchState } from "../../src/search/state.ts";
import { discreteMixing } from "../../src/network/discretize.ts";
import { searchAdvice } from "../stages/advice.ts";
import { mixedEvaluation } from "../stages/supernet_evaluate.ts";
import { count, type EpochCurvature } from "../stages/epoch.ts";
import { evaluate } from "../stages/evaluate.ts";
import type { Numbers, SearchProblem } from "../stages/problem.ts";
import type { HostBatch } from "../stages/stage.ts";
import { dominantEigen, hessianProducts } from "./eigenvalue.ts";
import { isWatched } from "./watch.ts";

/** An epoch that has ended. */
export interface Ended {
  readonly state: SearchState;
  /** The method's, at the epoch's end. */
  readonly numbers: Numbers;
  /** The epoch's last search batch. */
  readonly batch: HostBatch;
  readonly genotype: Genotype;
  /** Accuracy of the supernet on the validation images. */
  readonly accuracy: number;
  readonly validation: Images;
  readonly signal: AbortSignal;
}

/** Whether the log has an epoch's measures (`hessian`, every=N): every N-th from the first on, and the last. */
function isLogged({ config: { hessian, epochs } }: SearchProblem, epoch: number): boolean {
  const every = hessianEvery(hessian);
  return every > 0 && (epoch % every === 0 || epoch === epochs - 1);
}

/** What all measures of a search came to. */
export interface Probed {
  /** The last eigenvector over the alphas [count], where there is one. */
  readonly previous?: Float64Array | undefined;
  readonly estimates: number;
  readonly products: number;
  /** Wall time of the measures. */
  readonly ms: number;
}

export const probedSchema = ({ layout }: SearchProblem): z.ZodType<Probed> =>
  z.strictObject({
    previous: z.custom<Float64Array>(
      (value) => value instanceof Float64Array && value.length === layout.count,
      `expected a vector of ${layout.count} floats`,
    ).optional(),
    estimates: count,
    products: count,
    ms: z.number(),
  });

export const notProbed: Probed = { estimates: 0, products: 0, ms: 0 };

/** Whether an epoch is measured: for the log, or for a method whose rule looks at eigenvalues. */
const isProbed = (problem: SearchProblem, epoch: number): boolean =>
  isLogged(problem, epoch) || isWatched(problem, epoch);

/** The graphs of a search that measures its curvature, by stage; none for one that does not. */
export function probeGraphs(problem: SearchProblem): Record<string, Record<string, Node>> {
  // The last epoch is measured if any is.
  const last = problem.config.epochs - 1;
  return {
    ...isProbed(problem, last) && { curvature: hessianProducts(problem).graph() },
    ...isLogged(problem, last) && { discretized: mixedEvaluation(problem).graph() },
  };
}

/**
 * What an epoch is measured to be, and what all measures came to with it; undefined where it is not measured. Throws
 * a divergence error (exit 5) where a product is not finite.
 *
 * @param programs of {@link probeGraphs}
 */
export async function probe(
  runner: Runner,
  problem: SearchProblem,
  programs: Readonly<Record<string, Program>>,
  epoch: number,
  { before, ...ended }: Ended & { readonly before: Probed },
): Promise<{ readonly curvature: EpochCurvature; readonly probe: Probed } | undefined> {
  if (!isProbed(problem, epoch)) return undefined;
  const began = performance.now();
  const { state, numbers, batch, signal } = ended;
  const found = await dominantEigen(runner, problem, programs["curvature"]!, {
    state,
    numbers,
    batch,
    previous: before.previous,
    signal,
  });
  const discretizationGap = isLogged(problem, epoch)
    ? await gapOf(runner, problem, programs["discretized"]!, ended)
    : undefined;
  return {
    curvature: { eigenvalue: found.value, eigenvalueError: found.error, discretizationGap },
    probe: {
      previous: found.vector,
      estimates: before.estimates + 1,
      products: before.products + found.products,
      ms: before.ms + performance.now() - began,
    },
  };
}

/** Accuracy of the supernet less that of its discretized cell. */
async function gapOf(
  runner: Runner,
  problem: SearchProblem,
  program: Program,
  { state, numbers, genotype, accuracy, validation, signal }: Ended,
): Promise<number> {
  const { config: { batch }, net, layout } = problem;
  const mixing = discreteMixing(genotype, net.space, layout, net.variant);
  const { weights: advice } = searchAdvice(problem);
  const score = mixedEvaluation(problem).on(program);
  const scored = await evaluate(runner, score, () => ({ state, numbers, mixing }), validation, {
    batch,
    signal,
    advice,
  });
  return accuracy - scored.accuracy;
}

/** What share of a search of so many seconds the measures took, in words. */
export const probeCost = ({ estimates, products, ms }: Probed, seconds: number): string =>
  `Curvature took ${(ms / 1000).toFixed(1)} s, ${(ms / (10 * seconds)).toFixed(1)} % of the ` +
  `search: ${estimates} eigenvalues, ${(products / estimates).toFixed(1)} Hessian-vector products each.`;
