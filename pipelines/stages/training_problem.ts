/** The constants of a training: what its stages need that does not change while it runs. */
import type { TrainingConfig } from "../../src/config/schema.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { EvaluationNetwork } from "../../src/network/evaluation.ts";

export interface TrainingProblem {
  readonly config: TrainingConfig;
  readonly data: Dataset;
  readonly net: EvaluationNetwork;
}
