/** What is exported is for others: it says nothing of where things lay on the machine that made it. */
import { dirname, isAbsolute, join } from "../io/paths.ts";

/** All texts of plain data. */
function texts(data: unknown): string[] {
  if (typeof data === "string") return [data];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(texts) : [];
}

/**
 * Plain data as others should see it: with `/home/me/photos` among `settings`, each `/home/me/` in a text of it becomes
 * `path/to/`.
 */
export function withoutFolders<T>(data: T, settings: unknown): T {
  // Not the root, with which all paths begin.
  const folders = texts(settings).filter((text) => isAbsolute(text)).map(dirname)
    .filter((folder) => dirname(folder) !== folder);
  // The longest first: others may be the beginning of it.
  const known = [...new Set(folders)].map((folder) => join(folder, "/")).sort((a, b) => b.length - a.length);
  const shown = (value: unknown): unknown => {
    if (typeof value === "string") {
      return known.reduce((text, folder) => text.replaceAll(folder, "path/to/"), value);
    }
    if (Array.isArray(value)) return value.map(shown);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]));
  };
  return shown(data) as T;
}
