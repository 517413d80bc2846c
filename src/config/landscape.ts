/** `landscape` as a command. */
import { z } from "zod";
import { namedPath, oneOf, path, real, whole } from "../fields.ts";
import { define, type Parsed } from "./command.ts";
import { datasetNames } from "./names.ts";
import { device, memory, output } from "./schema.ts";

/** What a direction is added to: the raw alphas, or their softmax, which is then brought back onto the simplex. */
const surroundings = ["alphas", "mixing"] as const;
/** BatchNorm's statistics in an evaluation: the running ones, or each batch's own, as in the Hessian. */
const batchNormStatistics = ["running", "batch"] as const;

const groups = {
  "What to draw": {
    run: path("RUN", "run directory of a search, with its config.json and supernet.safetensors"),
    data: namedPath("name|path", datasetNames, "where the run's images are now; by default where they were")
      .optional(),
    around: oneOf(
      surroundings,
      "space the directions lie in: the raw alphas, or the mixing weights, projected onto the simplex",
    ).default("alphas"),
    radius: real("largest distance from the alphas; by default 5 around alphas, 1 around mixing", {
      above: 0,
      max: 1000,
    }).optional(),
    directions: whole("random directions", { min: 1, max: 100 }).default(3),
    eigenvector: z.boolean().meta({ description: "add the dominant eigenvector of the alpha-Hessian" })
      .default(true),
    steps: whole("points of a curve on either side of the alphas", { min: 1, max: 500 }).default(8),
    mapSteps: whole("points of the map on either side of the alphas; 0 leaves the map out", {
      min: 0,
      max: 100,
    }).default(4),
    seed: whole("seed of the random directions", { min: 0, max: 2 ** 32 - 1 }).default(0),
  },
  "Evaluation": {
    images: whole("validation images; 0 uses all the search did", { min: 0 }).default(256),
    statistics: oneOf(
      batchNormStatistics,
      "statistics BatchNorm normalises by: the running ones, or each batch's own, as in the Hessian",
    ).default("running"),
  },
  "Run and output": { ...output, ...device, ...memory },
};

/** Settings of `landscape`, complete. */
export type LandscapeConfig = Parsed<typeof groups> & { radius: number };

export const landscapeCommand = define({
  name: "landscape",
  summary: "Draw the supernet's loss and accuracy around the alphas that a search ended with.",
  examples: ["landscape runs/a", "landscape runs/a --around mixing --directions 5 --json"],
  positionals: ["run"],
  groups,
  complete: (parsed): LandscapeConfig => ({
    ...parsed,
    // Softmax shrinks steps, so that raw alphas need a larger radius.
    radius: parsed.radius ?? (parsed.around === "alphas" ? 5 : 1),
  }),
});
