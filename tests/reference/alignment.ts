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
