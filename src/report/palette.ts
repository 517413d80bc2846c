/**
 * The colour of each operation, the same in every figure. Seven hues that stay apart under red-green blindness
 * (tests/report/palette_test.ts simulates it), at 3:1 or more against either background; names stand beside
 * the colours everywhere, so that nothing is told by colour alone.
 */
import { type OperationName, operationNames, operations } from "../nn/operation_names.ts";
import type { Colour } from "./theme.ts";

export const operationColours: Readonly<Record<OperationName, Colour>> = operations;

/** The class that gives an element its operation's colour as `--operation`. */
export const operationClass = (operation: OperationName): string => `is-${operation}`;

/** The rules behind `operationClass`. The colours themselves are theme variables (`themeCss`). */
export const operationCss = (): string =>
  operationNames.map((name) => `.${operationClass(name)}{--operation:var(--${name})}`).join("\n");
