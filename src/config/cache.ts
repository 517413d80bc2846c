/** `cache` as a command. */
import { nearest, usageError } from "../errors.ts";
import { listOf, toggle } from "../fields.ts";
import { setting } from "../setting.ts";
import { define } from "./command.ts";
import { output } from "./schema.ts";

/** What the cache holds. */
export const cacheParts = ["images", "downloads", "drivers"] as const;
export type CachePart = typeof cacheParts[number];

/** What goes unless it is said: a driver costs more time to bring again than the others. */
const usual = "images,downloads";

const groups = {
  "What to do": {
    what: listOf("WHAT", cacheParts, `what to remove, with commas between: %; by default ${usual}`)
      .optional(),
    empty: toggle("remove what is named, and only what this project put there"),
  },
  "Output": output,
};

/** The parts to remove; none where the cache is only shown. */
function removed(what: string | undefined, empty: boolean): CachePart[] {
  if (what !== undefined && !empty) {
    const flag = setting("empty");
    throw usageError(`"${what}" says what to remove, which ${flag} does; leave it out or add ${flag}.`);
  }
  return empty ? [...new Set((what ?? usual).split(",").map(partOf))] : [];
}

function partOf(text: string): CachePart {
  const name = text.trim().toLowerCase();
  const part = cacheParts.find((part) => part === name);
  if (part !== undefined) return part;
  throw usageError(
    `"${text}" is no part of the cache; did you mean ${nearest(name, cacheParts)}? There are ${
      cacheParts.join(", ")
    }.`,
  );
}

export const cacheCommand = define({
  name: "cache",
  summary: "Show what the cache holds (decoded images, downloads, drivers), or empty it.",
  examples: ["cache", "cache --empty", "cache --empty images,drivers"],
  positionals: ["what"],
  groups,
  complete: (parsed) => ({ ...parsed, remove: removed(parsed.what, parsed.empty) }),
  needsAdapter: () => false,
  endsAtOnce: 130,
});
