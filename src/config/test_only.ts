/** `evaluate --test-only` as a command: it measures a network that is trained already. */
import { oneOf, path, whole } from "../fields.ts";
import { define, type Parsed } from "./command.ts";
import { trainedNetwork } from "./predict.ts";
import { device, evaluateGroups, memory, out, output, source } from "./schema.ts";

/** The images that a network is tested on. */
const testSplits = ["test", "train", "all"] as const;

const { data, trainLimit, testLimit, imageOrder } = source;

const groups = {
  "What to test": {
    testOnly: path("network", `measures this network instead of training one: ${trainedNetwork}`),
    split: oneOf(testSplits, "images that it is tested on").default("test"),
  },
  "Data": { data, trainLimit, testLimit, imageOrder },
  "Run and output": { batch: whole("images a step").default(96), out, ...output, ...device, ...memory },
};

/** Settings of `evaluate --test-only`, complete. */
export type TestOnlyConfig = Parsed<typeof groups>;

export const testOnlyCommand = define({
  name: "evaluate",
  summary: "Test a network that is trained already, on any data set with its classes.",
  examples: [
    "evaluate --test-only runs/a --data path/to/images",
    "evaluate --test-only exported/model.safetensors --data path/to/images --split all --out runs/tested",
  ],
  chosenBy: {
    key: "testOnly",
    usual: evaluateGroups,
    why: "training, which a network that is only tested has behind it",
  },
  groups,
});
