/**
 * The colour of each operation, the same in every figure. Seven hues that stay apart under red-green blindness
 * (tests/report/palette_test.ts simulates it), at 3:1 or more against either background; names stand beside
 * the colours everywhere, so that nothing is told by colour alone.
 */
import { type OperationName, operationNames } from "../nn/operation_names.ts";
import type { Colour } from "./theme.ts";

export const operationColours: Readonly<Record<OperationName, Colour>> = {
  none: { light: "#868e99", dark: "#7d8794" },
  noise: { light: "#b5488a", dark: "#e48cc3" },
  max_pool_3x3: { light: "#077245", dark: "#379a68" },
  avg_pool_3x3: { light: "#1e9a81", dark: "#95f0e7" },
  skip_connect: { light: "#676d89", dark: "#98a9b9" },
  sep_conv_3x3: { light: "#0072b2", dark: "#5dbae9" },
  sep_conv_5x5: { light: "#3b2a94", dark: "#a284f6" },
  sep_conv_7x7: { light: "#7d5bd6", dark: "#d0c2ff" },
  dil_conv_3x3: { light: "#d55e00", dark: "#ff9447" },
  dil_conv_5x5: { light: "#651844", dark: "#f1a49f" },
  conv_7x1_1x7: { light: "#a07400", dark: "#e6bd4b" },
  nor_conv_1x1: { light: "#b84a1b", dark: "#ff9d6b" },
  nor_conv_3x3: { light: "#15549f", dark: "#62a8f5" },
  maxpool3x3: { light: "#077245", dark: "#379a68" },
  "conv3x3-bn-relu": { light: "#15549f", dark: "#62a8f5" },
  "conv1x1-bn-relu": { light: "#b84a1b", dark: "#ff9d6b" },
};

/** The class that gives an element its operation's colour as `--operation`. */
export const operationClass = (operation: OperationName): string => `is-${operation}`;

/** The rules behind `operationClass`. The colours themselves are theme variables (`themeCss`). */
export const operationCss = (): string =>
  operationNames.map((name) => `.${operationClass(name)}{--operation:var(--${name})}`).join("\n");
