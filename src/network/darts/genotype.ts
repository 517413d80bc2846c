/**
 * A DARTS genotype: the discrete architecture of both cells. Each entry is (operation, predecessor); entries come in
 * pairs, one pair a node, and nodes are numbered from 2 (0 and 1 are the cell's inputs). The order within a
 * pair does not change the function, but it names the weights `_ops.0` to `_ops.7`, so it is kept. An entry of
 * `none` holds the place of an edge that the node does without (Fair DARTS); a node without any edge is zero.
 */
import { z } from "zod";
import { nearest } from "../../errors.ts";
import { type OperationName, operationNames } from "../../nn/operation_names.ts";

export type GenotypeEdge = readonly [operation: OperationName, predecessor: number];

/** The entries that are edges: all but those of `none`. */
export const presentEdges = (entries: readonly GenotypeEdge[]): readonly GenotypeEdge[] =>
  entries.filter(([operation]) => operation !== "none");

/** Field names are those of every DARTS repository, in JSON and in Python text alike. */
export interface DartsGenotype {
  readonly normal: readonly GenotypeEdge[];
  readonly normal_concat: readonly number[];
  readonly reduce: readonly GenotypeEdge[];
  readonly reduce_concat: readonly number[];
}

const operation = z.string().transform((name, context): OperationName => {
  const known = operationNames.find((candidate) => candidate === name);
  if (known) return known;
  const message = `unknown operation "${name}", did you mean ${nearest(name, operationNames)}?`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const cellEdges = z.array(z.tuple([operation, z.int().min(0)])).min(2, "a cell has no edges")
  .superRefine((edges, context) => {
    const complain = (message: string) => context.addIssue({ code: "custom", message });
    if (edges.length % 2 === 1) complain(`${edges.length} edges, but every node takes two`);
    edges.forEach(([name, predecessor], i) => {
      const node = 2 + Math.floor(i / 2);
      if (predecessor >= node) {
        complain(
          `edge ${i} (${name}) of node ${node} comes from node ${predecessor}, which is not before it`,
        );
      }
    });
  });

const concat = z.array(z.int().min(0)).min(1, "nothing to concatenate")
  .refine((nodes) => new Set(nodes).size === nodes.length, "a node stands twice in the concatenation");

export const genotypeSchema: z.ZodType<DartsGenotype> = z.strictObject({
  normal: cellEdges,
  normal_concat: concat,
  reduce: cellEdges,
  reduce_concat: concat,
}).superRefine((genotype, context) => {
  for (const cell of ["normal", "reduce"] as const) {
    const last = 1 + genotype[cell].length / 2;
    const beyond = genotype[`${cell}_concat`].find((node) => node > last);
    if (beyond !== undefined) {
      const message = `node ${beyond} does not exist, the last one is ${last}`;
      context.addIssue({ code: "custom", path: [`${cell}_concat`], message });
    }
  }
});
