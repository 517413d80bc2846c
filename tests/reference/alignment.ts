/** The layer alignment of Λ-DARTS in plain loops. */

type Row = readonly number[];

const dot = (a: Row, b: Row): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** The mean cosine of two rows. */
export function alignmentOf(rows: readonly Row[]): number {
  const cosines = rows.flatMap((a, i) =>
    rows.slice(i + 1).map((b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))
  );
  return cosines.reduce((sum, x) => sum + x, 0) / cosines.length;
}

/** How it changes with each entry, by the formula of the publication. */
export function alignmentSlope(rows: readonly Row[]): number[][] {
  const norms = rows.map((row) => Math.sqrt(dot(row, row)));
  const units = rows.map((row, l) => row.map((x) => x / norms[l]!));
  const total = units[0]!.map((_, i) => units.reduce((sum, unit) => sum + unit[i]!, 0));
  const pairs = (rows.length * (rows.length - 1)) / 2;
  return units.map((unit, l) => total.map((x, i) => (x - unit[i]! * dot(unit, total)) / (norms[l]! * pairs)));
}
