/**
 * `model.py`: a trained network as a module of PyTorch, which needs nothing else. The file is put together from the
 * parts beside this one, which are Python themselves: what all networks have, the network of the genotype's family, and
 * of the operations those that it uses.
 */
import { cellOperations, type Genotype, genotypeJson, spaceOf } from "../../network/genotype.ts";
import { connected, type ModelSpec } from "../../network/nasbench1shot1/model_spec.ts";
import type { SpaceKind } from "../../spaces/space.ts";
import type { ReadNetwork } from "../../training/network_file.ts";
import { noiseError } from "../noise.ts";
import darts from "./darts.py" with { type: "text" };
import head from "./head.py" with { type: "text" };
import nasbench1shot1 from "./nasbench1shot1.py" with { type: "text" };
import nasbench201 from "./nasbench201.py" with { type: "text" };
import operations from "./operations.py" with { type: "text" };
import { type Literal, python } from "./python_literal.ts";
import tail from "./tail.py" with { type: "text" };

/**
 * The text of a `model.py` for the network, whose weights it reads from `model.safetensors` beside it: the state dict's
 * tensors, without those of an auxiliary head.
 *
 * @throws UserError (exit 2) for a network with noise, which is drawn anew for every image
 */
export function modelPy({ net, classes, normalisation, images }: ReadNetwork): string {
  if (cellOperations(net.genotype).flat().includes("noise")) throw noiseError();
  const { size: { channels, layers }, genotype } = net;
  const { source, facts = {} } = familyParts[spaceOf(genotype).kind](genotype);
  const network = filled(`${head}\n${source}`, {
    CLASSES: classes,
    IMAGE: [images.channels, images.height, images.width],
    MEAN: normalisation.mean,
    STD: normalisation.std,
    CHANNELS: channels,
    LAYERS: layers,
    GENOTYPE: JSON.parse(genotypeJson(genotype)),
    ...facts,
  });
  // Pillow's box takes a pixel whole or not at all, which is the area where sizes divide evenly.
  const ends = images.resizing === "area"
    ? tail.replace("Image.BILINEAR", "Image.BOX").replace("resized as", "resized nearly as")
    : tail;
  return [network, ...usedOperations(network), ends].join("\n\n");
}

/** The Python of a family's networks, and the constants in it besides those of all. */
interface FamilyPart {
  readonly source: string;
  readonly facts?: Readonly<Record<string, Literal>>;
}

const familyParts: Readonly<Record<SpaceKind, (genotype: Genotype) => FamilyPart>> = {
  darts: () => ({ source: darts }),
  nasbench201: () => ({ source: nasbench201 }),
  nasbench1shot1: (genotype) => ({
    source: nasbench1shot1,
    facts: { VERTICES: connected(genotype as ModelSpec) },
  }),
};

/** A part with values for its constants, each of which stands on a line of its own. */
function filled(source: string, constants: Readonly<Record<string, Literal>>): string {
  return Object.entries(constants).reduce((text, [name, value]) => {
    const line = new RegExp(`^${name} = .*$`, "m");
    if (!line.test(text)) throw new TypeError(`There is no constant ${name} in this part of model.py`);
    return text.replace(line, () => `${name} = ${python(value, name.length + 3)}`);
  }, source);
}

/** A definition of Python with the lines before its name that belong to it. */
const definedName = /^(?:#.*\n)*(?:class |def )?(\w+)/;

/** The operations that a network's text names, and the definitions that these are made of, in order. */
function usedOperations(network: string): string[] {
  const named = new Set(network.match(/[\w-]+/g));
  const table = operations.replace(
    /^ {4}"([\w-]+)": .*\n/gm,
    (line, name: string) => named.has(name) ? line : "",
  );
  const definitions = table.trimEnd().split("\n\n\n").map((text) => `${text}\n`);
  const names = definitions.map((text) => definedName.exec(text)![1]!);
  const used = new Set<number>();
  const use = (text: string): void =>
    names.forEach((name, i) => {
      if (used.has(i) || !new RegExp(`\\b${name}\\b`).test(text)) return;
      used.add(i);
      use(definitions[i]!);
    });
  use(network);
  return definitions.filter((_, i) => used.has(i));
}
