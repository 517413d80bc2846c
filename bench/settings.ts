/** The settings of the benchmarks, and both as commands. */
import { define, type Parsed } from "../src/config/command.ts";
import { listed } from "../src/config/describe.ts";
import { spaceNames } from "../src/config/names.ts";
import { depth, device, output, width } from "../src/config/schema.ts";
import { listOf, oneOf, path, toggle, whole } from "../src/fields.ts";
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

const stepGroups = {
  "What to time": {
    space: oneOf(spaceNames, "search space").default("s5"),
    channels: whole("channels of the first cell", width).default(8),
    layers: whole("cells of the supernet", depth).default(5),
    batch: whole("images a step").default(32),
    size: whole("height and width of the images", { min: 4, max: 1024 }).default(28),
    imageChannels: whole("colour channels of the images", { min: 1, max: 4 }).default(3),
    classes: whole("classes", { min: 2 }).default(10),
    samples: whole("points N sampled around the alphas", { min: 1, max: 100 }).default(3),
    iterations: whole("mean-shift iterations T", { min: 1, max: 100 }).default(2),
    repeats: whole("runs of each step, of which the median counts").default(5),
    without: listOf("passes", passNames, "fusion passes to leave out, with commas between them: %")
      .default(""),
  },
  "Output": { profile: toggle("add the time of each kernel of the weight step"), ...output, ...device },
};
export type StepSettings = Parsed<typeof stepGroups>;

export const benchStepCommand = define({
  name: "bench-step",
  summary: "Time the steps of a search on one supernet.",
  examples: ["bench-step --space s5 --channels 8 --layers 5 --batch 32 --size 28 --json"],
  groups: stepGroups,
  complete: ({ without, ...parsed }) => {
    const left = without === "" ? [] : listed("--without", "pass", without, passNames);
    return { ...parsed, passes: passNames.filter((name) => !left.includes(name)) };
  },
  endsAtOnce: true,
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
export const benchCommands = { "bench-step": benchStepCommand, "bench-peers": benchPeersCommand } as const;
