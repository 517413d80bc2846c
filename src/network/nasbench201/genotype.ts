/**
 * A NAS-Bench-201 cell in the benchmark's notation: for each node, the operations from all nodes before it,
 * `|nor_conv_3x3~0|+|none~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_1x1~1|none~2|`.
 */
import type { OperationName } from "../../nn/operation_names.ts";
import { nasbench201Edges, nasbench201Nodes, nasbench201Operations } from "../../spaces/nasbench201.ts";
import { checkFields, type Fields, inWords, Misfit, nearestOperation } from "../misfit.ts";

/** A cell of NAS-Bench-201. */
export interface NasBench201Genotype {
  /** In the notation above, with the predecessors in order. */
  readonly arch: string;
}

/** The genotype with these operations, one an edge. */
export const genotypeOf = (operations: readonly OperationName[]): NasBench201Genotype => ({
  arch: nasbench201Nodes.map((node) =>
    `|${
      nasbench201Edges.flatMap(({ from, to }, e) => to === node ? [`${operations[e]}~${from}`] : []).join("|")
    }|`
  ).join("+"),
});

/** The operations of a genotype, one an edge. */
export const edgeOperations = ({ arch }: NasBench201Genotype): OperationName[] =>
  arch.split("+").flatMap((node) => node.slice(1, -1).split("|")).map((entry) =>
    entry.split("~")[0] as OperationName
  );

/** What is wrong with an architecture, in words; its operations in the order of the edges where nothing is. */
function parse(arch: string): OperationName[] | string {
  const nodes = arch.split("+");
  if (nodes.length !== nasbench201Nodes.length) {
    return `${nodes.length} nodes with + between them, a cell has ${nasbench201Nodes.length}`;
  }
  const operations: OperationName[] = [];
  for (const [n, text] of nodes.entries()) {
    const node = n + 1;
    if (!/^\|.+\|$/.test(text)) return `node ${node} is "${text}", and should begin and end with |`;
    const found = new Map<number, OperationName>();
    for (const entry of text.slice(1, -1).split("|")) {
      const [, name, from] = /^([^~]*)~?(.*)$/.exec(entry)!;
      const operation = nasbench201Operations.find((known) => known === name);
      if (operation === undefined) {
        return `unknown operation "${name}", did you mean ${nearestOperation(name!, nasbench201Operations)}?`;
      }
      if (!/^\d+$/.test(from!) || Number(from) >= node || found.has(Number(from))) {
        const wanted = Array.from({ length: node }, (_, i) => i).join(", ");
        return `"${entry}" of node ${node}: it takes one operation from each of the nodes ${wanted}, as in ${name}~0`;
      }
      found.set(Number(from), operation);
    }
    if (found.size < node) return `node ${node} has ${found.size} of its ${node} operations`;
    for (let from = 0; from < node; from++) operations.push(found.get(from)!);
  }
  return operations;
}

/** The cell in a parsed value. Throws a {@link Misfit}. */
export function parseGenotype(value: Fields): NasBench201Genotype {
  checkFields(value, ["arch"]);
  const { arch } = value;
  if (typeof arch !== "string") {
    throw new Misfit("arch", `it is ${inWords(arch)}, and should be a text such as "|nor_conv_3x3~0|+…"`);
  }
  const operations = parse(arch.trim());
  if (typeof operations === "string") throw new Misfit("arch", operations);
  return genotypeOf(operations);
}

/** The architectures that stand in a text, and where. One may go on over spaces and lines between its parts. */
export function findArchitectures(text: string): { readonly arch: string; readonly at: number }[] {
  const found = joinedWords(text);
  if (found.length === 1 && found[0]!.arch.startsWith("|")) return found;
  return found.map(({ arch, at }) => ({ arch: arch.slice(arch.indexOf("|"), arch.lastIndexOf("|") + 1), at }))
    .filter(({ arch }) => arch.includes("~"));
}

/**
 * The words of a text, those of an architecture that is wrapped as one; each with the place of its first bar. By words:
 * a pattern for all of it would take time that grows with the cube of a long text.
 */
function joinedWords(text: string): { arch: string; at: number }[] {
  const joined: { words: string[]; at: number; barred: boolean }[] = [];
  for (const { 0: word, index } of text.matchAll(/\S+/g)) {
    const bar = word.indexOf("|");
    let last = joined.at(-1);
    if (last === undefined || !goesOn(last.words.at(-1)!, word)) {
      joined.push(last = { words: [], at: index, barred: false });
    }
    if (!last.barred && bar >= 0) Object.assign(last, { at: index + bar, barred: true });
    last.words.push(word);
  }
  return joined.map(({ words, at }) => ({ arch: words.join(""), at }));
}

/** Whether an architecture that ends a word goes on in the next one: they meet at a plus, or within a node. */
const goesOn = (before: string, word: string): boolean =>
  before.endsWith("+") || word.startsWith("+") || (before.endsWith("|") && /^\w+~/.test(word)) ||
  (word.startsWith("|") && /~\d+$/.test(before));

/** JSON; `readGenotype` reads it back. */
export const genotypeJson = ({ arch }: NasBench201Genotype): string =>
  `${JSON.stringify({ arch }, null, 2)}\n`;
