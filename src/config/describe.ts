/** Settings in words, from their JSON Schema. */
import { z } from "zod";
import { nearest, usageError } from "../errors.ts";
import type { CommandShape } from "./command.ts";

/** The value of a flag, or of a word that stands by itself, as a command line gives it. */
export type FlagValue = string | boolean | readonly string[];

/** The part of JSON Schema that settings use. */
export interface SettingSchema {
  format?: string;
  type?: "integer" | "number" | "boolean" | "string" | "array";
  title?: string;
  description?: string;
  default?: unknown;
  enum?: string[];
  /** Names that may be given where others may too, or several. */
  examples?: string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
}

export const settingSchema = (type: z.ZodType): SettingSchema =>
  z.toJSONSchema(type, { io: "input" }) as SettingSchema;

/** The setting of a command by its key. */
export const settingOf = ({ schema }: CommandShape, key: string): SettingSchema =>
  settingSchema(schema.shape[key]!);

/** `lrMin` → `lr-min`, the flag's name without dashes. */
export const kebab = (key: string): string => key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A setting of that value as words of a command line. */
export const flagOf = (key: string, value: unknown): string[] =>
  typeof value === "boolean" ? [`--${value ? "" : "no-"}${kebab(key)}`] : [`--${kebab(key)}`, String(value)];

/** A limit that was set, not the range of exact whole numbers that every whole number has. */
export const stated = (limit: number | undefined): limit is number =>
  limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER;

/** What a setting takes: `a whole number of at least 1`, `a number above 0`. */
function allowed(schema: SettingSchema, value: unknown): string {
  const given = typeof value === "number" ? value : NaN;
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "string") return "a text that is not empty";
  if (schema.type === "array") return "a list of texts that are not empty";
  const limits: string[] = [];
  if (stated(schema.minimum)) limits.push(`of at least ${schema.minimum}`);
  if (stated(schema.exclusiveMinimum)) limits.push(`above ${schema.exclusiveMinimum}`);
  // The range of exact whole numbers is told to whoever leaves it.
  if (stated(schema.maximum) || given > Number(schema.maximum)) {
    limits.push(`at most ${schema.maximum}`);
  }
  if (stated(schema.exclusiveMaximum)) limits.push(`below ${schema.exclusiveMaximum}`);
  const noun = schema.type === "integer"
    ? "a whole number"
    : Math.abs(given) === Infinity
    ? "a finite number"
    : "a number";
  return [noun, limits.join(" and ")].join(" ").trimEnd();
}

/** One sentence on a value that a setting does not take. `where` is how the user wrote it: `--lr`, `"lr" in a.json`. */
export function wrongValue(where: string, key: string, value: unknown, schema: SettingSchema): string {
  if (schema.enum !== undefined) {
    const name = typeof value === "string" ? value : shown(value);
    return unknownName(kebab(key), name, where, schema.enum);
  }
  return `${where} is ${shown(value)}, but must be ${allowed(schema, value)}.`;
}

/** One sentence on a name that is not among those that are known. */
export const unknownName = (what: string, name: string, where: string, known: readonly string[]): string =>
  `Unknown ${what} "${name}" for ${where}; did you mean "${nearest(name, known)}"? Known: ${
    known.join(", ")
  }.`;

/** The names of a list with commas, each of which must be known. */
export function listed<T extends string>(flag: string, what: string, list: string, known: readonly T[]): T[] {
  return list.split(",").map((name) => name.trim()).map((name) => {
    const found = known.find((other) => other.toLowerCase() === name.toLowerCase());
    if (found) return found;
    throw usageError(unknownName(what, name, flag, known));
  });
}

/** The value of one flag, the text of a number as the number; text that is none stays, to be refused by its setting. */
export function flagValue<T extends FlagValue>({ type }: SettingSchema, value: T): T | number {
  const numeric = (type === "integer" || type === "number") && typeof value === "string" &&
    value.trim() !== "";
  return numeric && !Number.isNaN(Number(value)) ? Number(value) : value;
}

/** A value in words; what holds others, maybe very many, is only named. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
