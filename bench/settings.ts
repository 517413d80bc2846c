/** The settings of the benchmarks and of the model, and all as commands. */
import { define, type Parsed } from "../src/config/command.ts";
import { listed } from "../src/config/describe.ts";
import { spaceNames } from "../src/config/names.ts";
import { depth, device, genotype, output, width } from "../src/config/schema.ts";
import { listOf, oneOf, path, toggle, whole } from "../src/fields.ts";
import { tuningNames } from "../src/graph/tuning_records.ts";
import { type DeviceName, deviceNames } from "../src/model/devices.ts";
import { passes, type PassName } from "../src/plan/fuse.ts";

const passNames = Object.keys(passes) as PassName[];

/** What `bench-peers` measures, on S5 where no space is named: the numbers are channels of the first cell. */
const rowNames = [
  "weight-4",
  "weight-8",
  "weight-16",
  "forward-4",
  "forward-8",
  "forward-16",
  "iteration-4",
  "iteration-8",
  "iteration-16",
  "nasbench201-weight-4",
  "nasbench201-weight-16",
  "nasbench201-forward-4",
  "nasbench201-forward-16",
  "nasbench201-iteration-4",
  "nasbench201-iteration-16",
  "nasbench1shot1-weight-16",
  "nasbench1shot1-forward-16",
  "evaluation",
  "nasbench201-evaluation",
  "block",
  "block-gradient",
  "cold-tiny",
  "cold-paper",
] as const;
export type RowName = (typeof rowNames)[number];

/** Of a supernet, and of the steps of its search. */
const sizes = {
  space: oneOf(spaceNames, "search space").default("s5"),
  channels: whole("channels of the first cell", width).default(8),
  layers: whole("cells of the supernet", depth).default(5),
  batch: whole("images a step").default(32),
  size: whole("height and width of the images", { min: 4, max: 1024 }).default(28),
  imageChannels: whole("colour channels of the images", { min: 1, max: 4 }).default(3),
  classes: whole("classes", { min: 2 }).default(10),
  samples: whole("points N sampled around the alphas", { min: 1, max: 100 }).default(3),
  iterations: whole("mean-shift iterations T", { min: 1, max: 100 }).default(2),
};
const without = listOf("passes", passNames, "fusion passes to leave out, with commas between them: %")
  .default("");
/** The passes but for those of `--without`. */
function passesBut(without: string): PassName[] {
  const left = without === "" ? [] : listed("--without", "pass", without, passNames);
  return passNames.filter((name) => !left.includes(name));
}

const stepGroups = {
  "What to time": {
    ...sizes,
    repeats: whole("runs of each step, of which the median counts").default(5),
    without,
  },
  "Output": { profile: toggle("add the time of each kernel of the weight step"), ...output, ...device },
};
export type StepSettings = Parsed<typeof stepGroups>;

export const benchStepCommand = define({
  name: "bench-step",
  summary: "Time the steps of a search on one supernet.",
  examples: ["bench-step --space s5 --channels 8 --layers 5 --batch 32 --size 28 --json"],
  groups: stepGroups,
  complete: ({ without, ...parsed }) => ({ ...parsed, passes: passesBut(without) }),
  endsAtOnce: 130,
});

/** What `model` knows how to plan. */
const stepNames = ["forward", "weight", "architecture", "mean-shift", "training"] as const;

const modelGroups = {
  "What to plan": {
    steps: listOf("steps", stepNames, "steps with commas between them: %").default("weight"),
    ...sizes,
    genotype: genotype.default("DARTS_V2"),
    without,
  },
  "On what": {
    device: listOf("devices", deviceNames, "devices with commas between them: %").default("h100"),
    tuning: oneOf(tuningNames, "which device work is cut up for").default("gpu"),
  },
  "Measurements": {
    doctor: path(
      "file",
      "what doctor --json printed on such a device: its rates, latency and gap instead of the table's",
    )
      .optional(),
    measured: path(
      "file",
      "what bench-step --profile --json printed on one such device, to stand beside the weight step's model",
    ).optional(),
  },
  "Output": { json: output.json },
};

export type ModelSettings =
  & Omit<Parsed<typeof modelGroups>, "steps" | "device" | "without">
  & Readonly<{ steps: (typeof stepNames)[number][]; devices: DeviceName[]; passes: PassName[] }>;

export const modelCommand = define({
  name: "model",
  summary:
    "Estimate from its plan how long a step takes on a GPU that is not there: no GPU has confirmed it yet.",
  examples: [
    "model --device h100 --channels 16 --layers 8 --batch 64 --size 32",
    "model --steps architecture,mean-shift,weight --device rtx3060,m2 --tuning software --json",
    "model --steps training --genotype PC_DARTS_cifar --channels 36 --layers 20 --batch 96 --size 32",
  ],
  groups: modelGroups,
  complete: ({ steps, device, without, ...parsed }) => ({
    ...parsed,
    steps: listed("--steps", "step", steps, stepNames),
    devices: listed("--device", "device", device, deviceNames),
    passes: passesBut(without),
  }),
  needsAdapter: () => false,
  endsAtOnce: 130,
});

const peersGroups = {
  "What to measure": {
    rows: listOf("names", rowNames, "rows with commas between them: %; all by default").optional(),
    repeats: whole("samples of each contestant, taken in turn, of which the median counts").default(5),
    threads: whole("threads of each contestant on a software driver, and of PyTorch").default(2),
  },
  "Output": {
    results: path("file", "JSON to write; by default bench/peers.json where all rows are measured")
      .optional(),
    chart: path("file", "SVG to write; by default docs/peers.svg where all rows are measured").optional(),
    ...output,
  },
};

export const benchPeersCommand = define({
  name: "bench-peers",
  summary: "Time this project beside PyTorch, jax-js and TensorFlow.js, in turn on this machine.",
  examples: ["bench-peers", "bench-peers --rows weight-4,block --repeats 3 --json"],
  groups: peersGroups,
  complete: ({ rows: list, ...parsed }) => {
    const named = list === undefined ? rowNames : listed("--rows", "row", list, rowNames);
    const rows = rowNames.filter((name) => named.includes(name));
    // The files that the README shows are only replaced by a whole table.
    const whole = rows.length === rowNames.length;
    return { ...whole && { results: "bench/peers.json", chart: "docs/peers.svg" }, ...parsed, rows };
  },
});

/** As `commands` has those of a user. */
export const benchCommands = {
  "bench-step": benchStepCommand,
  "bench-peers": benchPeersCommand,
  model: modelCommand,
} as const;
