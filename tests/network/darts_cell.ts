/** A cell that tests write in many forms, and what they ask of a text or a path that is refused. */
import { assertStringIncludes, assertThrows } from "deno-std/assert";
import { UserError } from "../../src/errors.ts";
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { genotypeText, readGenotype } from "../../src/network/genotype.ts";
import { resolveGenotype } from "../../src/network/resolve_genotype.ts";

export const cell = publishedGenotypes.DARTS_V2;
export const darts = genotypeText(cell);

/** The text is refused with these words. */
export const refusesText = (text: string, words: string): void =>
  assertStringIncludes(assertThrows(() => readGenotype(text, "a"), UserError).message, words);

/** The path, or the name, is refused with these words. */
export const refusesPath = (path: string, words: string): void =>
  assertStringIncludes(assertThrows(() => resolveGenotype(path), UserError).message, words);

/** The file is refused, and why. */
export const refusesFile = (path: string, why: string): void =>
  refusesPath(path, `Cannot read the genotype file "${path}": ${why}`);
