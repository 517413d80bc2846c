/** S4: noise or 3×3 separable convolution; a healthy search never picks noise. Source: Zela et al., ICLR 2020. */
import { uniformSpace } from "./darts_cell.ts";

export const s4 = uniformSpace("s4", "noise, sep_conv_3x3", ["noise", "sep_conv_3x3"]);
