/** `predict` as a command. */
import { usageError } from "../errors.ts";
import { path, paths, toggle, whole } from "../fields.ts";
import { setting } from "../setting.ts";
import { define, type Parsed } from "./command.ts";
import { device, memory, output } from "./schema.ts";

/** A trained network, wherever a command takes one. */
export const trainedNetwork = "run, exported folder, or weights file of a trained network";

const groups = {
  "What to predict": {
    network: path("NETWORK", trainedNetwork),
    images: paths("IMAGE", "PNG and JPEG images, and folders, in which all images are found at any depth"),
  },
  "Prediction": {
    top: whole("labels shown of each image, the most probable first").default(3),
    batch: whole("images a step").default(64),
    onnx: toggle("run the model.onnx of an exported folder with onnxruntime, instead of the engine"),
  },
  "Run and output": {
    csv: toggle("print the labels as CSV on standard output"),
    ...output,
    ...device,
    ...memory,
  },
};

/** Settings of `predict`, complete. */
export type PredictConfig = Parsed<typeof groups>;

function complete(parsed: PredictConfig): PredictConfig {
  if (parsed.json && parsed.csv) {
    throw usageError(`Give either ${setting("json")} or ${setting("csv")}, not both.`);
  }
  if (parsed.network.endsWith(".onnx") && !parsed.onnx) {
    throw usageError(`${parsed.network} is an ONNX model; add ${setting("onnx")} to run it.`);
  }
  return parsed;
}

export const predictCommand = define({
  name: "predict",
  summary: "Predict the classes of images with a trained network.",
  examples: [
    "predict runs/a photo.png more/photos",
    "predict runs/a photos --csv --top 5",
    "predict exported photos --onnx",
  ],
  positionals: ["network", "images"],
  groups,
  complete,
  needsAdapter: ({ onnx }) => !onnx,
  endsAtOnce: 130,
});
