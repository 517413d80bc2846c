/** What a search logs of the loss around its alphas, and what that costs. */
import { z } from "zod";
import { hessianEvery } from "../../src/config/derive.ts";
import type { Images } from "../../src/data/dataset.ts";
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Genotype } from "../../src/network/genotype.ts";
import type { SearchState } from "../../src/search/state.ts";
import { discreteMixing } from "../../src/network/discretize.ts";
import { count } from "../checkpoint/schemas.ts";
import { searchAdvice } from "../stages/advice.ts";
import { mixedEvaluateGraph } from "../stages/supernet_evaluate.ts";
import type { EpochCurvature } from "../stages/epoch.ts";
import { evaluate } from "../stages/evaluate.ts";
import { numberFeeds, type Numbers, numbersOf, type SearchProblem } from "../stages/problem.ts";
import type { HostBatch } from "../stages/stage.ts";
import { curvatureGraph, dominantEigen } from "./eigenvalue.ts";
import type { Hooks } from "../run/hooks.ts";
import { Watch } from "./watch.ts";

/** An epoch that has ended. */
export interface Ended {
  readonly state: SearchState;
  /** The epoch's last search batch. */
  readonly batch: HostBatch;
  readonly genotype: Genotype;
  /** Accuracy of the supernet on `judges`. */
  readonly accuracy: number;
  readonly judges: Images;
  readonly signal: AbortSignal;
}

/** Whether `--hessian every=N` wants an epoch's measures: every N-th from the first on, and the last. */
function logged({ config: { hessian, epochs } }: SearchProblem, epoch: number): boolean {
  const every = hessianEvery(hessian);
  return every > 0 && (epoch % every === 0 || epoch === epochs - 1);
}

/** What a probe has done. */
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

export class CurvatureProbe {
  static readonly nothing: Probed = { estimates: 0, products: 0, ms: 0 };
  private constructor(
    private readonly runner: Runner,
    private readonly programs: Readonly<Record<string, Program>>,
    private probed: Probed,
  ) {}

  get kept(): Probed {
    return this.probed;
  }

  /** Whether an epoch is measured: for the log, or for a method that judges eigenvalues. */
  static wants = (problem: SearchProblem, epoch: number): boolean =>
    logged(problem, epoch) || Watch.wants(problem, epoch);

  /** The graphs of a search that measures its curvature, by stage; none for one that does not. */
  static graphs(problem: SearchProblem): Record<string, Record<string, Node>> {
    // The last epoch is measured if any is.
    const last = problem.config.epochs - 1;
    return {
      ...(CurvatureProbe.wants(problem, last) && { curvature: curvatureGraph(problem) }),
      ...(logged(problem, last) && { discretized: mixedEvaluateGraph(problem) }),
    };
  }

  /** Undefined for a search that measures no curvature. */
  static async open(
    runner: Runner,
    problem: SearchProblem,
    hooks: Hooks,
    before: Probed,
  ): Promise<CurvatureProbe | undefined> {
    const graphs = CurvatureProbe.graphs(problem);
    if (graphs["curvature"] === undefined) return undefined;
    const programs = await runner.prepare(graphs, { ...hooks, batch: problem.config.batch });
    return new CurvatureProbe(runner, programs, before);
  }

  /** Measures an epoch. Raises a divergence error (exit 5) where a product is no number. */
  async measure(problem: SearchProblem, epoch: number, ended: Ended): Promise<EpochCurvature> {
    const began = performance.now();
    const { state, batch, signal } = ended;
    const numbers = numbersOf(problem, epoch);
    const found = await dominantEigen(this.runner, problem, this.programs["curvature"]!, {
      state,
      numbers,
      batch,
      previous: this.probed.previous,
      signal,
    });
    const discretizationGap = logged(problem, epoch) ? await this.#gap(problem, numbers, ended) : undefined;
    const { estimates, products, ms } = this.probed;
    this.probed = {
      previous: found.vector,
      estimates: estimates + 1,
      products: products + found.products,
      ms: ms + performance.now() - began,
    };
    return { eigenvalue: found.value, eigenvalueError: found.error, discretizationGap };
  }

  async #gap(
    problem: SearchProblem,
    numbers: Numbers,
    { state, genotype, accuracy, judges, signal }: Ended,
  ): Promise<number> {
    const { config: { batch }, net, layout } = problem;
    const at = {
      ...state,
      ...numberFeeds(numbers),
      mixing: discreteMixing(genotype, net.space, layout, net.variant),
    };
    const program = this.programs["discretized"]!;
    const advice = searchAdvice(problem).weights;
    return accuracy - (await evaluate(this.runner, program, at, judges, batch, signal, { advice })).accuracy;
  }

  /** What share of a search of so many seconds it took, in words. */
  cost(seconds: number): string {
    const { estimates, products, ms } = this.probed;
    return `Curvature took ${(ms / 1000).toFixed(1)} s, ${(ms / (10 * seconds)).toFixed(1)} % of the ` +
      `search: ${estimates} eigenvalues, ${(products / estimates).toFixed(1)} ` +
      `Hessian-vector products each.`;
  }

  destroy(): void {
    Object.values(this.programs).forEach((program) => program.destroy());
  }
}
