/** What in a value does not fit a genotype: where it is, what was found there, and what should be. */
import { nearest } from "../errors.ts";
import { Bare } from "./literal.ts";

/** A value that is no genotype; the message begins with where in it. */
export class Misfit extends Error {
  constructor(where: string, what: string) {
    super(`${where}: ${what}`);
  }
}

/** Fields of a value, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a genotype that are told apart from others'; what is None in a field beyond them says nothing. */
export function checkFields(value: Fields, known: readonly string[]): void {
  const missing = known.find((field) => value[field] === undefined || value[field] === null);
  if (missing !== undefined) throw new Misfit(missing, "it is missing");
  const extra = Object.keys(value).find((field) => !known.includes(field) && value[field] !== null);
  if (extra === undefined) return;
  throw new Misfit(extra, `there is no such field; there are ${known.join(", ")}`);
}

/** What a value is, for a sentence. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Bare) return `the name ${value.name}, without quotes`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${value.length}`;
  if (typeof value === "object") return "a dict";
  return String(value);
}

/** What other programs call operations that have another name here, by that of this project. */
const otherNames: Readonly<Record<string, string>> = {
  identity: "skip_connect",
  id: "skip_connect",
  skip: "skip_connect",
  zero: "none",
  zeroize: "none",
};

/** The operation of `known` that an unknown name most likely means. */
export function nearestOperation(name: string, known: readonly string[]): string {
  const other = name.toLowerCase();
  return nearest(Object.hasOwn(otherNames, other) ? otherNames[other]! : name, known);
}

export function asList(value: unknown, where: string, wanted: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new Misfit(where, `it is ${inWords(value)}, and should be ${wanted}`);
}

/** A number that may count nodes. Python and JSON write some of them with a decimal point. */
export const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
