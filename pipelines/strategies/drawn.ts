/** Methods that draw their cell. */
import type { Drawn } from "../../src/methods/mod.ts";
import { fold, keyFromSeed } from "../../src/random.ts";
import type { StrategyRules } from "./rules.ts";

export const drawn: StrategyRules<Drawn> = {
  followsGradient: false,
  supernet: () => undefined,
  noSupernet: "which draws its cell: it has no supernet to look at.",
  find(_, { config, net }, { draw }) {
    const genotype = draw(net.space, fold(keyFromSeed(config.seed), "draw"));
    return Promise.resolve({ genotype, shown: [], notes: [], files: {} });
  },
};
