/** How a row of cells is cut into three stacks: at one and two thirds. */

/** The stack (0, 1 or 2) of a cell (from 0) of `layers`; 0 for what stands before the first cell. */
export const stackOf = (cell: number, layers: number): number =>
  [Math.floor(layers / 3), Math.floor((2 * layers) / 3)].filter((start) => cell >= start).length;

/** Whether a cell is the first of another stack than that of the cell before it. */
export const startsStack = (cell: number, layers: number): boolean =>
  stackOf(cell, layers) > stackOf(cell - 1, layers);
