/** Builders for single settings: a zod type with the words and limits that flags, help and messages are made of. */
import { z } from "zod";

/** What values a number may take; `above` and `below` exclude the limit itself. */
interface Range {
  min?: number;
  max?: number;
  above?: number;
  below?: number;
}

function bounded<T extends z.ZodNumber>(type: T, { min, max, above, below }: Range): T {
  let result = type;
  if (min !== undefined) result = result.min(min);
  if (max !== undefined) result = result.max(max);
  if (above !== undefined) result = result.gt(above);
  if (below !== undefined) result = result.lt(below);
  return result;
}

/** Fields of settings by key, under headings. */
export type Groups = Readonly<Record<string, Readonly<Record<string, z.ZodType>>>>;

/** What is all of the parts of a union. */
type Intersection<U> = (U extends unknown ? (of: U) => void : never) extends (of: infer I) => void ? I
  : never;
/** The fields of all headings. */
export type Fields<G extends Groups, I = Intersection<G[keyof G]>> = {
  [Key in keyof I]: I[Key] extends z.ZodType ? I[Key] : never;
};

export const fieldsOf = <G extends Groups>(groups: G): Fields<G> =>
  Object.assign({}, ...Object.values(groups));

/** Groups put together. */
export type Together<G extends Groups> = Intersection<G>;

/** Groups put together: what stands under one heading in several stands under it in the order given. */
export function together<G extends Groups>(groups: readonly G[]): Together<G> {
  const all: Record<string, Record<string, z.ZodType>> = {};
  for (const [heading, fields] of groups.flatMap((group) => Object.entries(group))) {
    all[heading] = { ...all[heading], ...fields };
  }
  return all as Together<G>;
}

/** The settings of a record of fields. */
export type SettingsOf<F extends z.ZodRawShape> = z.output<z.ZodObject<F>>;

/** The settings under those headings. */
export type SettingsUnder<G extends Groups> = SettingsOf<Fields<G>>;

/** A whole number. */
export const whole = (description: string, range: Range = { min: 1 }) =>
  bounded(z.int(), range).meta({ description });

/** A finite number. */
export const real = (description: string, range: Range = {}) =>
  bounded(z.number(), range).meta({ description });

/** A yes or no; off unless given. */
export const toggle = (description: string) => z.boolean().meta({ description }).default(false);

/** Free text; `title` names the value in the help, such as `dir`. */
export const text = (title: string, description: string) => z.string().min(1).meta({ title, description });

/** A path; `title` as above. It is taken from where the user stands. */
export const path = (title: string, description: string) =>
  z.string().min(1).meta({ title, description, format: "path" });

/** Paths, at least one; on a command line they stand last, by their places. */
export const paths = (title: string, description: string) =>
  z.array(z.string().min(1)).min(1).meta({ title, description, format: "path" });

/** One of the names, or else a path. */
export const namedPath = (title: string, names: readonly string[], description: string) =>
  z.string().min(1).meta({ title, description, format: "name-or-path", examples: [...names] });

/** One of the names, a path, or the text of what these stand for. */
export const namedText = (title: string, names: readonly string[], description: string) =>
  z.string().min(1).meta({ title, description, format: "name-path-or-text", examples: [...names] });

/** Some of the names, with commas between them; which they are stands in the help. */
export const listOf = (title: string, names: readonly string[], description: string) =>
  z.string().min(1).meta({
    title,
    description: description.replace("%", names.join(", ")),
    format: "list",
    examples: [...names],
  });

/** One of a list of names. */
export const oneOf = <const N extends readonly string[]>(names: N, description: string) =>
  z.enum(names).meta({ title: "name", description });
