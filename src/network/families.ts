/** The families by kind of space. A new one is a folder and a line here. */
import { usageError } from "../errors.ts";
import type { Space, SpaceKind } from "../spaces/space.ts";
import { darts } from "./darts/mod.ts";
import type { Family } from "./family.ts";
import type { Genotype } from "./genotype.ts";
import { nasbench1shot1 } from "./nasbench1shot1/mod.ts";
import { nasbench201 } from "./nasbench201/mod.ts";

/** A family without its types: each function below gives it only what is its own. */
type AnyFamily = Family<Space, Genotype>;

const families = { darts, nasbench1shot1, nasbench201 } as unknown as Readonly<Record<SpaceKind, AnyFamily>>;

export const familyOf = ({ kind }: Space): AnyFamily => families[kind];

/** The family whose field a genotype has; a usage error where it has none. */
export function familyOfGenotype(genotype: object, source: string): AnyFamily {
  const all = Object.values(families);
  const found = all.find(({ field }) => field in genotype);
  if (found) return found;
  const fields = all.map(({ field }) => `"${field}"`).join(" or ");
  throw usageError(`Cannot use the genotype from ${source}: it has no field ${fields}`);
}

/** What a text means, in the notation of whichever family knows it. */
export function readNotation(text: string, source: string): unknown {
  for (const family of Object.values(families)) {
    const value = family.read(text, source);
    if (value !== undefined) return value;
  }
  return undefined;
}
