/** `inspect` as a command. */
import { usageError } from "../errors.ts";
import { oneOf, toggle, whole } from "../fields.ts";
import { setting } from "../setting.ts";
import { methodByName } from "../methods/mod.ts";
import { portFields } from "../methods/ports.ts";
import { spaceOf } from "../network/genotype.ts";
import { resolveGenotype } from "../network/resolve_genotype.ts";
import { spaceByName } from "../spaces/mod.ts";
import { define, type Parsed } from "./command.ts";
import { fittingPort } from "./derive.ts";
import { methodNames, spaceNames } from "./names.ts";
import { depth, genotype, output, width } from "./schema.ts";

const groups = {
  "What to count": {
    genotype: genotype.optional(),
    space: oneOf(spaceNames, "search space: counts its supernet instead").optional(),
    method: oneOf(methodNames, "search method whose supernet of the space is counted").optional(),
    ...portFields,
    channels: whole("channels of the first cell; by default the space's own", width).optional(),
    layers: whole("cells; by default the space's own", depth).optional(),
    classes: whole("classes", { min: 2 }).default(10),
    size: whole("height and width of the images", { min: 4, max: 1024 }).default(32),
    imageChannels: whole("colour channels of the images", { min: 1, max: 4 }).default(3),
    auxiliary: toggle("count the parameters of the auxiliary head too, apart"),
  },
  "Output": { json: output.json },
};

/** Settings of `inspect`, complete; exactly one of `genotype` and `space` is there. */
export type InspectConfig = Parsed<typeof groups> & { channels: number; layers: number };

/** The size in which the publications of a genotype's space train it. */
function networkSize(genotype: string): { channels: number; layers: number } {
  const { evalChannels = 36, evalLayers = 20 } = spaceOf(resolveGenotype(genotype)).published ?? {};
  return { channels: Number(evalChannels), layers: Number(evalLayers) };
}

/** What is counted of the network of a genotype only. */
const ofGenotypes = ["size", "auxiliary"] as const;

function complete(parsed: Parsed<typeof groups>, given: Readonly<Record<string, unknown>>): InspectConfig {
  const { genotype, space } = parsed;
  for (const key of ofGenotypes) {
    if (space === undefined || !given[key]) continue;
    throw usageError(
      `${setting(key)} goes with ${
        setting("genotype")
      }: of a supernet no multiply-adds and no auxiliary head are ` +
        "counted. Leave it out.",
    );
  }
  if ((genotype === undefined) === (space === undefined)) {
    throw usageError(
      genotype === undefined
        ? `Nothing to inspect: give ${
          setting("genotype")
        } (a file, a published name, or Genotype(…) text) or ${setting("space")}.`
        : `Give either ${setting("genotype")} or ${setting("space")}, not both.`,
    );
  }
  if (parsed.method === undefined && parsed.port !== undefined) {
    throw usageError(
      `${setting("port")} ${parsed.port} is a version of a method; give ${setting("method")} with it.`,
    );
  }
  if (parsed.method !== undefined && space === undefined) {
    throw usageError(
      `${setting("method")} ${parsed.method} changes the supernet of a space; give ${
        setting("space")
      } with it.`,
    );
  }
  const usual = space === undefined
    ? networkSize(genotype!)
    : { channels: 16, layers: spaceByName(space).layers };
  return {
    ...parsed,
    ...(parsed.method !== undefined &&
      { port: fittingPort(methodByName(parsed.method), spaceByName(space!), parsed.port) }),
    channels: parsed.channels ?? usual.channels,
    layers: parsed.layers ?? usual.layers,
  };
}

export const inspectCommand = define({
  name: "inspect",
  summary: "Count the parameters and multiply-adds of a genotype's network or of a supernet.",
  examples: [
    "inspect --genotype PC_DARTS_cifar --channels 36 --layers 20 --classes 10 --json",
    "inspect --space s5 --channels 16 --layers 8",
  ],
  groups,
  complete,
  needsAdapter: () => false,
  endsAtOnce: 130,
});
