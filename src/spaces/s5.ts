/** S5: the space of DARTS, with `none` among its eight operations, as the public MS-DARTS code searches it. */
import { papers } from "../papers.ts";
import { uniformSpace } from "./darts_cell.ts";

export const s5 = uniformSpace("s5", "the eight operations of DARTS, none included", [
  "none",
  "max_pool_3x3",
  "avg_pool_3x3",
  "skip_connect",
  "sep_conv_3x3",
  "sep_conv_5x5",
  "dil_conv_3x3",
  "dil_conv_5x5",
]);

/** S5 without `none`: its weights are those of S5, its architecture parameters [14, 7]. */
export const s5x7 = uniformSpace(
  "s5-7",
  "S5 without none: the seven operations the paper lists",
  s5.candidates.normal[0]!.filter((operation) => operation !== "none"),
  papers.msDarts,
);
