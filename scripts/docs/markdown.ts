/** Markdown in the form that `deno fmt` leaves alone. */

/** A cell of a table: characters that would end it are written out. */
const cell = (text: string): string => text.replaceAll("|", "\\|");

/** A table with its columns as wide as their widest cell. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [titles, ...rows].map((row) => row.map(cell));
  const widths = titles.map((_, c) => Math.max(3, ...cells.map((row) => [...row[c]!].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((text, c) => text + " ".repeat(widths[c]! - [...text].length)).join(" | ")} |`;
  const [head, ...body] = cells.map(line);
  return [head, line(widths.map((width) => "-".repeat(width))), ...body].join("\n");
}

export const code = (text: string): string => `\`${text}\``;

/** Names one after the other. */
export const codes = (names: readonly string[]): string => names.map(code).join(", ");

export const link = (text: string, url: string): string => `[${text}](${url})`;

/** What stands where there is nothing to say. */
export const none = "–";
