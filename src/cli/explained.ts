/** Errors as the command line shows them: those that carry data, with what to do about it. */
import type { UserError } from "../errors.ts";
import { TooLargeError } from "../plan/allocate.ts";
import { type Need, type Shortage, ShortageError } from "../plan/budget.ts";
import { namingSettings, setting } from "../setting.ts";
import { inFlags } from "./flags.ts";

/** The sentence of an error, with its settings as flags. */
export const explained = (error: UserError): string => inFlags(error.message + advised(error));

/** What an error's message leaves out: which settings to change, by the names that they have where it is shown. */
function advised(error: UserError): string {
  const advice = error instanceof ShortageError
    ? ofShortage(error.shortage)
    : error instanceof TooLargeError
    ? ofTooLarge(error)
    : "";
  return namingSettings(advice, (key) => setting(error.keyOf(key)));
}

const ofTooLarge = ({ what }: TooLargeError): string =>
  what === "tensor"
    ? `: choose a smaller ${setting("batch")} or fewer ${setting("channels")}`
    : `: choose fewer ${setting("layers")}`;

function ofShortage({ need, limit, batch }: Shortage): string {
  const bounded = ` (${setting("memoryLimit")}${limit.given ? "" : " sets another limit"})`;
  return `${bounded}; choose a smaller ${setting("batch")}${batchHint(need, limit.bytes, batch)}.`;
}

/** Memory grows with the batch but for its fixed part. */
function batchHint(
  { bytes, fixed }: Need,
  limit: number,
  batch: number | undefined,
): string {
  if (batch === undefined) return "";
  const fits = Math.floor(batch * (limit - fixed) / (bytes - fixed));
  return fits >= 1
    ? ` (now ${batch}: about ${fits} would fit)`
    : ` (now ${batch}), fewer ${setting("channels")} or fewer ${setting("layers")}`;
}
