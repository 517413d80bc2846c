/** How much each operation matters to the supernet, measured on its outputs over a whole split. */
import { sequentialBatches } from "../../src/data/batches.ts";
import type { Images } from "../../src/data/dataset.ts";
import type { DeviceTensor, Runner } from "../../src/gpu/mod.ts";
import { type AlphaRows, rowsOf } from "../../src/network/alphas.ts";
import { importances } from "../../src/search/importance.ts";
import { evaluationKey, plainBatch } from "./evaluate.ts";
import { Pace } from "./measures.ts";
import { networkInputs, numberNodes, type Pass, type SearchProblem } from "./problem.ts";
import { batchInputs, batchNodes, type HostBatch, type Stage, stage } from "./stage.ts";

/** What operations are measured at. */
export interface ImportanceInput extends Pass {
  readonly mixing: Float32Array;
  readonly test: HostBatch;
}

/** The importance of every operation on a batch, flat [floats] of the alphas. */
export const importanceStage = (problem: SearchProblem): Stage<ImportanceInput, DeviceTensor> => {
  const { config, data, layout, net } = problem;
  return stage({
    inputs: {
      ...networkInputs<ImportanceInput>(problem, evaluationKey),
      mixing: { shape: [layout.floats], feed: ({ mixing }: ImportanceInput) => mixing },
      ...batchInputs(data, config.batch, "test", ({ test }: ImportanceInput) => test),
    },
    graph: ({ weights, ...nodes }) => ({
      importance: importances(net, {
        ...nodes,
        parameters: weights,
        numbers: numberNodes(problem, nodes),
        images: batchNodes(data, "test", nodes).images,
      }),
    }),
    result: ({ importance }) => importance,
  });
};

/** The importance of every operation as a mean over images, without those that do not fill a batch. */
export async function importanceOver(
  runner: Runner,
  { config: { batch }, layout }: SearchProblem,
  measure: (given: ImportanceInput) => DeviceTensor,
  at: Omit<ImportanceInput, "test">,
  images: Images,
  signal: AbortSignal,
): Promise<AlphaRows> {
  const whole = sequentialBatches(images.count, batch).filter(({ length }) => length === batch);
  const total = new Float64Array(layout.floats);
  const pace = new Pace();
  let pending: DeviceTensor[] = [];
  const flush = async () => {
    if (pending.length === 0) return;
    for (const values of await runner.tensors.read(pending)) {
      values.forEach((value, i) => total[i]! += value / whole.length);
    }
    runner.tensors.release(...pending);
    pace.read(pending.length);
    pending = [];
  };
  for (const indices of whole) {
    signal.throwIfAborted();
    pending.push(measure({ ...at, test: plainBatch(images, indices) }));
    if (pace.due(pending.length)) await flush();
  }
  await flush();
  return rowsOf(total, layout);
}
