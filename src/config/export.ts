/** `export` as a command. */
import { usageError } from "../errors.ts";
import { normalisings } from "../exporting/model.ts";
import { oneOf, path, toggle, whole } from "../fields.ts";
import { setting } from "../setting.ts";
import { define, type Parsed } from "./command.ts";
import { device, genotype, output } from "./schema.ts";

const groups = {
  "What to export": {
    run: path("RUN", "finished run of search or evaluate, with its weights.safetensors").optional(),
    weights: path("file", "weights of a trained network, instead of a run").optional(),
    genotype: genotype.optional().meta({
      description: "the cell that the network should have: an error where it has another",
    }),
    classes: whole("the classes that it should have: an error where it has more or fewer", { min: 2 })
      .optional(),
  },
  "ONNX": {
    normalise: oneOf(
      normalisings,
      "pixels the graph itself normalises: floats from 0 to 1 (unit), bytes, or none: its input is normalised",
    ).default("none"),
    fold: toggle("take each BatchNorm into the convolution before it, whose weights are then others"),
  },
  "Run and output": {
    out: path("dir", "folder to make; nothing may be in it").optional(),
    ...output,
    ...device,
  },
};

/** Settings of `export`, complete: there is a run or a file of weights. */
export type ExportConfig = Parsed<typeof groups> & { readonly out: string };

export const exportCommand = define({
  name: "export",
  summary: "Write a trained network as ONNX, for PyTorch and as safetensors, with a model card.",
  examples: [
    "export runs/a --out models/a",
    "export --weights weights.safetensors --genotype DARTS_V2 --normalise bytes --fold --out models/b",
  ],
  positionals: ["run"],
  groups,
  complete: ({ out, ...parsed }): ExportConfig => {
    if ((parsed.run === undefined) === (parsed.weights === undefined)) {
      throw usageError(
        parsed.run === undefined
          ? `Nothing to export: give a run, or a trained network's file by ${setting("weights")}.`
          : `Give either a run or ${setting("weights")}, not both.`,
      );
    }
    if (out === undefined) throw usageError(`Give the folder to write the files to by ${setting("out")}.`);
    return { ...parsed, out };
  },
  endsAtOnce: 130,
});
