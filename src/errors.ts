/**
 * Errors a user meets. Each carries the exit code of the command line, so that the code that throws one
 * decides what kind of failure it is and the command line only prints it.
 */

/** What kind of failure a {@link UserError} is; the command line ends with it, as {@link exitCodes} says. */
export type ExitCode = 2 | 3 | 4 | 5 | 130;

/** What a command ends with, and what it means. */
export const exitCodes: Readonly<Record<0 | 1 | ExitCode, string>> = {
  0: "done",
  1: "a bug; the last line has what to report",
  2: "wrong usage: a flag, a name, a number, a config file",
  3: "no adapter, a lost device, or not enough memory",
  4: "missing, damaged or unfit data, or a full disk",
  5: "diverged: a number became NaN or infinite",
  130:
    "interrupted by a signal or by `stop`; what goes on for long (search, evaluate, compare, study) can be resumed",
};

/**
 * A failure with one clear sentence: what is wrong, where, and what to do about it. It names settings by their keys, as
 * ‹batch› (see setting.ts).
 */
export class UserError extends Error {
  /** The names of settings where the error is shown; those of the search around a training that throws. */
  keyOf: (key: string) => string = (key) => key;

  /**
   * A failure in words.
   *
   * @param exitCode What kind it is.
   * @param message The sentence.
   */
  constructor(readonly exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "UserError";
  }
}

/**
 * The device was lost, or what it was given to run failed: nothing that it holds is of use any more, but another device
 * may go on from what is on the host. Exit 3.
 */
export class DeviceFailedError extends UserError {
  /** A failure of the device in words. */
  constructor(message: string, options?: ErrorOptions) {
    super(3, message, options);
  }
}

/** Wrong flag, preset, name, number or config file: exit 2. */
export const usageError = (message: string, options?: ErrorOptions) =>
  new UserError(2, printable(message), options);
/** No adapter, out of memory, a shader that does not compile: exit 3. See also {@link DeviceFailedError}. */
export const deviceError = (message: string, options?: ErrorOptions) => new UserError(3, message, options);
/** Missing, damaged or unfit data: exit 4. */
export const dataError = (message: string, options?: ErrorOptions) =>
  new UserError(4, printable(message), options);
/** NaN or infinity in a loss, alphas or weights: exit 5. */
export const divergedError = (message: string, options?: ErrorOptions) => new UserError(5, message, options);

const longestMessage = 1000;

/** A text without the middle of what is too long for a message. */
const shortened = (text: string): string =>
  text.length <= longestMessage ? text : `${text.slice(0, longestMessage - 300)} … ${text.slice(-297)}`;

/**
 * A text that quotes what a user or a file gave, as one line that commands no terminal: control characters and those that
 * turn the direction of text are written out.
 */
export function visible(text: string): string {
  const hex = (character: string) => character.codePointAt(0)!.toString(16).padStart(4, "0");
  return text.replace(
    /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${hex(character)}`,
  );
}

const printable = (message: string): string => shortened(visible(shortened(message)));

/**
 * Letters and digits of a name: neither case nor punctuation tells names apart, `PC-DARTS (cifar)` is `PC_DARTS_cifar`.
 */
export const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

/** No name is longer; what is compared of a longer text. */
const longestName = 100;

/** The name in `known` nearest to `name` by edit distance, for "did you mean". `known` must not be empty. */
export const nearest = (name: string, known: readonly string[]): string =>
  [...known].sort((a, b) => distance(name, a) - distance(name, b))[0]!;

/** Whether a name may be meant by another: most of its letters are there, whatever their case. */
export const isNear = (name: string, known: string): boolean => distance(name, known) <= known.length / 2;

/** Letters to change, add or leave out, whatever their case. */
function distance(name: string, known: string): number {
  const [a, b] = [name.slice(0, longestName).toLowerCase(), known.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
