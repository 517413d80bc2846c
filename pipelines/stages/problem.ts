/** What a search is about: everything its stages need that does not change while it runs. */
import type { SearchConfig } from "../../src/config/derive.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import type { Node } from "../../src/graph/node.ts";
import { input } from "../../src/graph/ops/mod.ts";
import { type Method, methodByName } from "../../src/methods/mod.ts";
import { type Supernet, supernet } from "../../src/network/supernet.ts";
import type { AlphaLayout } from "../../src/search/alphas.ts";
import { supernetAlphas } from "../../src/search/step_graphs.ts";
import { spaceByName } from "../../src/spaces/mod.ts";
import type { Key } from "../../src/random.ts";
import { dropPathScales } from "../../src/training/drop_path.ts";

export interface SearchProblem {
  readonly config: SearchConfig;
  readonly data: Dataset;
  readonly net: Supernet;
  readonly layout: AlphaLayout;
  readonly method: Method;
}

export function searchProblem(config: SearchConfig, data: Dataset): SearchProblem {
  const { channels, layers } = config;
  const size = { channels, layers, classes: data.classes.length, imageChannels: data.channels };
  const net = supernet(spaceByName(config.space), size);
  return { config, data, net, layout: supernetAlphas(net), method: methodByName(config.method) };
}

/** The inputs of the state that every search step reads, by the names of `SearchState`. */
export function networkInputs({ net }: SearchProblem): { weights: Node; statistics: Node; noiseKey: Node } {
  return {
    weights: input("weights", [net.layout.parameterFloats]),
    statistics: input("statistics", [net.layout.statisticsFloats]),
    noiseKey: input("noiseKey", [2], "u32"),
  };
}

/** A vector of the size of the alphas. */
export const alphaInput = ({ layout }: SearchProblem, name: string): Node => input(name, [layout.floats]);

/** Drop-path scales of the mixed operations for one batch; undefined where the search drops none. */
export const dropInput = ({ config, net }: SearchProblem, name: string): Node | undefined =>
  config.searchDropPath > 0 ? input(name, [net.dropPaths, config.batch]) : undefined;

/** The feed of {@link dropInput} from a key of its own; `drop` is the probability. */
export const dropFeeds = (
  { config, net }: SearchProblem,
  name: string,
  key: Key,
  drop: number,
): Record<string, Float32Array> =>
  config.searchDropPath > 0 ? { [name]: dropPathScales(key, net.dropPaths, config.batch, drop) } : {};
