/** MS-DARTS: the weights are trained at the mean shift of the softmaxed alphas (the paper's algorithms 1 and 2). */
import { oneOf, real, whole } from "../fields.ts";
import { softmaxRows } from "../network/alphas.ts";
import { epsilonRamp, ramp } from "../optim/schedules.ts";
import { meanShift, type VariantName, variants } from "../search/mean_shift.ts";
import { cubeNoise } from "../search/perturbation.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith } from "./method.ts";
import { asSmoothDarts } from "./published.ts";
import { oneDraw, perturbation } from "./sdarts_rs.ts";

const variantNames = Object.keys(variants) as VariantName[];
export const variantField = oneOf(variantNames, "variant of MS-DARTS's mean shift").default("default");

const groups = {
  "Mean shift (ms-darts)": {
    variant: variantField,
    bandwidth: real("bandwidth h of the Gaussian kernel", { above: 0 }).default(1),
    samples: whole("points N sampled around the alphas", { min: 1, max: 100 }).default(3),
    iterations: whole("mean-shift iterations T", { min: 1, max: 100 }).default(2),
  },
  ...perturbation,
};

/** The radius in the end, of the public code. */
const largest = 0.25;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export const msDarts: MethodWith<typeof groups> = {
  ...darts,
  name: "ms-darts",
  summary: "trains the weights at the mean shift of the alphas",
  source: { ...papers.msDarts, section: "algorithms 1 and 2" },
  deviations: [
    `${
      setting("variant")
    } \`default\` follows the public code, except that it averages the projected points, which ` +
    "are those it scored. `reference` is the public code, `paper` the algorithm as printed.",
    "Points are scored on the training batch, by the softmax of their losses, as in the public code. The paper scores " +
    "them on the search batch, by their shares of the total loss.",
    "Each matrix of alphas has its own Gaussian kernel, as in the public code. The paper has one kernel over all alphas.",
    `The radius grows from a tenth of ${
      setting("epsilon")
    } over the search, as in the public code. The paper keeps it ` +
    "constant.",
    oneDraw,
    "The alphas rest for the first tenth of the epochs, at most 5, but not on NAS-Bench-1Shot1. In the public code they " +
    "rest for an eighth on DARTS cells and not on NAS-Bench-1Shot1, in the paper never.",
  ],
  groups,
  // The presets are its own but for the benchmarks' spaces: its code for NAS-Bench-201 is SmoothDARTS's, and on
  // NAS-Bench-1Shot1 the text has more epochs than the code.
  published: ({ kind }, { variant }) => ({
    ...kind === "nasbench201" && { ...asSmoothDarts, epochs: 100 },
    ...kind === "nasbench1shot1" && variant === "paper" && { epochs: 100 },
  }),
  // The public code rests the alphas for 5 of 40 epochs on DARTS cells, the paper's algorithm for none; the default for a
  // tenth on all spaces.
  warmup: ({ variant }, epochs, { kind }) =>
    Math.min(
      5,
      Math.round(epochs * { default: 0.1, reference: kind === "darts" ? 5 / 40 : 0, paper: 0 }[variant]),
    ),
  // The public code forces cutout on S1 to S4, in a share of the images that grows over the search.
  cutout: ({ variant }, { name }) => (variant === "reference" && /^s[1-4]$/.test(name) ? 16 : 0),
  cutoutProbability: ramp,
  epsilon: largest,
  // The public code ramps the radius; the paper has one radius throughout.
  numbers: ({ variant, epsilon = largest }, epoch, epochs) => ({
    epsilon: variant === "paper" ? epsilon : epsilonRamp(epsilon, epoch, epochs),
  }),
  perturb: (settings, { alphas, layout, loss, key, numbers: { epsilon } }) => {
    const { bandwidth, samples, iterations } = settings;
    const variant = variants[settings.variant];
    // A stream of its own for each point.
    const point = (stream: number) => cubeNoise(key, stream, layout, epsilon!);
    return meanShift(softmaxRows(alphas, layout), {
      layout,
      variant,
      bandwidth,
      noise: range(iterations).map((t) => range(samples).map((n) => point(t * samples + n))),
      loss: (mixing) => loss(mixing, variant.scoredOn),
    }).mixing;
  },
};
