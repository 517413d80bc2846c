/** Finds the genotypes in a text: a program, a log, JSON, or what a cell alone is written as. */
import { classes, findNotation, ownFields } from "./families.ts";
import { type Literal, LiteralError, readLiteral, wrong } from "./literal.ts";
import type { Fields } from "./misfit.ts";

/** The fields of what may be a genotype, and where a text has it. */
export interface Found {
  readonly value: Fields;
  /** Where in the text the value begins that it lies in. */
  readonly at: number;
  /** The keys that lead to it in that value; "" where it is the value itself. */
  readonly key: string;
}

const classPattern = new RegExp(`\\b(?:${Object.keys(classes).join("|")})\\s*\\(`, "g");

/** Whether a text is a genotype itself, maybe one with mistakes, rather than the name of one. */
export const isGenotypeText = (text: string): boolean =>
  /^\s*\{|=\s*\{/.test(text) || text.search(classPattern) >= 0 || findNotation(text).length > 0;

/**
 * The genotypes in a text, each once; what stands around them is ignored, but nothing may stand around JSON. Throws a
 * `LiteralError` for one that cannot be read.
 */
export function findGenotypes(text: string): Found[] {
  const found = /^\s*\{/.test(text) ? inDocuments(text) : inProse(text);
  const seen = new Set<string>();
  return found.filter(({ value }) => seen.size < seen.add(JSON.stringify(value)).size);
}

/** In JSON objects or dicts, one after the other. Where they hold no genotype the first stands for it. */
function inDocuments(text: string): Found[] {
  const found: Found[] = [];
  let first: Found | undefined;
  for (let at = text.search(/\S/); at < text.length;) {
    const { value, end } = readLiteral(text, at, classes);
    found.push(...within(value, "", at));
    first ??= { value: value as Fields, at, key: "" };
    at = end + text.slice(end).search(/\S|$/);
    if (at < text.length && text[at] !== "{") throw wrong({ text, at }, "something comes after the last }");
  }
  return found.length > 0 || first === undefined ? found : [first];
}

/** Braces that are tried in a text that has no call: a log may be full of others. */
const mostBraces = 1000;

function inProse(text: string): Found[] {
  const calls = live([...text.matchAll(classPattern)].map(({ index }) => index), text);
  const found: Found[] = [];
  let end = 0;
  for (const at of calls) {
    if (at < end) continue;
    const read = readLiteral(text, at, classes);
    end = read.end;
    found.push({ value: read.value as Fields, at, key: "" });
  }
  if (calls.length > 0) return found;
  const braces = [...text.matchAll(/\{/g)].slice(0, mostBraces).map(({ index }) => index);
  for (const at of live(braces, text)) {
    if (at < end) continue;
    const read = tryLiteral(text, at);
    if (read === undefined) continue;
    end = read.end;
    found.push(...within(read.value, "", at));
  }
  if (found.length > 0) return found;
  return findNotation(text).map((one) => ({ ...one, key: "" }));
}

function tryLiteral(text: string, at: number): ReturnType<typeof readLiteral> | undefined {
  try {
    return readLiteral(text, at, classes);
  } catch (cause) {
    if (cause instanceof LiteralError) return undefined;
    throw cause;
  }
}

/** The longest part of a line that is looked at before something. */
const longestLine = 200;

const lineBefore = (text: string, at: number): string =>
  text.slice(Math.max(0, at - longestLine), at).split("\n").at(-1)!;

/** Places that are neither in a comment nor where a class is defined; all of them if each is in a comment. */
function live(places: readonly number[], text: string): readonly number[] {
  const used = places.filter((at) => !/\b(?:class|def)\s+$/.test(lineBefore(text, at)));
  const plain = used.filter((at) => !/^\s*#|\s#\s/.test(lineBefore(text, at)));
  return plain.length > 0 ? plain : used;
}

/** The genotypes in a value: itself, what it calls its genotype, or any that lie in it. */
function within(value: Literal, key: string, at: number): Found[] {
  if (typeof value === "string") {
    return isGenotypeText(value) ? findGenotypes(value).map((one) => ({ ...one, key, at })) : [];
  }
  if (typeof value !== "object" || value === null) return [];
  const inside = (name: string, part: Literal) => within(part, key === "" ? name : `${key}.${name}`, at);
  if (Array.isArray(value)) return value.flatMap((part, i) => inside(String(i), part));
  const fields = value as { readonly [key: string]: Literal };
  const own = ["genotype", "arch"].filter((name) => Object.hasOwn(fields, name) && !isCellText(fields[name]))
    .flatMap((name) => inside(name, fields[name]!));
  if (own.length > 0) return own;
  const cell = ownFields(underOwnNames(fields));
  if (cell !== undefined) return [{ value: cell, at, key }];
  return Object.entries(fields).flatMap(([name, part]) => inside(name, part));
}

/**
 * Whether a value is the text that NAS-Bench-201 writes a cell as: its field `arch` holds that, in other files a
 * genotype.
 */
const isCellText = (value: unknown): boolean => typeof value === "string" && value.includes("~");

/** The fields of a genotype by the names that it has here: benchmarks call its parts otherwise. */
function underOwnNames(fields: Fields): Fields {
  const { arch, module_adjacency: matrix, module_operations: ops } = fields;
  if (arch !== undefined && isCellText(arch)) return { arch };
  return matrix === undefined ? fields : { matrix, ops };
}

/**
 * What a text calls its genotypes, `NAME = …` or a key; the line, or the place in it, where that does not tell them
 * apart.
 */
export function namesOf(found: readonly Found[], text: string): string[] {
  const names = found.map(({ at, key }) => key || nameBefore(text, at));
  const lines = found.map(({ at }) => `line ${text.slice(0, at).split("\n").length}`);
  const once = (name: string, among: readonly string[]) => among.indexOf(name) === among.lastIndexOf(name);
  return found.map(({ at }, i) => {
    const [name, line] = [names[i]!, lines[i]!];
    if (name !== "" && once(name, names)) return name;
    return once(line, lines) ? line : `${line} column ${at - text.lastIndexOf("\n", at - 1)}`;
  });
}

const nameBefore = (text: string, at: number): string =>
  /(\w+)\s*[=:]\s*(?:\w+\.)*$/.exec(lineBefore(text, at))?.[1] ?? "";
