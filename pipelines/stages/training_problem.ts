/** What the training of a network is about: everything its stages need that does not change while it runs. */
import type { TrainingConfig } from "../../src/config/schema.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { EvaluationNetwork } from "../../src/network/evaluation.ts";

export interface TrainingProblem {
  readonly config: TrainingConfig;
  readonly data: Dataset;
  readonly net: EvaluationNetwork;
}
