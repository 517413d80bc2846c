/** What a study is: arms of settings, each of which is searched with several seeds. */

/** One set of settings that runs with every seed. */
export interface StudyArm {
  /** Tells it from the others. */
  readonly name: string;
  /** As users write it: `ms-darts`. */
  readonly method: string;
  /** Beside those that all arms share. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What is to be run, and compared. */
export interface Study {
  /** The heading of the page. */
  readonly title: string;
  /** Of all arms. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Of every arm. */
  readonly seeds: readonly number[];
  /** In the order of the tables. */
  readonly arms: readonly StudyArm[];
  /** Pairs of arms, by name, that are tested against each other. */
  readonly tests: readonly (readonly [first: string, second: string])[];
  /** Paragraphs: what the study shows and what it does not. */
  readonly text?: readonly string[];
}
