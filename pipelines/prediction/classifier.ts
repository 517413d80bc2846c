/** What a trained network says of images, by the engine. */
import type { StepReport } from "../../src/cli/reports.ts";
import type { Images } from "../../src/data/dataset.ts";
import { destroy, type DeviceTensor, type Preparation, type Runner } from "../../src/gpu/mod.ts";
import type { ReadNetwork } from "../../src/training/network_file.ts";
import { evaluationBatches, evaluationKey } from "../stages/evaluate.ts";
import { Pace } from "../stages/measures.ts";
import {
  batchInputs,
  batchNodes,
  type HostBatch,
  keyInput,
  type Stage,
  stage,
  stateInput,
} from "../stages/stage.ts";

/** A trained network, ready for images. */
export interface Classifier {
  /**
   * Logits [images.count, classes], image by image. The images have the size and the channels of the network's.
   *
   * @param onBatch told how many images each batch had that is done; what it throws ends the work
   */
  logits(images: Images, onBatch?: (images: number) => void): Promise<Float32Array>;
  /** Frees what it holds, on the device or in another process. */
  close(): Promise<void>;
}

interface Pass {
  readonly state: { readonly weights: DeviceTensor; readonly statistics: DeviceTensor };
  readonly batch: HostBatch;
}

/** The logits [classes, N] of a batch, BatchNorm by its running statistics. */
function logitsStage({ net, images, normalisation }: ReadNetwork, count: number): Stage<Pass, DeviceTensor> {
  const like = { ...images, normalisation };
  const inputs = {
    weights: stateInput("weights", net.layout.parameterFloats),
    statistics: stateInput("statistics", net.layout.statisticsFloats),
    noiseKey: keyInput(evaluationKey),
    ...batchInputs(like, count, "batch", ({ batch }: Pass) => batch),
  };
  return stage<Pass, typeof inputs, "logits", DeviceTensor>({
    inputs,
    graph: ({ weights, statistics, noiseKey, ...nodes }) => {
      const { images } = batchNodes(like, "batch", nodes);
      const { logits } = net.build({ images, parameters: weights, statistics, noiseKey, mode: "eval" });
      return { logits };
    },
    result: ({ logits }) => logits,
  });
}

/**
 * The network on a device, compiled for one size of batch: a last batch that is smaller is filled up.
 *
 * @param batch images a step
 * @throws UserError (exit 3) where the device is short of memory
 */
export async function openClassifier(
  runner: Runner,
  network: ReadNetwork,
  batch: number,
  preparation: Preparation = {},
): Promise<Classifier> {
  const classify = logitsStage(network, batch);
  const programs = await runner.prepare({ classify: classify.graph() }, { ...preparation, batch });
  const run = classify.on(programs.classify);
  const { parameters, statistics } = network;
  const state = {
    weights: runner.tensors.upload(parameters, [parameters.length]),
    statistics: runner.tensors.upload(statistics, [statistics.length]),
  };
  const classes = network.classes.length;
  return {
    logits: async (images, onBatch = () => {}) => {
      const logits = new Float32Array(images.count * classes);
      const pace = new Pace();
      let pending: DeviceTensor[] = [];
      let read = 0;
      const flush = async () => {
        const values = await runner.tensors.read(pending);
        runner.tensors.release(...pending);
        pace.read(pending.length);
        pending = [];
        for (const columns of values) {
          const count = Math.min(batch, images.count - read);
          for (let n = 0; n < count; n++) {
            for (let c = 0; c < classes; c++) logits[(read + n) * classes + c] = columns[c * batch + n]!;
          }
          read += count;
          onBatch(count);
        }
      };
      for (const one of evaluationBatches(images, batch)) {
        pending.push(run({ state, batch: one }));
        if (pace.due(pending.length)) await flush();
      }
      if (pending.length > 0) await flush();
      return logits;
    },
    close: () => {
      runner.tensors.release(state.weights, state.statistics);
      destroy(programs);
      return Promise.resolve();
    },
  };
}

/** Reports each of so many batches, by how many images it had. */
export function batchReporter(
  stage: string,
  steps: number,
  onStep: (report: StepReport) => void,
): (images: number) => void {
  const began = performance.now();
  let [step, done] = [0, 0];
  return (images) => {
    done += images;
    const seconds = (performance.now() - began) / 1000;
    onStep({
      ...{ stage, epoch: 0, epochs: 1, step: ++step, steps },
      imagesPerSecond: done / seconds,
      secondsLeft: (seconds / step) * (steps - step),
    });
  };
}
