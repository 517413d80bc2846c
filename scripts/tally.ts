/** The counts of a test run, from the last line `deno test` prints. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** How a line begins that says of a test, which then passes, that it was skipped for want of memory. */
export const skippedForMemory = "skipped for want of memory: ";

/** From `ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)`; zeros where there is no such line. */
export function readTally(coloured: string): Tally {
  // Deno colours what goes into a pipe too, unless NO_COLOR forbids it.
  // deno-lint-ignore no-control-regex
  const output = coloured.replace(/\x1b\[[0-9;]*m/g, "");
  const summary = [...output.matchAll(/^(?:ok|FAILED) \| (.*)$/gm)].at(-1)?.[1] ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(summary)?.[1] ?? 0);
  const unfit = output.split("\n").filter((line) => line.startsWith(skippedForMemory)).length;
  return { passed: count("passed") - unfit, failed: count("failed"), skipped: count("ignored") + unfit };
}

/** `12 passed, 0 failed`, and `, 1 skipped` where any was. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
