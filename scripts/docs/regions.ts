/** The regions of a page that `deno task docs` writes, between two comments: see {@link begin}. */
import { nearest, usageError } from "../../src/errors.ts";

/** Tables by name, made when they are asked for. */
export type Tables = ReadonlyMap<string, () => string>;

const begin = (name: string): string => `<!-- made by deno task docs: ${name} -->`;
const end = "<!-- end -->";

/**
 * A page with all its tables as they are now, and the names of those that were others.
 *
 * @param where the page, for messages
 * @throws UserError (exit 2) for a table that does not exist, with the nearest name, and for one without an end.
 */
export function rewritten(page: string, where: string, tables: Tables): { page: string; stale: string[] } {
  const stale: string[] = [];
  const [before, ...parts] = page.split(/^<!-- made by deno task docs: /m);
  const regions = parts.map((part) => {
    const opened = /^(.*?) -->\n/.exec(part);
    const closed = part.search(/^<!-- end -->$/m);
    if (opened === null || closed < 0) {
      throw usageError(`${where}: the table ${part.split(/ -->|\n/)[0]} has no line ${end} behind it.`);
    }
    const name = opened[1]!;
    const make = tables.get(name);
    if (make === undefined) {
      throw usageError(
        `${where}: there is no table ${name}; did you mean ${nearest(name, [...tables.keys()])}?`,
      );
    }
    const region = `${begin(name)}\n\n${make()}\n\n`;
    if (`${begin(name)}\n${part.slice(opened[0].length, closed)}` !== region) stale.push(name);
    return region + part.slice(closed);
  });
  return { page: before + regions.join(""), stale };
}
