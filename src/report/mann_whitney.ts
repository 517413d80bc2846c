/** Whether one of two samples lies above the other: the test of Mann and Whitney, exactly. */

/** What the test says of two samples. */
export interface RankTest {
  /** Pairs in which the first is above the second, ties by half: U of the first sample. */
  readonly u: number;
  /** The same as a share of all pairs; 0.5 is no difference. */
  readonly above: number;
  /** Pairs whose values are equal. */
  readonly ties: number;
  /** Two-sided probability of a difference of ranks at least as large by chance. */
  readonly p: number;
}

/** Twice the rank of each value among all, from the lowest; equal values share the middle of their ranks. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

/**
 * How many choices of `size` of the ranks have each sum: entry s is their number for the sum s. Exact up to 2^53.
 */
function sumsOf(ranks: readonly number[], size: number): Float64Array {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(total + 1));
  ways[0]![0] = 1;
  for (const rank of ranks) {
    for (let taken = size; taken > 0; taken--) {
      const [more, fewer] = [ways[taken]!, ways[taken - 1]!];
      for (let sum = total; sum >= rank; sum--) more[sum]! += fewer[sum - rank]!;
    }
  }
  return ways[size]!;
}

/**
 * The test of Mann and Whitney ("On a test of whether one of two random variables is stochastically larger than the
 * other", 1947), with the exact distribution of the sum of ranks over all ways to divide the values, ties by their middle
 * rank. Two-sided: as far from its mean as the sum that is seen, on either side. Undefined where a sample is empty.
 *
 * @param first one number a run
 * @param second likewise; with `first` at most 200, up to which the counts fit a float64
 */
export function mannWhitney(first: readonly number[], second: readonly number[]): RankTest | undefined {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return undefined;
  const ranks = doubledRanks([...first, ...second]);
  const seen = ranks.slice(0, n).reduce((sum, rank) => sum + rank, 0);
  const middle = n * (n + m + 1);
  const ways = sumsOf(ranks, n);
  let [all, far] = [0, 0];
  ways.forEach((count, sum) => {
    all += count;
    if (Math.abs(sum - middle) >= Math.abs(seen - middle)) far += count;
  });
  const u = (seen - n * (n + 1)) / 2;
  const ties = first.reduce((sum, value) => sum + second.filter((other) => other === value).length, 0);
  return { u, above: u / (n * m), ties, p: far / all };
}
