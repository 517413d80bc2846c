/** The steps of an iteration as programs on a device. */
import type { DeviceTensor, Program, Runner } from "../../src/gpu/mod.ts";
import type { Node } from "../../src/graph/node.ts";
import type { Steps } from "../../src/search/iteration.ts";
import type { SearchState } from "../../src/search/state.ts";
import { architectureStep } from "./architecture_step.ts";
import { jointStep } from "./joint_step.ts";
import { perturb } from "./perturb.ts";
import type { Schedule, SearchProblem } from "./problem.ts";
import type { HostBatch, Metrics } from "./stage.ts";
import { weightStep } from "./weight_step.ts";

/** How far an iteration is. */
export interface Reached {
  readonly state: SearchState;
  /** The state it began with, whose tensors stay. */
  readonly first: SearchState;
  readonly schedule: Schedule;
  /** The metrics of its steps. */
  readonly train?: Metrics;
  readonly architecture?: Metrics;
}

type IterationSteps = Steps<Reached, HostBatch, DeviceTensor>;

/** The graphs of an iteration's steps: of those alone that the method takes. */
export function iterationGraphs(problem: SearchProblem): Record<string, Record<string, Node>> {
  const order = problem.method.stepOrder(problem.config);
  if (order === "joint") return { jointStep: jointStep(problem).graph() };
  const perturbed = perturb(problem).graph();
  return {
    ...order !== "weights only" && { architectureStep: architectureStep(problem).graph() },
    perturb: perturbed,
    weightStep: weightStep(problem, perturbed["mixing"]!.shape).graph(),
  };
}

/**
 * The steps on a device. A tensor between the first state of an iteration and its last is released as soon as no
 * later state has it.
 *
 * @param programs of {@link iterationGraphs}
 */
export function iterationSteps(
  { tensors }: Pick<Runner, "tensors">,
  problem: SearchProblem,
  programs: Readonly<Record<string, Program>>,
): IterationSteps {
  const order = problem.method.stepOrder(problem.config);
  const moved = (reached: Reached, state: SearchState): Reached => {
    if (reached.state !== reached.first) tensors.retire(reached.state, state, reached.first);
    return { ...reached, state };
  };
  if (order === "joint") {
    const joint = jointStep(problem).on(programs["jointStep"]!);
    return {
      order,
      jointStep(reached, train, resting) {
        const [state, metrics] = joint({ ...reached.schedule, state: reached.state, train });
        if (!resting) return { ...moved(reached, state), train: metrics };
        const { alphas, alphaMean, alphaVariance, architectureSteps } = reached.state;
        tensors.release(state.alphas, state.alphaMean, state.alphaVariance);
        const rested = { ...state, alphas, alphaMean, alphaVariance, architectureSteps };
        return { ...moved(reached, rested), train: metrics };
      },
    };
  }
  const perturbing = perturb(problem).on(programs["perturb"]!);
  const training = weightStep(problem).on(programs["weightStep"]!);
  const weights: Omit<Extract<IterationSteps, { order: "weights only" }>, "order"> = {
    perturb: ({ schedule, state }, train, search) => perturbing({ ...schedule, state, train, search }),
    weightStep(reached, mixing, train) {
      const [state, metrics] = training({ ...reached.schedule, state: reached.state, mixing, train });
      tensors.release(mixing);
      return { ...moved(reached, state), train: metrics };
    },
  };
  if (order === "weights only") return { order, ...weights };
  const searching = architectureStep(problem).on(programs["architectureStep"]!);
  return {
    order,
    architectureStep(reached, search, train) {
      const [state, architecture] = searching({ ...reached.schedule, state: reached.state, search, train });
      return { ...moved(reached, state), architecture };
    },
    ...weights,
  };
}
