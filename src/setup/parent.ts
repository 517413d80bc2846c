/** A command that ends with the process that started it: this project's own programs say so, and no other. */
import { variable } from "../environment.ts";

/**
 * Holds the number of the process that a command is not to outlive. The processes that it starts itself inherit the
 * variable, which does not name their parent and has no effect.
 */
export const starterVariable = "MS_DARTS_STARTER";

/** Milliseconds between two looks. */
const look = 500;

/** Calls back once when the process is gone that started this one and said that it is not to outlive it. */
export function onParentGone(react: () => void): void {
  const parent = Deno.ppid;
  if (variable(starterVariable) !== String(parent)) return;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    react();
  }, look);
  Deno.unrefTimer(timer);
}
