/** Stands in for a method of a class, for the tests of what happens on a device. */

type Given<Target, Name extends keyof Target> = Target[Name] extends (...given: infer Given) => unknown
  ? Given
  : never;
type Result<Target, Name extends keyof Target> = Target[Name] extends (...given: never[]) => infer Result
  ? Result
  : never;

/** Replaces a method until the patch is disposed of; `by` gets the method itself, bound, what it was given, and `this`. */
export function patched<Target, Name extends keyof Target>(
  target: Target,
  name: Name,
  by: (
    plain: (...given: Given<Target, Name>) => Result<Target, Name>,
    given: Given<Target, Name>,
    self: Target,
  ) => Result<Target, Name>,
): Disposable {
  const plain = target[name] as (...given: unknown[]) => Result<Target, Name>;
  target[name] = function (this: Target, ...given: Given<Target, Name>) {
    return by((...given) => plain.apply(this, given), given, this);
  } as Target[Name];
  return { [Symbol.dispose]: () => void (target[name] = plain as Target[Name]) };
}
