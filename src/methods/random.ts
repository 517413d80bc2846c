/** A cell drawn uniformly from the space, without any search: the baseline that every method has to beat. */
import { randomGenotype } from "../network/discretize.ts";
import { drawing } from "../random.ts";
import { darts } from "./darts.ts";
import type { Method } from "./method.ts";

export const random: Method = {
  ...darts,
  name: "random",
  summary: "draws a cell uniformly, without any search",
  source: undefined,
  deviations: [],
  strategy: { kind: "drawn", draw: (space, key) => randomGenotype(space, drawing(key)) },
};
