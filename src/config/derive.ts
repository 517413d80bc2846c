/** What follows from the settings a user gave: values left open, and checks across several settings. */
import type { z } from "zod";
import { nearest, usageError } from "../errors.ts";
import { extentsOf, type Method, methodByName, type Port, portOf } from "../methods/mod.ts";
import { type Space, spaceByName, spaces } from "../spaces/mod.ts";
import { spaceOf } from "../network/genotype.ts";
import { resolveGenotype } from "../network/resolve_genotype.ts";
import { isPaper, type Preset, shortAlphas } from "./presets.ts";
import {
  type doctorSchema,
  type evaluateSchema,
  type inspectSchema,
  type searchSchema,
  type stepSchema,
  trainingOf,
} from "./schema.ts";

type Parsed<S extends z.ZodType> = z.output<S>;

/** Learning rate of the alphas in the publications that say nothing else. */
export const usualArchLr = 3e-4;

/** Settings of `search`, complete. */
export type SearchConfig = Parsed<typeof searchSchema> & {
  layers: number;
  archLr: number;
  warmup: number;
  cutout: number;
  order: number;
  selectEpochs: number;
};
/** Settings of `evaluate`, complete. */
export type EvaluateConfig = Parsed<typeof evaluateSchema>;
/** Settings of `inspect`; exactly one of `genotype` and `space` is there. */
export type InspectConfig = Parsed<typeof inspectSchema> & { channels: number; layers: number };
export type StepConfig = Parsed<typeof stepSchema>;
export type DoctorConfig = Parsed<typeof doctorSchema>;

/** A preset as `evaluate` reads it: its data and its training half. */
export function evaluatePreset(preset: Preset): Partial<z.input<typeof evaluateSchema>> {
  const { data, trainLimit, testLimit } = preset;
  const table = { data, trainLimit, testLimit, ...trainingOf(preset) };
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined));
}

/** In the paper's presets, a genotype is trained as the publication of its space trains it. */
export function publishedEvaluation(
  { preset, genotype }: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!isPaper(preset) || typeof genotype !== "string") return {};
  const { published = {} } = spaceOf(resolveGenotype(genotype));
  const { data: _, ...training } = evaluatePreset({ data: "", ...published });
  return training;
}

/** What the user left open is the method's choice. */
export function completeSearch(parsed: Parsed<typeof searchSchema>): SearchConfig {
  const { epochs, space } = parsed;
  if (parsed.lrMin > parsed.lr) {
    throw usageError(`--lr-min ${parsed.lrMin} is above --lr ${parsed.lr}; the learning rate falls to it.`);
  }
  const method = methodByName(parsed.method);
  checkFit(method, spaceByName(space));
  const settings = { ...parsed, port: portOf(method, spaceByName(space), parsed.port) };
  const layers = parsed.layers ?? spaceByName(space).layers;
  const extents = extentsOf(method.strategy, settings, { epochs, layers });
  const shortest = Math.min(...extents.map((extent) => extent.epochs));
  if (parsed.warmup !== undefined && parsed.warmup >= shortest) {
    throw usageError(
      `--warmup ${parsed.warmup} leaves none of the ${shortest} epochs${
        extents.length > 1 ? " of a stage" : ""
      } for the alphas; give at most ${shortest - 1}.`,
    );
  }
  const short = isPaper(parsed.preset) ? undefined : shortAlphas({ ...parsed, epochs: shortest });
  hessianEvery(parsed.hessian);
  const order = parsed.order ?? method.order;
  if (order === 2 && method.steps(settings) === "joint") {
    throw usageError(
      `${method.name} has no second order: it moves alphas and weights in one step. Leave --order out.`,
    );
  }
  if (order === 1 && parsed.unrolled === "fd") {
    throw usageError("--unrolled fd is a way to the second order; give --order 2 with it.");
  }
  return {
    ...settings,
    layers,
    order,
    selectEpochs: parsed.selectEpochs ?? Math.max(1, Math.round(parsed.evalEpochs / 10)),
    warmup: parsed.warmup ?? short?.warmup ?? method.warmup(settings, epochs),
    archLr: parsed.archLr ?? short?.archLr ?? usualArchLr,
    cutout: parsed.cutout ?? method.cutout(settings, spaceByName(space)),
    epsilon: parsed.epsilon ?? method.epsilon,
  };
}

/** Raises a usage error for a method that does not search such a space. */
function checkFit({ name, fits }: Method, space: Space): void {
  if (fits === undefined || fits.includes(space.kind)) return;
  const fitting = spaces.filter(({ kind }) => fits.includes(kind)).map((other) => other.name);
  throw usageError(`${name} does not fit the space ${space.name}; it fits ${fitting.join(", ")}.`);
}

/** N of `--hessian every=N`; 0 where it was not given. Raises a usage error for other words. */
export function hessianEvery(given: string | undefined): number {
  if (given === undefined) return 0;
  const epochs = Number(/^every=(\d+)$/.exec(given)?.[1] ?? 0);
  if (epochs >= 1) return epochs;
  throw usageError(`--hessian is "${given}"; it says every how many epochs, as in --hessian every=1.`);
}

/** The size in which the publications of a genotype's space train it. */
function networkSize(genotype: string): { channels: number; layers: number } {
  const { evalChannels = 36, evalLayers = 20 } = spaceOf(resolveGenotype(genotype)).published ?? {};
  return { channels: Number(evalChannels), layers: Number(evalLayers) };
}

export function completeInspect(parsed: Parsed<typeof inspectSchema>): InspectConfig {
  const { genotype, space } = parsed;
  if ((genotype === undefined) === (space === undefined)) {
    throw usageError(
      genotype === undefined
        ? "Nothing to inspect: give --genotype (a file, a published name, or Genotype(…) text) or --space."
        : "Give either --genotype or --space, not both.",
    );
  }
  if (parsed.method === undefined && parsed.port !== undefined) {
    throw usageError(`--port ${parsed.port} is a version of a method; give --method with it.`);
  }
  if (parsed.method !== undefined && space === undefined) {
    throw usageError(`--method ${parsed.method} changes the supernet of a space; give --space with it.`);
  }
  const usual = space === undefined
    ? networkSize(genotype!)
    : { channels: 16, layers: spaceByName(space).layers };
  return {
    ...parsed,
    ...(parsed.method !== undefined && { port: fittingPort(parsed.method, space!, parsed.port) }),
    channels: parsed.channels ?? usual.channels,
    layers: parsed.layers ?? usual.layers,
  };
}

/** The version of a method to take on a space. Raises a usage error for a method or version that does not fit it. */
function fittingPort(method: string, space: string, given: Port | undefined): Port | undefined {
  checkFit(methodByName(method), spaceByName(space));
  return portOf(methodByName(method), spaceByName(space), given);
}

/** The names of a list with commas, each of which must be known. */
export function listed<T extends string>(flag: string, what: string, list: string, known: readonly T[]): T[] {
  return list.split(",").map((name) => name.trim()).map((name) => {
    const found = known.find((other) => other === name);
    if (found) return found;
    throw usageError(
      `Unknown ${what} "${name}" for ${flag}; did you mean "${nearest(name, known)}"? Known: ${
        known.join(", ")
      }.`,
    );
  });
}
