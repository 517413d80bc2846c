/** Tables of the search spaces and of the operations that they choose from. */
import { publishedGenotypes } from "../../src/network/darts/published.ts";
import { countCells, countNetwork, skipCount } from "../../src/network/mod.ts";
import { operationNames, operations as known } from "../../src/nn/operation_names.ts";
import { type DartsSpace, type Space, spaces } from "../../src/spaces/mod.ts";
import { code, codes, none, table } from "./markdown.ts";
import { cited } from "./methods.ts";

/** The operations that a space has on any of its edges, in the order of their names' list. */
function operationsOf(space: Space): string[] {
  const used = new Set<string>(
    space.kind === "darts" ? Object.values(space.candidates).flat(2) : space.operations,
  );
  return operationNames.filter((name) => used.has(name));
}

const product = (values: readonly number[]): number => values.reduce((total, value) => total * value, 1);

/** Pairs of edges into each node, and of each an operation other than `none`; of both cell types. */
const dartsCells = ({ candidates, edges }: DartsSpace): number =>
  product(
    Object.values(candidates).map((rows) => {
      const choices = rows.map((operations) => operations.filter((name) => name !== "none").length);
      const nodes = Map.groupBy(edges.map(({ to }, e) => ({ to, count: choices[e]! })), ({ to }) => to);
      return product([...nodes.values()].map((into) =>
        into.reduce(
          (sum, { count }, i) =>
            sum + count * into.slice(i + 1).reduce((rest, other) => rest + other.count, 0),
          0,
        )
      ));
    }),
  );

/** The cells that a space's rule of discretization chooses from, told apart by their labels. */
function cellsIn(space: Space): number {
  if (space.kind === "darts") return dartsCells(space);
  if (space.kind === "nasbench201") return space.operations.length ** space.matrices[0]!.rows.length;
  return countCells(space)["cells_with_loose_ends"]!;
}

const exponent = (n: number): string => [...String(n)].map((digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(digit)]).join("");

/** A count, from ten million on rounded. */
function counted(count: number): string {
  if (count < 1e7) return count.toLocaleString("en");
  const [mantissa, power] = count.toExponential(1).split("e+");
  return `${mantissa} · 10${exponent(Number(power))}`;
}

/** Rows by columns of each tensor of architecture parameters. */
const alphas = ({ matrices }: Space): string =>
  matrices.map(({ rows }) => `${rows.length}×${rows[0]!.choices.length}`).join(", ");

const overview = (): string =>
  table(
    ["space", "what its cells choose from", "published in"],
    spaces.map((space) => [code(space.name), space.summary, cited(space.source)]),
  );

const sizes = (): string =>
  table(
    ["space", "kind", "alphas", "cells in it", "cells of a supernet"],
    spaces.map((space) => [
      code(space.name),
      code(space.kind),
      alphas(space),
      counted(cellsIn(space)),
      String(space.layers),
    ]),
  );

const operations = (): string =>
  table(
    ["operation", "what it is made of", "spaces"],
    operationNames.map((name) => [
      code(name),
      known[name].parts,
      codes(spaces.filter((space) => operationsOf(space).includes(name)).map((space) => space.name)) || none,
    ]),
  );

/** The size that papers report a cell's network at, on images of CIFAR-10. */
const reported = { channels: 36, layers: 20, classes: 10 };

const genotypes = (): string =>
  table(
    ["genotype", "parameters", "multiply-adds", "skip connections"],
    Object.entries(publishedGenotypes).map(([name, genotype]) => {
      const { parameters, macs } = countNetwork(genotype, reported);
      return [
        code(name),
        parameters.toLocaleString("en"),
        `${(macs / 1e6).toFixed(2)} M`,
        String(skipCount(genotype)),
      ];
    }),
  );

export const spaceTables: readonly (readonly [string, () => string])[] = [
  ["spaces", overview],
  ["sizes of spaces", sizes],
  ["operations", operations],
  ["genotypes", genotypes],
];
