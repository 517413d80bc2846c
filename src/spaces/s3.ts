/** S3: S2 and `none`. Source: Zela et al., ICLR 2020. */
import { uniformSpace } from "./darts_cell.ts";

export const s3 = uniformSpace("s3", "none, skip_connect, sep_conv_3x3", [
  "none",
  "skip_connect",
  "sep_conv_3x3",
]);
