/** Callbacks of a loop that nobody listens to or stops. */
import type { Hooks } from "../../pipelines/run/hooks.ts";

export const silent: Hooks = {
  signal: new AbortController().signal,
  onStep: () => {},
  onEpoch: () => {},
  note: () => {},
};
