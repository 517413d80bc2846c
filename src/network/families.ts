/** The families by kind of space. A new one is a folder and a line here. */
import { usageError } from "../errors.ts";
import type { Space, SpaceKind } from "../spaces/space.ts";
import { darts } from "./darts/mod.ts";
import type { Family } from "./family.ts";
import type { Genotype } from "./genotype.ts";
import type { Classes } from "./literal.ts";
import type { Fields } from "./misfit.ts";
import { nasbench1shot1 } from "./nasbench1shot1/mod.ts";
import { nasbench201 } from "./nasbench201/mod.ts";

/** A family without its types: each function below gives it only what is its own. */
type AnyFamily = Family<Space, Genotype>;

const families = { darts, nasbench1shot1, nasbench201 } as unknown as Readonly<Record<SpaceKind, AnyFamily>>;

export const familyOf = ({ kind }: Space): AnyFamily => families[kind];

const all = Object.values(families);

/** Whether a value has the field of a family's genotypes. */
export const hasFamily = (value: object): boolean => all.some(({ field }) => field in value);

/** The family whose field a genotype has; a usage error where it has none. */
export function familyOfGenotype(genotype: object, source: string): AnyFamily {
  const found = all.find(({ field }) => field in genotype);
  if (found) return found;
  const fields = all.map(({ field }) => `"${field}"`).join(" or ");
  throw usageError(`Cannot use the genotype from ${source}: it has no field ${fields}`);
}

/** The classes of Python that hold genotypes of any family. */
export const classes: Classes = Object.assign({}, ...all.map((family) => family.classes ?? {}));

/** The values in a text that is in a family's own notation. */
export const findNotation = (text: string): readonly Fields[] =>
  all.flatMap(({ find }) => find?.(text) ?? []);
