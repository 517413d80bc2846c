/** What the place that words go to can do: colours, lines drawn anew, a width. */
import { variable } from "../environment.ts";

/** Characters a line where a terminal does not tell. */
const usualColumns = 80;

/** A terminal that can move its cursor; `dumb` ones, such as an editor's, cannot. */
const moves = (stream: { isTerminal(): boolean }): boolean =>
  stream.isTerminal() && variable("TERM") !== "dumb";

/**
 * Whether words on standard error are coloured: `NO_COLOR` forbids it; `FORCE_COLOR` and `CLICOLOR_FORCE`, unless they
 * are `0`, ask for it in a pipe too; a terminal shows colours.
 */
export function colours(): boolean {
  if (variable("NO_COLOR")) return false;
  const forced = [variable("FORCE_COLOR"), variable("CLICOLOR_FORCE")].filter((value) => value);
  if (forced.length > 0) return forced.some((value) => value !== "0" && value !== "false");
  return moves(Deno.stderr);
}

/**
 * Characters a line of standard error; undefined where no line can be drawn anew (a file, a pipe, CI, a dumb terminal).
 */
export function errorColumns(): number | undefined {
  return moves(Deno.stderr) ? columnsOfTerminal() : undefined;
}

/** Characters a line of help on standard output. */
export const helpColumns = (): number => (Deno.stdout.isTerminal() ? columnsOfTerminal() : usualColumns);

function columnsOfTerminal(): number {
  try {
    // A terminal that a program made for another may say 0.
    return Deno.consoleSize().columns || usualColumns;
  } catch {
    return usualColumns;
  }
}
