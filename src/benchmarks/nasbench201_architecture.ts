/**
 * Architecture strings of NAS-Bench-201 (Dong and Yang, ICLR 2020, arXiv:2001.00326):
 * `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`, the inputs of nodes 1, 2 and 3, each `operation~source node`.
 */

const OPERATIONS = ["none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3"];
const PATTERN = /^\|(\w+)~0\|\+\|(\w+)~0\|(\w+)~1\|\+\|(\w+)~0\|(\w+)~1\|(\w+)~2\|$/;

/** 5 operations on 6 edges. */
export const ARCHITECTURES = OPERATIONS.length ** 6;

/** How a string must read, for messages. */
export const ARCHITECTURE_FORM = `|op~0|+|op~0|op~1|+|op~0|op~1|op~2| with operations ${
  OPERATIONS.join(", ")
}`;

/** The number of an architecture, in [0, 15625): its operations as digits, first edge first. */
export function architectureCode(architecture: string): number | undefined {
  const operations = PATTERN.exec(architecture)?.slice(1).map((name) => OPERATIONS.indexOf(name));
  if (operations === undefined || operations.includes(-1)) return undefined;
  return operations.reduce((code, operation) => code * OPERATIONS.length + operation, 0);
}

/** The architecture of that number. */
export function architectureOf(code: number): string {
  const [a, b, c, d, e, f] = Array.from(
    { length: 6 },
    (_, edge) => OPERATIONS[Math.floor(code / OPERATIONS.length ** (5 - edge)) % OPERATIONS.length],
  );
  return `|${a}~0|+|${b}~0|${c}~1|+|${d}~0|${e}~1|${f}~2|`;
}
