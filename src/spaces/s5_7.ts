/**
 * S5-7: S5 without `none`, the seven operations the MS-DARTS paper lists. The weights are those of S5; the
 * architecture parameters are [14, 7].
 */
import { uniformSpace } from "./darts_cell.ts";
import { s5 } from "./s5.ts";

export const s5x7 = uniformSpace(
  "s5-7",
  "S5 without none: the seven operations the paper lists",
  s5.candidates.normal[0]!.filter((operation) => operation !== "none"),
);
