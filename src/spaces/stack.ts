/** How the benchmarks cut a row of cells into three stacks: at one and two thirds. */

/** The stack (0, 1 or 2) of a cell (from 0) of `layers`; 0 for what stands before the first cell. */
export const stackOf = (cell: number, layers: number): number =>
  [Math.floor(layers / 3), Math.floor((2 * layers) / 3)].filter((start) => cell >= start).length;
