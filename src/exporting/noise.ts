/** The one operation that no exported file has. */
import { usageError, type UserError } from "../errors.ts";

/** The refusal of a network with the operation `noise` (exit 2). */
export const noiseError = (): UserError =>
  usageError(
    "The network has the operation noise, which draws random numbers: in another tool it would compute others; " +
      "export a network without noise.",
  );
