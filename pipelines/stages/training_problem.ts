/** The constants of a training: what its stages need that does not change while it runs. */
import type { TrainingConfig } from "../../src/config/schema.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { EvaluationNetwork } from "../../src/network/evaluation.ts";
import type { Start } from "../../src/training/start.ts";

export interface TrainingProblem {
  readonly config: TrainingConfig;
  readonly data: Dataset;
  readonly net: EvaluationNetwork;
  /** What it goes on from; fresh weights when left out. */
  readonly start?: Start | undefined;
}
