/** One turn of a search: the steps that a training batch and a search batch cause, in the method's order. */
import type { Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { SearchState } from "../../src/search/state.ts";
import { jointStep, jointStepGraph } from "./joint_step.ts";
import { perturb, perturbGraph } from "./perturb.ts";
import type { Numbers, SearchProblem } from "./problem.ts";
import type { HostBatch, Metrics } from "./stage.ts";
import { supernetStep, supernetStepGraph } from "./architecture_step.ts";
import { weightStep, weightStepGraph } from "./weight_step.ts";

/** Stages by name. */
type Stages<T> = Readonly<Record<string, T>>;

/** The graphs of a turn, by stage: of the joint step alone where the method takes one. */
export function turnGraphs(problem: SearchProblem): Stages<Record<string, Node>> {
  if (problem.method.turn(problem.config) === "joint") return { jointStep: jointStepGraph(problem) };
  const perturbed = perturbGraph(problem);
  return {
    supernetStep: supernetStepGraph(problem),
    perturb: perturbed,
    weightStep: weightStepGraph(problem, perturbed["mixing"]!.shape),
  };
}

export interface TurnInput {
  readonly train: HostBatch;
  readonly valid: HostBatch;
  readonly lr: number;
  readonly numbers: Numbers;
  /** Probability of dropping an edge. */
  readonly drop: number;
  /** Whether the alphas rest. */
  readonly resting: boolean;
}

/** The metrics of each step of a turn. */
export interface TurnMetrics {
  readonly train: Metrics;
  /** Absent while the alphas rest, and in a joint step. */
  readonly architecture?: Metrics;
}

type TakeTurn = (state: SearchState, input: TurnInput) => readonly [SearchState, TurnMetrics];

/**
 * A turn from one state to the next; all tensors in between are released, those of the state given are the caller's.
 *
 * @param programs of {@link turnGraphs}
 */
export function turn(
  runner: Runner,
  problem: SearchProblem,
  programs: Stages<Program>,
): TakeTurn {
  const order = problem.method.turn(problem.config);
  if (order === "joint") {
    const joint = jointStep(runner, problem, programs["jointStep"]!);
    return (state, given) => {
      const [next, train] = joint(state, given);
      return [next, { train }];
    };
  }
  const searching = supernetStep(problem, programs["supernetStep"]!);
  const perturbing = perturb(problem, programs["perturb"]!);
  const training = weightStep(problem, programs["weightStep"]!);
  return (start, { resting, ...given }) => {
    let state = start;
    let architecture: Metrics | undefined;
    const advance = (next: SearchState): void => {
      if (state !== start) runner.tensors.retire(state, next, start);
      state = next;
    };
    const search = (): void => {
      if (resting) return;
      const [next, metrics] = searching(state, given);
      advance(next);
      architecture = metrics;
    };
    const train = (): Metrics => {
      const mixing = perturbing(state, given);
      const [next, metrics] = training(state, { ...given, mixing });
      runner.tensors.release(mixing);
      advance(next);
      return metrics;
    };
    if (order === "alphas first") search();
    const metrics = { train: train() };
    if (order === "weights first") search();
    return [state, architecture ? { ...metrics, architecture } : metrics];
  };
}
