/** A trained network by what runs it: this project's engine, or onnxruntime. */
import type { PredictConfig } from "../../src/config/predict.ts";
import { runner as taskRunner } from "../../src/environment.ts";
import { usageError } from "../../src/errors.ts";
import { asInput } from "../../src/exporting/onnx/images.ts";
import { describedModel, openOnnx } from "../../src/exporting/onnx/session.ts";
import { Runner } from "../../src/gpu/mod.ts";
import { readData } from "../../src/io/read.ts";
import { quoted } from "../../src/quoted.ts";
import { type DescribedNetwork, fileAt, readNetwork, trainedFile } from "../../src/training/network_file.ts";
import { runnerOptions } from "../run/run.ts";
import { type Classifier, openClassifier } from "./classifier.ts";

/** A network that was found; what runs it comes when there is something to predict. */
export interface FoundNetwork {
  /** Its file. */
  readonly path: string;
  readonly network: DescribedNetwork;
  /** Makes it ready for batches of so many images. */
  readonly open: (batch: number) => Promise<Classifier>;
}

/** The network of the settings. Throws a user error for what is none, before anything is started. */
export const foundNetwork = (settings: PredictConfig, note: (words: string) => void): FoundNetwork =>
  settings.onnx ? ofOnnx(settings.network, note) : ofEngine(settings, note);

function ofEngine(settings: PredictConfig, note: (words: string) => void): FoundNetwork {
  const path = trainedFile(settings.network);
  const network = readNetwork(path);
  return {
    ...{ path, network },
    open: async (batch) => {
      const runner = await Runner.open(settings.adapter, { ...runnerOptions(settings), note });
      const classifier = await openClassifier(runner, network, batch, { note, what: "Predicting" });
      return {
        ...classifier,
        close: async () => {
          await classifier.close();
          runner.close();
        },
      };
    },
  };
}

function ofOnnx(given: string, note: (words: string) => void): FoundNetwork {
  const path = onnxFileOf(given);
  const model = readData(path);
  const network = describedModel(model, path);
  return {
    ...{ path, network },
    open: async (batch) => {
      const session = await openOnnx(model, { name: path, note });
      const { channels, height, width } = network.images;
      const bytes = channels * height * width;
      return {
        logits: async ({ pixels, count }, onBatch = () => {}) => {
          const logits = new Float32Array(count * network.classes.length);
          for (let first = 0; first < count; first += batch) {
            const last = Math.min(count, first + batch);
            const images = pixels.subarray(first * bytes, last * bytes);
            const some = await session.run(asInput(images, session.normalise, network));
            logits.set(some, first * network.classes.length);
            onBatch(last - first);
          }
          return logits;
        },
        close: () => session[Symbol.asyncDispose]() as Promise<void>,
      };
    },
  };
}

/** The ONNX model that a user names: an exported folder, or the file. */
function onnxFileOf(path: string): string {
  const file = fileAt(path, ["model.onnx"], "give an exported folder or its model.onnx");
  if (file !== undefined) return file;
  throw usageError(
    `${path} holds no model.onnx; export one with: ${taskRunner} export ${quoted(path)} --out FOLDER`,
  );
}
