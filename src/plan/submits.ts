/** Where a step is cut into the parts that a device is given one after the other. */
import type { Plan } from "./plan.ts";

/**
 * The dispatches of each submit of a plan, from the first of a pair to before the second: at most as many, and about as
 * long, as the plan's tuning record allows. A dispatch that is longer by itself has a submit of its own. There is at
 * least one, which is empty where the plan only copies.
 */
export function submits({ dispatches, tuning }: Pick<Plan, "dispatches" | "tuning">): [number, number][] {
  const { submit } = tuning;
  const parts: [number, number][] = [];
  let [from, seconds] = [0, 0];
  dispatches.forEach(({ flop, bytes }, i) => {
    const own = Math.max(flop / submit.flopPerSecond, bytes / submit.bytesPerSecond);
    if (i > from && (i - from === submit.dispatches || seconds + own > submit.seconds)) {
      parts.push([from, i]);
      [from, seconds] = [i, 0];
    }
    seconds += own;
  });
  return [...parts, [from, dispatches.length]];
}
