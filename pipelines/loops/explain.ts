/** `--explain` and `--dry-run`: what a run would do, without an adapter. */
import type { Node } from "../../src/graph/node.ts";
import { countNetwork, countSupernet } from "../../src/network/count.ts";
import { compile } from "../../src/plan/compile.ts";
import { explain, planBytes, type PlanLimits } from "../../src/plan/plan.ts";
import type { SearchProblem } from "../stages/problem.ts";
import type { TrainingProblem } from "../stages/train_step.ts";
import { searchGraphs } from "./search_loop.ts";
import { trainingGraphs } from "./train_loop.ts";

/** WebGPU's default limit of a binding, which every adapter has. */
const limits: PlanLimits = { maxBinding: 128 * 2 ** 20 };

interface Asked {
  readonly explain: boolean;
}

export function explainSearch(problem: SearchProblem, asked: Asked, print: (line: string) => void): void {
  const { net, config } = problem;
  const { parameters, alphas } = countSupernet(net.space, net.size);
  print(`supernet ${config.space}: ${parameters} parameters, ${alphas} alphas`);
  describe(searchGraphs(problem), asked, print);
}

export function explainTraining(problem: TrainingProblem, asked: Asked, print: (line: string) => void): void {
  const { genotype, size } = problem.net;
  const { parameters, macs } = countNetwork(genotype, size, problem.data.height);
  print(`network: ${parameters} parameters, ${macs} multiply-adds an image`);
  describe(trainingGraphs(problem), asked, print);
}

function describe(
  graphs: Readonly<Record<string, Readonly<Record<string, Node>>>>,
  asked: Asked,
  print: (line: string) => void,
): void {
  let total = 0;
  for (const [name, graph] of Object.entries(graphs)) {
    const plan = compile(graph, limits);
    total += planBytes(plan);
    if (asked.explain) print(`\n${name}: ${explain(plan)}`);
    else print(`${name}: ${plan.dispatches.length} dispatches, ${(planBytes(plan) / 1e6).toFixed(1)} MB`);
  }
  print(`device memory of all steps: ${(total / 1e6).toFixed(1)} MB`);
}
