/** S2: skip or 3×3 separable convolution. Source: Zela et al., ICLR 2020. */
import { uniformSpace } from "./darts_cell.ts";

export const s2 = uniformSpace("s2", "skip_connect, sep_conv_3x3", ["skip_connect", "sep_conv_3x3"]);
