/** What of a command line can be read only once. */
import { userPath } from "../environment.ts";
import { isStream } from "../io/stream.ts";

/** Whether a command line names standard input or a pipe. */
export const readsStream = (
  flags: Readonly<Record<string, unknown>>,
  config: string | undefined,
): boolean =>
  [config, ...Object.values(flags)].some((value) =>
    typeof value === "string" && (isStream(value) || isStream(userPath(value)))
  );
