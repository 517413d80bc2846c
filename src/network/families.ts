/** The families by kind of space. A new one is a folder and a line here. */
import { usageError } from "../errors.ts";
import type { Space, SpaceKind } from "../spaces/space.ts";
import type { DartsGenotype } from "./darts/genotype.ts";
import { darts } from "./darts/mod.ts";
import type { Family } from "./family.ts";
import type { Classes } from "./literal.ts";
import type { Fields } from "./misfit.ts";
import { nasbench1shot1 } from "./nasbench1shot1/mod.ts";
import type { ModelSpec } from "./nasbench1shot1/model_spec.ts";
import type { NasBench201Genotype } from "./nasbench201/genotype.ts";
import { nasbench201 } from "./nasbench201/mod.ts";

/** A discrete architecture, in the form that the repositories of its space use. */
export type Genotype = DartsGenotype | ModelSpec | NasBench201Genotype;

/** A family without its types: each function below gives it only what is its own. */
type AnyFamily = Family<Space, Genotype>;

const families: Readonly<Record<SpaceKind, AnyFamily>> = { darts, nasbench1shot1, nasbench201 };

export const familyOf = ({ kind }: Space): AnyFamily => families[kind];

const all = Object.values(families);

/** The family whose field a genotype has; a usage error where it has none. */
export function familyOfGenotype(genotype: object, source: string): AnyFamily {
  const found = all.find(({ field }) => field in genotype);
  if (found) return found;
  const fields = all.map(({ field }) => `"${field}"`).join(" or ");
  throw usageError(`Cannot use the genotype from ${source}: it has no field ${fields}`);
}

/** The classes of Python that hold genotypes of any family. */
export const classes: Classes = Object.assign({}, ...all.map((family) => family.classes ?? {}));

/** The fields of a value that are of the family whose field it has; undefined where it has that of none. */
export function ownFields(value: Fields): Fields | undefined {
  const family = all.find(({ field }) => field in value);
  if (family === undefined) return undefined;
  const own = [family.field, ...Object.values(family.classes ?? {}).flat()];
  return Object.fromEntries(Object.entries(value).filter(([name]) => own.includes(name)));
}

/** The values in a text that is in a family's own notation, and where in it they begin. */
export const findNotation = (text: string): readonly { readonly value: Fields; readonly at: number }[] =>
  all.flatMap(({ find }) => find?.(text) ?? []);
