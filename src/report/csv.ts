/** Tables as CSV (RFC 4180). */

const cell = (value: unknown): string => {
  const words = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
};

/** A row without the end of its line; what is null or undefined leaves its cell empty. */
export const csvRow = (values: readonly unknown[]): string => values.map(cell).join(",");

/** Rows with the ends of their lines. */
export const csvText = (rows: readonly (readonly unknown[])[]): string =>
  rows.map((row) => `${csvRow(row)}\r\n`).join("");
