/** Genotypes as text: JSON, and the Python expression that every DARTS repository prints and reads. */
import { usageError, UserError } from "../../errors.ts";
import type { DartsGenotype, GenotypeEdge } from "./genotype.ts";

/**
 * The value of a text with one `Genotype(…)` in it; undefined where there is none. Text around the expression, such as
 * `NAME =` or a log line's beginning, is ignored. Throws a usage error naming `source` for one that cannot be read.
 */
export function readPython(text: string, source: string): unknown {
  if (!/\bGenotype\s*\(/.test(text)) return undefined;
  try {
    return JSON.parse(pythonToJson(text, source));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const wanted = "Genotype(normal=[('sep_conv_3x3', 1), …], normal_concat=range(2, 6), …)";
    throw usageError(`Cannot read the genotype from ${source}: it is not valid ${wanted}`, { cause });
  }
}

/** A cell has dozens of edges; the patterns below take time that grows with the square of the text. */
const LONGEST_CALL = 10_000;

/** The argument list of the one `Genotype(…)` in `text`, as the JSON object it means. */
function pythonToJson(text: string, source: string): string {
  const code = text.replaceAll(/#[^\n]*/g, "");
  const calls = [...code.matchAll(/\bGenotype\s*\(/g)];
  if (calls.length !== 1) {
    const problem = calls.length === 0
      ? "no Genotype(…) and no JSON object in it"
      : "more than one Genotype(…) in it";
    throw usageError(`Cannot read the genotype from ${source}: there is ${problem}`);
  }
  const content = argumentsFrom(code.slice(calls[0]!.index + calls[0]![0].length));
  if (content.length > LONGEST_CALL) {
    throw usageError(
      `Cannot read the genotype from ${source}: its Genotype(…) is longer than ${LONGEST_CALL} characters`,
    );
  }
  return "{" + content
    .replaceAll(/\brange\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/g, expandRange)
    .replaceAll(/\blist\s*\(\s*(\[[^\]]*\])\s*\)/g, "$1")
    .replaceAll("(", "[")
    .replaceAll(")", "]")
    .replaceAll("'", '"')
    .replaceAll(/(\w+)\s*=/g, '"$1":')
    .replaceAll(/,(\s*[\]}]|\s*$)/g, "$1") +
    "}";
}

/** The text up to the parenthesis that closes the call; all of it if none does, which JSON then rejects. */
function argumentsFrom(text: string): string {
  let depth = 1;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    if (text[i] === ")" && --depth === 0) return text.slice(0, i);
  }
  return text;
}

/** Longer than any cell's list of nodes: what a range holds beyond is missing from the cell already here. */
const longestRange = 1000;

function expandRange(_match: string, first: string, second: string | undefined): string {
  const [from, to] = second === undefined ? [0, Number(first)] : [Number(first), Number(second)];
  const length = Math.min(longestRange, Math.max(0, to - from));
  return JSON.stringify(Array.from({ length }, (_, i) => from + i));
}

/** JSON, one cell a line; `readGenotype` reads it back. */
export function genotypeJson(genotype: DartsGenotype): string {
  const { normal, normal_concat, reduce, reduce_concat } = genotype;
  const fields = Object.entries({ normal, normal_concat, reduce, reduce_concat });
  return `{\n${fields.map(([name, value]) => `  "${name}": ${JSON.stringify(value)}`).join(",\n")}\n}\n`;
}

/** The Python expression, as `repr` prints it. */
export function genotypePython(genotype: DartsGenotype): string {
  const edges = (list: readonly GenotypeEdge[]) =>
    list.map(([name, from]) => `('${name}', ${from})`).join(", ");
  const nodes = (list: readonly number[]) => {
    const first = list[0]!;
    const contiguous = list.every((node, i) => node === first + i);
    return contiguous ? `range(${first}, ${first + list.length})` : `[${list.join(", ")}]`;
  };
  return `Genotype(normal=[${edges(genotype.normal)}], normal_concat=${nodes(genotype.normal_concat)}, ` +
    `reduce=[${edges(genotype.reduce)}], reduce_concat=${nodes(genotype.reduce_concat)})`;
}
