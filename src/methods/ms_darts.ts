/** MS-DARTS: the weights are trained at the mean shift of the softmaxed alphas (the paper's algorithms 1 and 2). */
import { affine, mul, uniformNoise } from "../graph/ops/mod.ts";
import { epsilonRamp, ramp } from "../optim/schedules.ts";
import { softmaxRows } from "../search/alphas.ts";
import { meanShift, variants } from "../search/mean_shift.ts";
import type { Method } from "./method.ts";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

export const msDarts: Method = {
  name: "ms-darts",
  summary: "MS-DARTS: mean shift of the alphas before each weight step",
  // The public code rests the alphas for 5 of 40 epochs, the paper's algorithm for none; the default for a tenth.
  warmup: ({ variant }, epochs) =>
    Math.min(5, Math.round(epochs * { default: 0.1, reference: 5 / 40, paper: 0 }[variant])),
  order: 1,
  // The public code forces cutout on S1 to S4, in a share of the images that grows over the search.
  cutout: ({ variant }, space) => (variant === "reference" && !space.startsWith("s5") ? 16 : 0),
  cutoutProbability: ramp,
  // The public code ramps the radius; the paper has one radius throughout.
  epsilon: ({ variant, epsilon }, epoch, epochs) =>
    variant === "paper" ? epsilon : epsilonRamp(epsilon, epoch, epochs),
  mixing: ({ variant: name, bandwidth, samples, iterations }, { alphas, layout, loss, key, epsilon }) => {
    const variant = variants[name];
    // Uniform in [−ε, ε), a stream of its own for each point.
    const point = (stream: number) => mul(affine(uniformNoise(key, stream, [layout.floats]), 2, -1), epsilon);
    return meanShift(softmaxRows(alphas, layout), {
      layout,
      variant,
      bandwidth,
      noise: range(iterations).map((t) => range(samples).map((n) => point(t * samples + n))),
      loss: (mixing) => loss(mixing, variant.scoredOn),
    }).mixing;
  },
};
