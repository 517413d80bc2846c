/**
 * Architecture strings of NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv:2001.00326):
 * `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`, the inputs of nodes 1, 2 and 3, each `operation~source node`.
 */

import { genotypeOf } from "../network/nasbench201/genotype.ts";
import { nasbench201Edges, nasbench201Operations, type NasBench201Space } from "../spaces/nasbench201.ts";

const operationNames: readonly string[] = nasbench201Operations;
const architecturePattern = /^\|(\w+)~0\|\+\|(\w+)~0\|(\w+)~1\|\+\|(\w+)~0\|(\w+)~1\|(\w+)~2\|$/;

/** 5 operations on 6 edges. */
export const architectureCount = operationNames.length ** nasbench201Edges.length;

/** How a string must read, for messages. */
export const architectureForm = `|op~0|+|op~0|op~1|+|op~0|op~1|op~2| with operations ${
  operationNames.join(", ")
}`;

/** The number of an architecture, in [0, 15625): its operations as digits, first edge first. */
export function architectureCode(architecture: string): number | undefined {
  const operations = architecturePattern.exec(architecture)?.slice(1).map((name) =>
    operationNames.indexOf(name)
  );
  if (operations === undefined || operations.includes(-1)) return undefined;
  return operations.reduce((code, operation) => code * operationNames.length + operation, 0);
}

/** The architecture of that number. */
export const architectureOf = (code: number): string =>
  genotypeOf(nasbench201Edges.map((_, edge) => {
    const place = nasbench201Edges.length - 1 - edge;
    return nasbench201Operations[Math.floor(code / operationNames.length ** place) % operationNames.length]!;
  })).arch;

/** The numbers of the architectures of these operations alone. */
export const architecturesOf = (operations: NasBench201Space["operations"]): number[] =>
  nasbench201Edges.reduce<number[]>(
    (codes) =>
      codes.flatMap((code) =>
        operations.map((name) => code * operationNames.length + operationNames.indexOf(name))
      ),
    [0],
  );
