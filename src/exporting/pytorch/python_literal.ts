/** Values as Python writes them. */

/** What JSON can say; of these `null`, `true` and `false` have other names in Python, and are left out. */
export type Literal = string | number | readonly Literal[] | { readonly [key: string]: Literal };

/** Columns of a line. */
const width = 100;

/**
 * A value as an expression of Python, laid out for people from column `used` of a line on, and `indent` columns in: on
 * one line where it fits, otherwise numbers and texts filled into lines and everything else one to a line. Strings and
 * numbers are those of JSON, which Python reads alike.
 */
export function python(value: Literal, used = 0, indent = 0): string {
  const short = onOneLine(value);
  if (typeof value !== "object" || used + short.length <= width) return short;
  const inner = indent + 4;
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  const entries = Array.isArray(value)
    ? (value as readonly Literal[]).map((item) => python(item, inner, inner))
    : Object.entries(value).map(([key, item]) => {
      const name = `${JSON.stringify(key)}: `;
      return name + python(item, inner + name.length, inner);
    });
  const flat = Array.isArray(value) && value.every((item) => typeof item !== "object");
  const lines = flat ? filled(entries, width - inner) : entries.map((entry) => `${entry},`);
  return `${open}\n${lines.map((line) => `${" ".repeat(inner)}${line}\n`).join("")}${
    " ".repeat(indent)
  }${close}`;
}

function onOneLine(value: Literal): string {
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  return `{${
    Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${onOneLine(item)}`).join(", ")
  }}`;
}

/** Words with a comma after each, as many on a line as have room. */
function filled(words: readonly string[], room: number): string[] {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length + 2 <= room) {
      lines[lines.length - 1] = `${last} ${word},`;
    } else lines.push(`${word},`);
  }
  return lines;
}
