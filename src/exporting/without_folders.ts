/** What is exported is for others: it says nothing of where things lay on the machine that made it. */
import { dirname, isAbsolute, resolve } from "../io/paths.ts";

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
  const folders = texts(settings).filter((text) => isAbsolute(text)).map((path) => resolve(dirname(path)))
    .filter((folder) => dirname(folder) !== folder);
  // The longest first: others may be the beginning of it.
  const known = [...new Set(folders)].sort((a, b) => b.length - a.length).map(written);
  const shown = (value: unknown): unknown => {
    if (typeof value === "string") {
      return known.reduce((text, folder) => text.replace(folder, "path/to/"), value);
    }
    if (Array.isArray(value)) return value.map(shown);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shown(one)]));
  };
  return shown(data) as T;
}

/** A folder as it stands before what lies in it, with more slashes too, and as a shell has its apostrophes. */
function written(folder: string): RegExp {
  const parts = folder.split(/[\\/]/).map((name) =>
    name.replaceAll(
      /[^\p{L}\p{N}]/gu,
      (sign) => sign === "'" ? "(?:'|'\\\\'')" : `\\u{${sign.codePointAt(0)!.toString(16)}}`,
    )
  );
  // Not in the middle of another path.
  return new RegExp(`(?<![\\p{L}\\p{N}_./\\\\-])${parts.join("[\\\\/]+")}[\\\\/]+`, "gu");
}
