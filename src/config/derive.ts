/** What follows from the settings a user gave: values left open, and checks across several settings. */
import { usageError } from "../errors.ts";
import { setting } from "../setting.ts";
import { choosesOnValidation, extentsOf, type Method, type Port } from "../methods/mod.ts";
import { portOf } from "../methods/ports.ts";
import type { StepOrder } from "../search/iteration.ts";
import { type Space, spaces } from "../spaces/mod.ts";
import { genotypeText, spaceOf } from "../network/genotype.ts";
import { resolveGenotype } from "../network/resolve_genotype.ts";
import { type ReadNetwork, readNetwork, trainedFile } from "../training/network_file.ts";
import type { Parsed, Unparsed } from "./command.ts";
import { isPaper, type Preset, shortAlphas } from "./presets.ts";
import { type Subject, subjectOf } from "./subject.ts";
import { type evaluateGroups, type searchGroups, trainingOf } from "./schema.ts";
import type { SearchConfig } from "./search_config.ts";

/** Learning rate of the alphas in the publications that say nothing else. */
export const usualArchLr = 3e-4;

/** Why a search has no second order, by the order of its steps. */
const firstOrderOnly: { readonly [Order in StepOrder]?: string } = {
  "joint": "moves alphas and weights in one step",
  "weights only": "leaves the alphas as they start",
};

/** Settings of `evaluate`, complete. */
export type EvaluateConfig = Parsed<typeof evaluateGroups>;

/** A preset as `evaluate` reads it: its data and its training half. */
export function evaluatePreset(preset: Preset): Partial<Unparsed<typeof evaluateGroups>> {
  const { data, trainLimit, testLimit } = preset;
  const table = { data, trainLimit, testLimit, ...trainingOf(preset) };
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));
}

/**
 * In the paper's presets, a genotype is trained as the publication of its space trains it. A network to go on from has
 * its genotype and sizes already, and images of one size.
 */
export function publishedEvaluation(
  { preset, genotype, from }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const network = typeof from === "string" ? settingsOf(readNetwork(trainedFile(from))) : {};
  const text = network.genotype ?? genotype;
  if (!isPaper(preset) || typeof text !== "string") return network;
  const { published = {} } = spaceOf(resolveGenotype(text));
  const { data: _, ...training } = evaluatePreset({ data: "", ...published });
  return { ...training, ...network };
}

/** The settings that a trained network leaves no choice of, or suggests. */
function settingsOf({ net, images }: ReadNetwork): Partial<EvaluateConfig> {
  const { channels, layers, auxiliary } = net.size;
  const { height, width, resizing } = images;
  return {
    ...{ genotype: genotypeText(net.genotype), channels, layers },
    ...(!auxiliary && { auxiliary: 0 }),
    ...(height === width && { size: height }),
    ...(resizing && { resizing }),
  };
}

/** A network goes on with images that were chosen for it: those of the usual preset are hardly meant. */
export function completeEvaluation(
  parsed: Parsed<typeof evaluateGroups>,
  given: Readonly<Record<string, unknown>>,
): EvaluateConfig {
  const { from } = parsed;
  if (from !== undefined && given["data"] === undefined && given["preset"] === undefined) {
    throw usageError(`${setting("from")} ${from} needs ${setting("data")}: the images to go on with.`);
  }
  return parsed;
}

/** What the user left open is the method's choice. */
export function completeSearch(parsed: Parsed<typeof searchGroups>, own?: Partial<Subject>): SearchConfig {
  const { epochs } = parsed;
  if (parsed.lrMin > parsed.lr) {
    throw usageError(
      `${setting("lrMin")} ${parsed.lrMin} is above ${
        setting("lr")
      } ${parsed.lr}; the learning rate falls to it.`,
    );
  }
  const { method, space } = subjectOf(parsed, own);
  const settings = { ...parsed, port: fittingPort(method, space, parsed.port) };
  const layers = parsed.layers ?? space.layers;
  const extents = extentsOf(method.strategy, settings, { epochs, layers });
  const shortest = Math.min(...extents.map((extent) => extent.epochs));
  if (parsed.warmup !== undefined && parsed.warmup >= shortest) {
    throw usageError(
      `${setting("warmup")} ${parsed.warmup} leaves none of the ${shortest} epochs${
        extents.length > 1 ? " of a stage" : ""
      } for the alphas; give at most ${shortest - 1}.`,
    );
  }
  const short = isPaper(parsed.preset) ? undefined : shortAlphas({ ...parsed, epochs: shortest });
  hessianEvery(parsed.hessian);
  const order = parsed.order ?? method.order;
  const why = method.slope ? "follows no gradient of the alphas" : firstOrderOnly[method.stepOrder(settings)];
  if (order === 2 && why !== undefined) {
    throw usageError(`${method.name} has no second order: it ${why}. Leave ${setting("order")} out.`);
  }
  if (order === 1 && parsed.unrolled === "fd") {
    throw usageError(
      `${setting("unrolled")} fd is a way to the second order; give ${setting("order")} 2 with it.`,
    );
  }
  if (parsed.levels === 1 && choosesOnValidation(method.strategy)) {
    throw usageError(
      `${method.name} chooses its cell by images that did not train the weights, which ${
        setting("levels")
      } 1 leaves none of. Leave ${setting("levels")} out.`,
    );
  }
  return {
    ...settings,
    method: method.name,
    space: space.name,
    layers,
    order,
    selectEpochs: parsed.selectEpochs ?? Math.max(1, Math.round(parsed.evalEpochs / 10)),
    warmup: parsed.warmup ?? short?.warmup ?? method.warmup(settings, epochs, space),
    archLr: parsed.archLr ?? method.archLr ?? short?.archLr ?? usualArchLr,
    archWeightDecay: method.optimiser.decays ? parsed.archWeightDecay : 0,
    cutout: parsed.cutout ?? method.cutout(settings, space),
    epsilon: parsed.epsilon ?? method.epsilon,
  };
}

/** The version of a method to take on a space. Throws a usage error for a method or version that does not fit it. */
export function fittingPort(method: Method, space: Space, given: Port | undefined): Port | undefined {
  const { name, fits } = method;
  if (fits === undefined || fits.includes(space.kind)) return portOf(method, space, given);
  const fitting = spaces.filter(({ kind }) => fits.includes(kind)).map((other) => other.name);
  throw usageError(`${name} does not fit the space ${space.name}; it fits ${fitting.join(", ")}.`);
}

/** N of `--hessian every=N`; 0 where it was not given. Throws a usage error for other words. */
export function hessianEvery(given: string | undefined): number {
  if (given === undefined) return 0;
  const epochs = Number(/^every=(\d+)$/.exec(given)?.[1] ?? 0);
  if (epochs >= 1) return epochs;
  const flag = setting("hessian");
  throw usageError(`${flag} is "${given}"; it says every how many epochs, as in ${flag} every=1.`);
}
