/** A mutant: one small mistake in one line of the code, and the tests that have to notice it. */
export interface Mutant {
  /** From the root of the checkout. */
  readonly file: string;
  /** What is replaced: a piece of text that stands in the file exactly once, best within one line. */
  readonly from: string;
  readonly to: string;
  /** What the mistake is, in a few words. */
  readonly what: string;
  /** Files of tests that must fail, from the root of the checkout. */
  readonly tests: readonly string[];
  /** Which of their tests, as `deno test --filter` takes it; all of them when left out. */
  readonly filter?: string;
  /** Whether it runs with all other tests: a few fast ones, spread over the rooms. */
  readonly ci?: true;
}

/** Mutants of one file that the same tests have to notice. */
export const mutants = (
  file: string,
  tests: string | readonly string[],
  changes: readonly Omit<Mutant, "file" | "tests">[],
): Mutant[] => changes.map((change) => ({ file, tests: [tests].flat(), ...change }));
