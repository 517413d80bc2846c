/**
 * GDAS (Dong & Yang 2019): every pass draws one operation an edge by the Gumbel-softmax, whose gradient reaches the
 * alphas straight through the choice. The graph of a step is the same whatever is drawn, so here all operations run
 * and those that were not drawn are multiplied by zero: the numbers are GDAS's, the cost is that of DARTS. BatchNorm's
 * running statistics therefore move for all operations, where the public code moves those of the drawn one.
 *
 * The original (the authors' AutoDL code) draws once a pass and cell type; an operation that was not drawn adds its
 * weight, which is zero, so that the weight's gradient is the sum of the output's. The port of NAS-Bench-1Shot1 draws in
 * every cell anew, also where the supernet is evaluated, leaves out what was not drawn, and only relaxes the weights of
 * inputs and outputs. (It evaluates an epoch at the temperature of the next; here it is the epoch's own.)
 */
import type { Node } from "../graph/node.ts";
import { pack } from "../graph/ops/mod.ts";
import { mapMatrices, type PlacedMatrix } from "../network/alphas.ts";
import { topPairs } from "../network/darts/discretize.ts";
import { discretize } from "../network/discretize.ts";
import { linear, ramp } from "../optim/schedules.ts";
import { gumbelNoise, largestOfRows, relaxedSample, straightThrough } from "../search/gumbel.ts";
import { setting } from "../setting.ts";
import { papers } from "../papers.ts";
import { darts } from "./darts.ts";
import type { MethodWith, Port, RelaxContext } from "./method.ts";
import { portGroup } from "./ports.ts";
import { rateByEpoch } from "./published.ts";

const portOn = (kind: string): Port => (kind === "nasbench1shot1" ? "1shot1" : "original");

/** Rows that choose a state to read are relaxed, not drawn: more than one is taken. */
const choosesOperations = ({ name }: PlacedMatrix): boolean => !/^(inputs|output)/.test(name);

/** A mixing vector drawn with the numbers of one of the key's blocks of streams; without chance where there is no key. */
const drawn = ({ alphas, layout, key, numbers }: RelaxContext, block: number): Node =>
  mapMatrices(alphas, layout, (matrix, i) => {
    const placed = layout.matrices[i]!;
    const noise = key && gumbelNoise(key, block * layout.matrices.length + i, placed.shape);
    const sample = relaxedSample(matrix, noise, numbers["temperature"]!);
    if (!choosesOperations(placed)) return sample;
    return key ? straightThrough(sample) : largestOfRows(matrix);
  });

export const gdas: MethodWith<typeof portGroup> = {
  ...darts,
  name: "gdas",
  summary: "draws one operation for each edge in every pass, by the Gumbel-softmax",
  source: papers.gdas,
  deviations: [
    "All operations are computed, and those not drawn are multiplied by zero: the results are those of GDAS, at the " +
    "cost of DARTS.",
    "BatchNorm's running statistics are updated for all operations; in the public code only for those drawn.",
    `${
      setting("port")
    } \`1shot1\`, the only version for the spaces of NAS-Bench-1Shot1, evaluates each epoch at its own ` +
    "temperature; that benchmark's code takes the temperature of the next epoch.",
    rateByEpoch,
  ],
  groups: portGroup,
  ports: ({ kind }) => [portOn(kind)],
  published: ({ kind }) => {
    if (kind === "nasbench1shot1") return { epochs: 100, batch: 96 };
    return { epochs: 250, batch: kind === "darts" ? 256 : 64, weightDecay: 5e-4, nesterov: true };
  },
  stepOrder: ({ port }) => (port === "1shot1" ? "alphas first" : "weights first"),
  chanceInEvaluation: ({ port }) => port === "1shot1",
  alphaClip: ({ port }) => (port === "1shot1" ? 5 : 0),
  variant: ({ port }) => ({ undrawn: port === "1shot1" ? "nothing" : "weight" }),
  numbers: ({ port }, epoch, epochs) => ({
    temperature: port === "1shot1" ? linear(10, 1, epoch / epochs) : linear(10, 0.1, ramp(epoch, epochs)),
  }),
  sample: ({ port }, context) => {
    if (port !== "1shot1" || !context.key) return drawn(context, 0);
    const { layout: { floats }, cells } = context;
    const each = Array.from({ length: cells }, (_, c) => c);
    return pack(each.map((c) => drawn(context, c)), each.map((c) => c * floats), [cells, floats]);
  },
  discretize: (_, weights, space) =>
    space.kind === "darts" ? topPairs(weights, space) : discretize(weights, space),
};
