/** The settings of the benchmarks, as `schema.ts` has those of the other commands. */
import { z } from "zod";
import { oneOf, path, text, toggle, whole } from "../fields.ts";
import { benchRowNames, passNames, spaceNames } from "./names.ts";
import { depth, device, output, width } from "./schema.ts";

export const benchStepGroups = {
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
    without: text("passes", `fusion passes to leave out, with commas between them: ${passNames.join(", ")}`)
      .default(""),
  },
  "Output": { profile: toggle("add the time of each kernel of the weight step"), ...output, ...device },
};

export const benchPeersGroups = {
  "What to measure": {
    rows: text("names", `rows with commas between them: ${benchRowNames.join(", ")}; all by default`)
      .optional(),
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

export const benchStepSchema = z.strictObject({
  ...benchStepGroups["What to time"],
  ...benchStepGroups["Output"],
});

export const benchPeersSchema = z.strictObject({
  ...benchPeersGroups["What to measure"],
  ...benchPeersGroups["Output"],
});
