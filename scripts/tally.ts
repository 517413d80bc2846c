/** The counts of a test run, from the last line `deno test` prints. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** How a line begins that says of a test, which then passes, that it was skipped for want of memory. */
export const skippedForMemory = "skipped for want of memory: ";

/** Deno colours what goes into a pipe too, unless NO_COLOR forbids it. */
// deno-lint-ignore no-control-regex
const withoutColours = (text: string): string => text.replace(/\x1b\[[0-9;]*m/g, "");

/** From `ok | 12 passed (3 steps) | 0 failed | 1 ignored (2s)`; zeros where there is no such line. */
export function readTally(coloured: string): Tally {
  const output = withoutColours(coloured);
  const summary = [...output.matchAll(/^(?:ok|FAILED) \| (.*)$/gm)].at(-1)?.[1] ?? "";
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(summary)?.[1] ?? 0);
  const unfit = output.split("\n").filter((line) => line.startsWith(skippedForMemory)).length;
  return { passed: count("passed") - unfit, failed: count("failed"), skipped: count("ignored") + unfit };
}

/** `12 passed, 0 failed`, and `, 1 skipped` where any was. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

/** The most characters of its errors that are told again of a run. */
const mostToldAgain = 4000;

/** What `deno test` says at its end of the tests that failed: their names, and how their errors begin. */
export function readFailures(coloured: string): string {
  const [errors, names] = withoutColours(coloured).split(/^ ERRORS $/m).at(-1)?.split(/^ FAILURES $/m) ?? [];
  if (errors === undefined || names === undefined) return "";
  const told = errors.trim();
  const begin = told.length > mostToldAgain ? `${told.slice(0, mostToldAgain)} …` : told;
  return `${names.replace(/^FAILED \|[^]*/m, "").trim()}\n\n${begin}`;
}
