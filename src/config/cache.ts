/** The settings of `cache`. */
import type { z } from "zod";
import { nearest, usageError } from "../errors.ts";
import { text, toggle } from "../fields.ts";
import { schemaOf } from "./command.ts";
import { output } from "./schema.ts";

/** What the cache holds. */
export const cacheParts = ["images", "downloads", "drivers"] as const;
export type CachePart = typeof cacheParts[number];

/** What goes unless it is said: a driver costs more time to bring again than the others. */
const usual = "images,downloads";

export const cacheGroups = {
  "What to do": {
    what: text("WHAT", `what to remove, with commas between: ${cacheParts.join(", ")}; by default ${usual}`)
      .optional(),
    empty: toggle("remove what is named, and only what this project put there"),
  },
  "Output": output,
};

export const cacheSchema = schemaOf(cacheGroups);

/** Settings of `cache`, complete: `remove` is empty where the cache is only shown. */
export type CacheConfig = z.output<typeof cacheSchema> & { remove: readonly CachePart[] };

/** Raises a usage error for a part that is none, and for one that is named though nothing is removed. */
export function completeCache(parsed: z.output<typeof cacheSchema>): CacheConfig {
  const { what, empty } = parsed;
  if (what !== undefined && !empty) {
    throw usageError(`"${what}" says what to remove, which --empty does; leave it out or add --empty.`);
  }
  return { ...parsed, remove: empty ? [...new Set((what ?? usual).split(",").map(partOf))] : [] };
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
