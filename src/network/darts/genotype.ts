/**
 * A DARTS genotype: the discrete architecture of both cells. Each entry is (operation, predecessor); entries come in
 * pairs, one pair a node, and nodes are numbered from 2 (0 and 1 are the cell's inputs). The order within a
 * pair does not change the function, but it names the weights `_ops.0` to `_ops.7`, so it is kept. An entry of
 * `none` holds the place of an edge that the node does without (Fair DARTS); a node without any edge is zero.
 */
import { type OperationName, operationNames, shortNames } from "../../nn/operation_names.ts";
import { asList, checkFields, type Fields, inWords, isCount, Misfit, nearestOperation } from "../misfit.ts";

/** An operation and the state it reads: 0 and 1 are the inputs of the cell, nodes follow. */
export type GenotypeEdge = readonly [operation: OperationName, predecessor: number];

/** The entries that are edges: all but those of `none`. */
export const presentEdges = (entries: readonly GenotypeEdge[]): readonly GenotypeEdge[] =>
  entries.filter(([operation]) => operation !== "none");

/** Field names are those of every DARTS repository, in JSON and in Python text alike. */
export interface DartsGenotype {
  /** Edges of the normal cell, two a node. */
  readonly normal: readonly GenotypeEdge[];
  /** The nodes whose outputs are concatenated. */
  readonly normal_concat: readonly number[];
  /** Edges of the reduction cell, two a node. */
  readonly reduce: readonly GenotypeEdge[];
  /** The nodes whose outputs are concatenated. */
  readonly reduce_concat: readonly number[];
}

export const genotypeFields = ["normal", "normal_concat", "reduce", "reduce_concat"] as const;

/**
 * The genotype in a parsed value. A cell's edges may stand in one list or in a list for each node, and may have their
 * weights with them, which say nothing of the cell. Throws a {@link Misfit}.
 */
export function parseGenotype(value: Fields): DartsGenotype {
  checkFields(value, genotypeFields);
  const { normal, reduce } = { normal: parseCell(value, "normal"), reduce: parseCell(value, "reduce") };
  return {
    normal,
    normal_concat: parseConcat(value, "normal_concat", normal),
    reduce,
    reduce_concat: parseConcat(value, "reduce_concat", reduce),
  };
}

function parseCell(value: Fields, field: "normal" | "reduce"): GenotypeEdge[] {
  const entries = asList(value[field], field, "a list of edges such as ('sep_conv_3x3', 0)");
  if (entries.length === 0) throw new Misfit(field, "a cell has no edges");
  const edges = isNode(entries[0]) ? entries.flatMap((node, i) => nodeEdges(node, i, field)) : entries;
  if (edges.length % 2 === 1) throw new Misfit(field, `${edges.length} edges, but every node takes two`);
  return edges.map((edge, i) => parseEdge(edge, 2 + Math.floor(i / 2), `${field}, ${placeOf(i)}`));
}

const placeOf = (edge: number): string =>
  `node ${2 + Math.floor(edge / 2)}, ${edge % 2 === 0 ? "first" : "second"} edge`;

/** Whether an entry of a cell is the list of a node's edges rather than an edge. */
const isNode = (entry: unknown): boolean => Array.isArray(entry) && Array.isArray(entry[0]);

function nodeEdges(node: unknown, index: number, field: string): readonly unknown[] {
  const where = `${field}, node ${2 + index}`;
  const edges = asList(node, where, "a list of two edges, as for the first node");
  if (!isNode(edges)) {
    throw new Misfit(where, "it is an edge, and should be a list of two, as for the first node");
  }
  if (edges.length === 2) return edges;
  const one = edges.length === 1 ? "; what it does without stands as ('none', 0)" : "";
  throw new Misfit(
    where,
    `it has ${edges.length} edge${edges.length === 1 ? "" : "s"}, but every node takes two${one}`,
  );
}

function parseEdge(edge: unknown, node: number, where: string): GenotypeEdge {
  const form = "(operation, node), as in ('sep_conv_3x3', 0)";
  const [operation, predecessor, weight, ...rest] = asList(edge, where, form);
  if (predecessor === undefined || rest.length > 0) {
    throw new Misfit(where, `it is ${inWords(edge)}, and should be ${form}`);
  }
  if (weight !== undefined && weight !== null && typeof weight !== "number") {
    throw new Misfit(where, `its third part is ${inWords(weight)}, and may only be the edge's weight`);
  }
  // Weights lie below 2; some programs write the node that an edge leads to, which its place says here.
  if (isCount(weight) && weight >= 2 && weight !== node) {
    throw new Misfit(
      where,
      `its third part is ${weight}, which is no weight, and as a node not the one of its place, ${node}`,
    );
  }
  const name = parseOperation(operation, where);
  if (!isCount(predecessor)) {
    throw new Misfit(
      where,
      `its node is ${inWords(predecessor)}, and should be a number from 0 to ${node - 1}`,
    );
  }
  if (predecessor >= node) {
    throw new Misfit(where, `${name} comes from node ${predecessor}, which is not before node ${node}`);
  }
  return [name, predecessor];
}

/** What a DARTS cell has; the other operations are of other cells. */
const operations: readonly OperationName[] = ["none", ...Object.values(shortNames)];

function parseOperation(value: unknown, where: string): OperationName {
  if (typeof value !== "string") {
    throw new Misfit(
      where,
      `its operation is ${inWords(value)}, and should be a name such as "sep_conv_3x3"`,
    );
  }
  const known = operations.find((candidate) => candidate === value);
  if (known) return known;
  const near = nearestOperation(value, operations);
  throw new Misfit(
    where,
    operationNames.some((name) => name === value)
      ? `${value} is an operation of other cells than these; the nearest here is ${near}`
      : `unknown operation "${value}", did you mean ${near}?`,
  );
}

function parseConcat(value: Fields, field: string, edges: readonly GenotypeEdge[]): number[] {
  const nodes = asList(value[field], field, "a list of nodes, as in range(2, 6)");
  if (nodes.length === 0) throw new Misfit(field, "nothing to concatenate");
  const last = 1 + edges.length / 2;
  const seen = new Set<number>();
  return nodes.map((node) => {
    if (!isCount(node)) {
      throw new Misfit(field, `${inWords(node)} is no node; they are numbered from 0 to ${last}`);
    }
    if (node > last) throw new Misfit(field, `node ${node} does not exist, the last one is ${last}`);
    if (field.startsWith("reduce") && node < 2) {
      throw new Misfit(
        field,
        `node ${node} is an input of the cell, and twice as large as what the cell reduces to`,
      );
    }
    if (seen.has(node)) throw new Misfit(field, "a node stands twice in the concatenation");
    seen.add(node);
    return node;
  });
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
