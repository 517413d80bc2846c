/** `--explain` and `--dry-run`: what a run would do, without an adapter. */
import type { Node } from "../../src/graph/node.ts";
import { countNetwork, countSupernet } from "../../src/network/count.ts";
import { compile } from "../../src/plan/compile.ts";
import { explain, planBytes, type PlanLimits } from "../../src/plan/plan.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/train_step.ts";
import { CurvatureProbe } from "./curvature_probe.ts";
import { randomSearchGraphs } from "./random_search.ts";
import { searchGraphs } from "./search_loop.ts";
import { stageProblem } from "./staged.ts";
import { trainingGraphs } from "./train_loop.ts";

/** WebGPU's default limit of a binding, which every adapter has. */
const limits: PlanLimits = { maxBinding: 128 * 2 ** 20 };

interface Asked {
  readonly explain: boolean;
}

export function explainSearch(problem: SearchProblem, asked: Asked, print: (line: string) => void): void {
  const { config, method } = problem;
  if (method.draw) return print(`${method.name} draws a cell of ${config.space}: there is no supernet`);
  const explained = method.stages ? stageProblem(problem, 0, problem.net.space) : problem;
  const { net } = explained;
  const { parameters, alphas } = countSupernet(net.space, net.size, net.variant);
  const graphs = method.judging
    ? randomSearchGraphs(explained)
    : { ...searchGraphs(explained), ...CurvatureProbe.graphs(explained) };
  const lines = describe(graphs, asked);
  print(`supernet ${config.space}: ${parameters} parameters, ${alphas} alphas`);
  if (method.stages) print("that is the first stage's; the later ones have more cells and fewer operations");
  lines.forEach(print);
}

export function explainTraining(problem: TrainingProblem, asked: Asked, print: (line: string) => void): void {
  const { genotype, size } = problem.net;
  const { parameters, macs } = countNetwork(genotype, size, problem.data.height);
  const lines = describe(trainingGraphs(problem), asked);
  print(`network: ${parameters} parameters, ${macs} multiply-adds an image`);
  lines.forEach(print);
}

/** Compiles everything before there is a line to print: what does not fit the limits prints nothing. */
function describe(
  graphs: Readonly<Record<string, Readonly<Record<string, Node>>>>,
  asked: Asked,
): string[] {
  const plans = Object.entries(graphs).map(([name, graph]) => ({ name, plan: compile(graph, limits) }));
  const total = planBytes(...plans.map(({ plan }) => plan));
  return [
    ...plans.map(({ name, plan }) =>
      asked.explain
        ? `\n${name}: ${explain(plan)}`
        : `${name}: ${plan.dispatches.length} dispatches, ${(planBytes(plan) / 1e6).toFixed(1)} MB`
    ),
    `device memory of all steps: ${(total / 1e6).toFixed(1)} MB`,
  ];
}
