/**
 * One iteration of a search: the loop body of MS-DARTS's algorithm 2, whatever computes its steps. A search passes
 * programs on a device, the `step` command graphs, and the tests' oracle float64 arithmetic.
 */

/**
 * The order of a method's steps: the architecture step and the weight step, in either order; or in the place of both
 * one joint step, on the training batch; or the weight step alone, where the alphas stay as they are.
 */
export type StepOrder = "alphas first" | "weights first" | "joint" | "weights only";

/** The steps that train the weights. */
export interface WeightSteps<State, Batch, Mixing> {
  /** The mixing vector near the alphas to train the weights at (algorithm 1). */
  perturb(state: State, train: Batch, search: Batch): Mixing;
  /** Moves the weights on a training batch (algorithm 2, 3). */
  weightStep(state: State, mixing: Mixing, train: Batch): State;
}

/** The steps of an iteration, in their order. None of them changes the state it is given. */
export type Steps<State, Batch, Mixing> =
  | WeightSteps<State, Batch, Mixing> & {
    readonly order: "alphas first" | "weights first";
    /** Moves the alphas on a search batch (algorithm 2, 1); the second order looks at the training batch too. */
    architectureStep(state: State, search: Batch, train: Batch): State;
  }
  | WeightSteps<State, Batch, Mixing> & { readonly order: "weights only" }
  | {
    readonly order: "joint";
    /** Moves alphas and weights along one loss; the weights alone while the alphas rest. */
    jointStep(state: State, train: Batch, resting: boolean): State;
  };

/** What an iteration is made on. */
export interface IterationInput<Batch> {
  /** A batch of the half of the images that trains the weights, and one of the half that trains the alphas. */
  readonly train: Batch;
  /** The batch for the alphas; unused in a joint step. */
  readonly search: Batch;
  /** Whether the alphas rest. */
  readonly resting: boolean;
}

/**
 * One iteration. The weights are trained at the perturbed mixing vector while the state keeps its alphas, so that
 * nothing has to be restored after it (algorithm 2, 2 and 3).
 */
export function iteration<State, Batch, Mixing>(
  state: State,
  { train, search, resting }: IterationInput<Batch>,
  steps: Steps<State, Batch, Mixing>,
): State {
  if (steps.order === "joint") return steps.jointStep(state, train, resting);
  const { perturb, weightStep } = steps;
  const trained = (at: State): State => weightStep(at, perturb(at, train, search), train);
  if (steps.order === "weights only") return trained(state);
  const { order, architectureStep } = steps;
  const searched = (at: State): State => resting ? at : architectureStep(at, search, train);
  return order === "alphas first" ? trained(searched(state)) : searched(trained(state));
}
