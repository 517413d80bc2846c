/** Tables in a terminal. */

/** Rows of words as lines whose columns are aligned: the first to the left, the others to the right. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((word, i) => i === 0 ? word.padEnd(widths[i]!) : word.padStart(widths[i]!)).join("  ").trimEnd()
  );
}
